"""Passwords are long, kept by Argon2id as OWASP advises, and looked at as long for nobody."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from features.errors import BadInput
from serving.access import passwords
from tests.training.cases import refused

GOOD = "gabah kering giling 7"


def test_a_password_is_kept_by_argon2id_with_19_mib_twice() -> None:
    """OWASP Password Storage Cheat Sheet: m=19456, t=2, p=1."""
    kept = extract_parameters(passwords.hashed(GOOD))
    assert (kept.type, kept.memory_cost) == (Type.ID, 19456)
    assert (kept.time_cost, kept.parallelism, kept.salt_len) == (2, 1, 16)


def test_only_the_very_password_opens() -> None:
    kept = passwords.hashed(GOOD)
    assert kept != passwords.hashed(GOOD)
    assert passwords.opens(kept, GOOD)
    for other in ("", GOOD[:-1], GOOD.upper(), kept):
        assert not passwords.opens(kept, other)


def test_nobodys_password_is_looked_at_and_opens_nothing() -> None:
    assert not passwords.opens(None, GOOD)
    assert not passwords.opens("damaged", GOOD)
    assert extract_parameters(passwords._NOBODYS) == extract_parameters(passwords.hashed(GOOD))  # noqa: SLF001  the time it takes is the point


def test_what_is_kept_in_another_way_is_known_for_it() -> None:
    assert not passwords.outdated(passwords.hashed(GOOD))
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=1024).hash(GOOD))


@pytest.mark.parametrize(
    "weak", ["", "pendek", "x" * 11, "ab" * 10, "siti gabah kering", "SITI12345678", "a" * 129]
)
def test_what_is_soon_guessed_is_not_taken(weak: str) -> None:
    with pytest.raises(BadInput) as caught:
        passwords.check(weak, "siti")
    refused(caught, "bad-password")
    assert not weak or weak not in str(caught.value)


def test_nothing_is_asked_of_the_letters_of_a_long_one() -> None:
    for good in (GOOD, "correct horse battery", "ä" * 6 + "öüßéñ,", "abcde" * 25):
        passwords.check(good, "siti")

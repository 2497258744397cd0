"""Passwords are long, kept by Argon2id as OWASP advises, and looked at as long for nobody."""

from __future__ import annotations

from typing import Final

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from zxcvbn.frequency_lists import FREQUENCY_LISTS

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
    "weak",
    [
        "",
        "pendek",
        "x" * 11,
        "ab" * 10,
        "siti gabah kering",
        "SITI12345678",
        "a" * 129,
        "abcde" * 14,
    ],
)
def test_what_is_soon_guessed_is_not_taken(weak: str) -> None:
    with pytest.raises(BadInput) as caught:
        passwords.check(weak, "siti")
    refused(caught, "bad-password")
    assert not weak or weak not in str(caught.value)


COMMON: Final = [one for one in FREQUENCY_LISTS["passwords"] if len(one) >= passwords.SHORTEST]


@pytest.mark.parametrize("around", ["{}", "{}1", "{}12"])
def test_none_of_the_most_common_is_taken_nor_with_a_little_around_it(around: str) -> None:
    """The 30,000 most common that zxcvbn comes with, those of them that are long enough."""
    assert len(COMMON) > 200
    assert FREQUENCY_LISTS["passwords"][0] == "123456"
    taken = [one for one in COMMON[::5] if is_taken(around.format(one))]
    assert taken == []


def is_taken(password: str) -> bool:
    """Return whether siti may choose a password."""
    try:
        passwords.check(password, "siti")
    except BadInput:
        return False
    return True


def test_nothing_is_asked_of_the_letters_of_a_long_one() -> None:
    for good in (GOOD, "correct horse battery", "ä" * 6 + "öüßéñ,", "padi jagung " * 10):
        passwords.check(good, "siti")

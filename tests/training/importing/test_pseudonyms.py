"""Pseudonyms: the same for the same person under the same key, and nothing to anyone else."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import BadInput
from tests.training.cases import refused
from tests.training.importing.exports import SECRET
from training.importing.pseudonyms import Pseudonyms, looks_personal, read_key

NIKS = [
    "3325014502800003",  # Batang, a woman born on 5 February 1980
    "3325011508900001",
    "1101010101000001",
    "9471013112991234",
    "3174096812450002",
]
TELEPHONES = ["081234567890", "+6281234567890", "62812-3456-7890", "0812 3456 789", "0821-1234-567"]
E_MAILS = ["siti@example.com", "siti.a+b@mail.example.co.id", "x@y.id"]
PLAIN = [
    "3325014502800",  # too short
    "33250145028000031",  # too long
    "9925014502800003",  # no such province
    "3325019902800003",  # no such day
    "3325014513800003",  # no such month
    "3325010002800003",  # day 0
    "14012345678",  # a meter
    "0212345678",  # a line in Jakarta
    "ID1020012345671",  # an NMID
    "QR250301000001",
    "BTK-LRG-01",
    "@tokobatik",
    "siti@",
    "50.000",
    "2025-03-01",
    "",
]


def personal(text: str, *, within: bool = False) -> bool:
    return bool(pl.select(looks_personal(pl.lit(text), within=within)).item())


@pytest.mark.parametrize("text", [*NIKS, *TELEPHONES, *E_MAILS])
def test_identifiers_of_people_are_known_by_their_looks(text: str) -> None:
    assert personal(text)
    assert personal(text, within=True)
    assert personal(f"a.n. Siti ({text}), Batang", within=True)
    assert personal(f"KTP:{text}", within=True)
    assert not personal(f"a.n. Siti ({text}), Batang")


@pytest.mark.parametrize("text", PLAIN)
def test_other_numbers_and_names_are_none(text: str) -> None:
    assert not personal(text)
    assert not personal(text, within=True)
    assert not personal(f"lihat {text} besok", within=True)


@pytest.mark.parametrize("nik", NIKS)
def test_digits_that_go_on_before_or_after_make_another_number(nik: str) -> None:
    assert not personal(f"no. 7{nik}", within=True)
    assert not personal(f"no. {nik}7", within=True)
    assert not personal(f"no. A{nik}Z", within=True)


def test_a_pseudonym_is_the_first_half_of_hmac_sha_256() -> None:
    """Test case 2 of RFC 4231."""
    expected = "5bdcc146bf60754e6a042426089575c7"
    assert Pseudonyms("Jefe").of("what do ya want for nothing?") == expected


@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=20))
def test_each_text_has_its_pseudonym_and_nothing_has_none(texts: list[str | None]) -> None:
    key = Pseudonyms(SECRET)
    found = key.of_each(pl.Series(texts, dtype=pl.String)).to_list()
    assert found == [None if text is None else key.of(text) for text in texts]
    assert len(set(found)) == len(set(texts))


def test_another_key_gives_other_pseudonyms_and_another_fingerprint() -> None:
    one, other = Pseudonyms("a" * 32), Pseudonyms("b" * 32)
    assert one.of("Siti") != other.of("Siti")
    assert one.fingerprint() != other.fingerprint()
    assert len(one.fingerprint()) == 16
    assert one.fingerprint() == Pseudonyms("a" * 32).fingerprint()


def test_all_of_a_long_key_counts() -> None:
    assert Pseudonyms("k" * 99 + "a").of("x") != Pseudonyms("k" * 99 + "b").of("x")


def test_a_key_does_not_show_itself() -> None:
    assert SECRET not in repr(Pseudonyms(SECRET))


@pytest.mark.parametrize("around", [b"", b"\n", b" \r\n"])
def test_a_key_is_read_from_its_file_without_blanks_around_it(
    tmp_path: Path, around: bytes
) -> None:
    file = tmp_path / "hash.key"
    file.write_bytes(around + b"k" * 32 + around)
    assert read_key(file).of("x") == Pseudonyms("k" * 32).of("x")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"k" * 31, "31 bytes"),
        (b"k" * 31 + b"\n", "31 bytes"),
        (b"", "0 b"),
        (b"\xff" * 32, "no text"),
    ],
)
def test_a_short_key_is_refused(tmp_path: Path, content: bytes, found: str) -> None:
    file = tmp_path / "hash.key"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=found) as caught:
        read_key(file)
    refused(caught, "bad-hash-key")
    assert "k" * 9 not in str(caught.value)


def test_a_key_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no readable file gone\.key") as caught:
        read_key(tmp_path / "gone.key")
    refused(caught, "bad-hash-key")

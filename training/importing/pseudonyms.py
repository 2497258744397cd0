"""Identifiers of people: kept as keyed hashes, and refused where they stand open.

A keyed hash (HMAC-SHA-256, RFC 2104, its first 128 bits) gives the same pseudonym for the
same person wherever the same key is used, and nothing to anyone without the key. The key is
the operator's, 32 letters at least, and is never written into a data set; its fingerprint
is, so that two keys are not mixed.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import polars as pl
from polars_hash import HExpr

from features.errors import BadInput

LEAST_KEY: Final = 32
DIGITS: Final = 32
"""Hexadecimal digits of a pseudonym: 128 bits, so that no two people of a nation share one."""

NIK: Final = (
    # known province, district, subdistrict, day (+40 for women), month, year, serial
    r"(?:1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[1-2]|9[1-7])\d{4}"
    r"(?:0[1-9]|[12]\d|3[01]|4[1-9]|[56]\d|7[01])(?:0[1-9]|1[0-2])\d{6}"
)
TELEPHONE: Final = r"(?:\+62|62|0)[ -]?8\d{1,3}[ -]?\d{3,4}[ -]?\d{3,5}"
E_MAIL: Final = r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}"

PERSONAL: Final = rf"^(?:{NIK}|{TELEPHONE}|{E_MAIL})$"
"""What a NIK, an Indonesian mobile number or an e-mail address looks like, as a whole text."""

WITHIN: Final = rf"(?:^|[^0-9A-Za-z+])(?:{NIK}|{TELEPHONE})(?:$|[^0-9A-Za-z])|{E_MAIL}"
"""What they look like within a longer one."""


def read_key(file: Path) -> Pseudonyms:
    """Return what hashes with the key in a file; raises BadInput (``bad-hash-key``)."""
    try:
        key = file.read_bytes().strip()
    except OSError as error:
        raise _bad_key(f"no readable file {file.name}") from error
    if len(key) < LEAST_KEY:
        raise _bad_key(f"{len(key)} bytes")
    try:
        return Pseudonyms(key.decode())
    except UnicodeDecodeError as error:
        raise _bad_key("bytes that are no text") from error


def _bad_key(found: str) -> BadInput:
    return BadInput(
        found=found,
        expected=f"a file with a secret of at least {LEAST_KEY} bytes",
        hint="Make one by `openssl rand -hex 32 > hash.key`, and keep it apart from the data.",
        code="bad-hash-key",
    )


@dataclass(frozen=True)
class Pseudonyms:
    """Makes keyed hashes, 32 hexadecimal digits each, with a secret key."""

    key: str = field(repr=False)

    def fingerprint(self) -> str:
        """Return what may be said of the key: 16 digits that do not give it away."""
        return self.of("fingerprint of the key")[:16]

    def of(self, value: str) -> str:
        """Return the keyed hash of a text."""
        return hmac.new(self.key.encode(), value.encode(), "sha256").hexdigest()[:DIGITS]

    def of_each(self, values: pl.Series) -> pl.Series:
        """Return the keyed hash of each text; null where it is null."""
        # The same few people come again and again: each is hashed once.
        encoded = values.to_arrow().dictionary_encode()
        different = pl.DataFrame({"value": pl.Series(encoded.dictionary, dtype=pl.String)})
        keyed = cast(HExpr, pl.col("value")).chash.hmac_sha256(key=self.key).str.head(DIGITS)
        place = pl.Series(encoded.indices, dtype=pl.UInt32)
        return different.select(keyed)["value"].gather(place).alias(values.name)


def looks_personal(value: pl.Expr, *, within: bool = False) -> pl.Expr:
    """Return whether each text is a NIK, a mobile number or an e-mail address, by its looks.

    Args:
        value: the texts.
        within: whether it may also stand within a longer text.
    """
    return value.str.contains(WITHIN if within else PERSONAL)

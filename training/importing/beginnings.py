"""What a foreign file's first bytes and lines say, before any row is read.

A file that is not what its name says is refused here by what it is, since what a reader
says of a Parquet file named ``.csv`` helps nobody. So are names that cannot tell columns
apart.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from features.errors import BadMapping, BadTable

BLOCK: Final = 2**20
"""Bytes read at a time."""

SIGNATURES: Final = {
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "a zip archive, as Excel files are",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x1f\x8b": "a gzip archive",
    codecs.BOM_UTF16_LE: "text in UTF-16",
    codecs.BOM_UTF16_BE: "text in UTF-16",
}
"""First bytes of a file → what it is."""


def refuse_other_kind(file: Path, encoding: str) -> None:
    """Raise BadTable (``unreadable-file``) when a file that should be text is something else."""
    with file.open("rb") as opened:
        head = opened.read(4)
    kind = next((kind for sign, kind in SIGNATURES.items() if head.startswith(sign)), None)
    if kind is None or (kind.endswith("UTF-16") and codecs.lookup(encoding).name == "utf-16"):
        return
    text = kind.endswith("UTF-16")
    raise BadTable(
        found=kind,
        expected=f"text in {encoding}" if text else f"a {file.suffix} file, as its name says",
        hint='Say `encoding = "utf-16"` in the mapping\'s `read`.'
        if text
        else "Unpack it, name it by what it is, or export it as CSV.",
        code="unreadable-file",
        where=file.name,
    )


def refuse_names(names: Sequence[str], file: Path) -> None:
    """Raise BadTable when no column has a name or two have the same (``bad-header``).

    A column without a name is no fault: nothing can be made of it, and spreadsheets
    write such for cells that were touched once.
    """
    if file.stat().st_size == 0:
        raise BadTable(
            found="an empty file",
            expected="a line with the names of the columns, and rows",
            hint="Export the file again.",
            code="empty-table",
            where=file.name,
        )
    twice = sorted(name for name, n in Counter(names).items() if n > 1 and name.strip())
    if twice or not any(name.strip() for name in names):
        raise BadTable(
            found=f"the column {', '.join(twice)} more than once" if twice else "no name",
            expected="a name of its own for every column",
            hint="Correct the first line, or say with `skip` which line holds the names.",
            code="bad-header",
            where=file.name,
        )


def odd_line_ends(file: Path) -> bool:
    r"""Return whether lines end in more than one way, or in ``\r`` alone as long ago."""
    returns = feeds = both = 0
    with file.open("rb") as opened:
        while block := opened.read(BLOCK):
            if block.endswith(b"\r"):
                block += opened.read(1)
            feeds += block.count(b"\n")
            if b"\r" in block:
                returns += block.count(b"\r")
                both += block.count(b"\r\n")
    return returns > 0 and not returns == feeds == both


def no_objects(file: Path) -> BadTable:
    """Return the fault of a file of lines that are no objects."""
    return BadTable(
        found="no JSON object in the first lines",
        expected="one JSON object a line",
        hint="Write each row as an object on a line of its own, without commas between them.",
        code="unreadable-file",
        where=file.name,
    )


def no_sheet(name: str, names: Sequence[str], file: Path) -> BadMapping:
    """Return the fault of an Excel file that lacks a sheet."""
    return BadMapping(
        found=f"no sheet {name}",
        expected=f"one of {', '.join(names)}",
        hint="Correct `sheet` in the mapping's `read`.",
        code="missing-sheet",
        where=file.name,
    )

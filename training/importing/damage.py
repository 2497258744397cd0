"""What a reader could not read of a text file, told by the line as an editor counts it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb

from features.errors import BadTable
from training.importing.beginnings import BLOCK

SWALLOWING: Final = ("UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM")
"""Faults of a value whose quote is not closed, which then holds the lines that follow."""

REJECTS: Final = """
    SELECT line_byte_position, min(error_type::VARCHAR),
        max(regexp_matches(rtrim(csv_line, chr(10) || chr(13)), chr(10)))
    FROM reject_errors GROUP BY line_byte_position ORDER BY line_byte_position
"""
"""SQL: where each damaged line begins, what is wrong, and whether it is more than one line."""


def rejects(base: duckdb.DuckDBPyConnection, read: Path, file: Path) -> list[tuple[int, str]]:
    """Return (line, what is wrong with it) of every line that DuckDB could not read.

    Args:
        base: where the query was asked, which is over.
        read: the file that was read.
        file: the file it was made of, for messages.

    Raises:
        BadTable: a quote that is not closed made one value of several lines
            (``unreadable-file``): rows would be lost uncounted.
    """
    found = base.execute(REJECTS).fetchall()
    lines = _numbers(read, [start for start, _, _ in found])
    for line, (_, what, several) in zip(lines, found, strict=True):
        if several and what in SWALLOWING:
            raise _open_quote(line, file)
    return [(line, what.lower()) for line, (_, what, _) in zip(lines, found, strict=True)]


def past(numbers: Sequence[int], lines: Sequence[int]) -> list[int]:
    """Return the lines of rows numbered without these *lines*, which became no row; in order."""
    found, left, past = [], deque(lines), 0
    for number in numbers:
        while left and left[0] <= number + past:
            left.popleft()
            past += 1
        found.append(number + past)
    return found


def _numbers(file: Path, starts: Sequence[int]) -> list[int]:
    """Return the number of the line that begins at each of these bytes, in order."""
    found: list[int] = []
    if not starts:
        return found
    with file.open("rb") as opened:
        lines = done = 0
        for start in starts:
            while done < start and (block := opened.read(min(BLOCK, start - done))):
                lines += block.count(b"\n")
                done += len(block)
            found.append(lines + 1)
    return found


def _open_quote(line: int, file: Path) -> BadTable:
    return BadTable(
        found=f"a quote in line {line} that is not closed, so that rows after it would be lost",
        expected="every quoted value closed where it ends",
        hint="Mend that line or export the file again; it may have been cut short on its way.",
        code="unreadable-file",
        where=file.name,
    )

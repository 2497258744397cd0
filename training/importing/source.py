"""The foreign files one table is made of: which they are, their digest, and their rows."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from features.errors import BadMapping, BadTable
from training import berka
from training.checks import FAULT
from training.importing.foreign import Foreign, unreadable
from training.importing.making import chosen
from training.importing.mapping import TableMapping

ADAPTERS: dict[str, Callable[[Path], pl.DataFrame]] = {"berka_protected": berka.protected}
"""What a mapping's ``adapter`` may name: the folder of foreign files → a shaped table."""

NUMBER: Final = "\x1fnumber"
"""The column of a batch that numbers its rows within their file, from 1."""

ROW: Final = "row"
"""The column of `REJECTED` that says where in which file a row stood."""


@dataclass(frozen=True)
class Batch:
    """Some foreign rows.

    Args:
        file: where they are from.
        rows: those that count, with `NUMBER`.
        read: how many were read.
        of: how many rows there are up to the end of the file, roughly.
        whole: whether the rows are shaped as declared already.
    """

    file: str
    rows: pl.DataFrame
    read: int
    of: int
    whole: bool = False

    @property
    def passed_over(self) -> int:
        """Return how many rows `keep` and `drop` left out."""
        return self.read - self.rows.height


@dataclass(frozen=True)
class Source:
    """Where one table comes from.

    Args:
        how: what the mapping says of the table.
        place: the folder of the foreign files, or the only one.
        work: a folder on the data set's disk for what has to be written meanwhile.
    """

    how: TableMapping
    place: Path
    work: Path

    def files(self) -> list[Path]:
        """Return the foreign files the table is made of."""
        if self.how.adapter is not None or (self.how.file is None and self.place.is_file()):
            return [self.place]
        if self.how.file is None:
            there = "a folder" if self.place.is_dir() else "no such file"
            raise _no_file(there, "a file, since the mapping names none", self.place.name)
        folder = self.place if self.place.is_dir() else self.place.parent
        if found := sorted(folder.glob(self.how.file)):
            return found
        there = f"no such file in {self.place.name}"
        raise _no_file(there, "the file the mapping names", self.how.file)

    def digest(self, files: list[Path], *more: str) -> str:
        """Return a name for what comes of these files, of the mapping, and of what is *more*."""
        digest = hashlib.sha256("\n".join([self.how.model_dump_json(), *more]).encode())
        for file in files:
            inside = file.iterdir() if file.is_dir() else [file]
            for one in sorted(one for one in inside if not one.is_dir()):
                digest.update(_digest_of(one))
        return digest.hexdigest()[:16]

    def batches(self, files: list[Path]) -> Iterator[Batch]:
        """Yield what is read, file by file, in order."""
        if self.how.adapter is not None:
            made = ADAPTERS[self.how.adapter](self.place)
            yield Batch(self.how.adapter, made, made.height, made.height, whole=True)
            return
        before = 0
        # What is written meanwhile may hold identifiers of people: it never stays.
        with tempfile.TemporaryDirectory(dir=self.work, prefix=".work-") as work:
            for file in files:
                foreign = Foreign(file, self.how.read, Path(work))
                _refuse_absent(self.how, foreign)
                seen = 0
                for rows in foreign.batches(self.how.reads()):
                    numbered = rows.with_row_index(NUMBER, seen + 1)
                    chosen_rows = numbered.filter(chosen(self.how))
                    seen += rows.height
                    yield Batch(file.name, chosen_rows, rows.height, before + foreign.rows)
                before += seen + len(foreign.damaged)
                if foreign.damaged:
                    broken = _damaged(foreign)
                    yield Batch(file.name, broken, broken.height, before, whole=True)


def _digest_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").digest()
    except OSError as error:
        raise unreadable(file, error) from error


def _damaged(foreign: Foreign) -> pl.DataFrame:
    """Return a row for every line that could not be read."""
    said = [
        {ROW: f"{foreign.file.name} line {line}", FAULT: f"damaged-line: {what}"}
        for line, what in foreign.damaged
    ]
    return pl.DataFrame(said)


def _refuse_absent(table: TableMapping, foreign: Foreign) -> None:
    if absent := sorted(table.reads() - set(foreign.names)):
        alone = len(foreign.names) == 1
        raise BadMapping(
            found=f"no column {', '.join(absent)}",
            expected=f"the columns the mapping reads; the file has {', '.join(foreign.names)}",
            hint="Say in the mapping's `read` what the `delimiter` of the file is."
            if alone
            else "Correct the mapping's `from`, `keep` or `drop`, or `skip` in its `read`.",
            code="missing-column",
            where=foreign.file.name,
        )


def _no_file(found: str, expected: str, where: str) -> BadTable:
    return BadTable(
        found=found,
        expected=expected,
        hint="Check the source's path and the mapping's `file`.",
        code="unreadable-file",
        where=where,
    )

"""A foreign file, read batch by batch: CSV, NDJSON, Parquet or Excel.

CSV and NDJSON come as texts, since only the mapping knows what a number or a date looks
like there. What a file's own rules make unreadable (a line with too few fields, a broken
quote, a byte that is no letter) is passed over and told with its line, not dropped.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import functools
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import duckdb
import fastexcel
import polars as pl

from features.errors import BadTable
from training.importing.beginnings import (
    BLOCK,
    no_objects,
    no_sheet,
    odd_line_ends,
    refuse_names,
    refuse_other_kind,
)
from training.importing.damage import past, rejects
from training.importing.mapping import Reading

BATCH: Final = 2**18
"""Rows held at a time."""

TEXT: Final = (".csv", ".tsv", ".txt")
LINES: Final = (".ndjson", ".jsonl")
SHEETS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
PARQUET: Final = ".parquet"
LOOKED_AT: Final = 1000
"""Lines of NDJSON that tell which names there are."""

MEMORY: Final = "768MB"
STRANGE: Final = "\x01"
"""A sign that stands in no line of JSON, so that a line is one field."""

OBJECT: Final = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END"
"""SQL: whether a line is a JSON object. AND would look at the type of what is not valid too."""


@dataclass
class Foreign:
    """One foreign file.

    Args:
        file: where it is.
        reading: how it is read.
        work: a folder for what has to be written meanwhile.
        names: its columns, in order.
        rows: how many rows it has, roughly.
        damaged: (line, what is wrong with it), filled while `batches` is read.
    """

    file: Path
    reading: Reading
    work: Path
    names: tuple[str, ...] = ()
    rows: int = 0
    damaged: list[tuple[int, str]] = field(default_factory=list)
    _rejects: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look at the file's beginning; raises BadTable when it is not what its name says."""
        with _faults_named(self.file):
            if self.kind in (*TEXT, *LINES):
                refuse_other_kind(self.file, self.reading.encoding)
            if self.kind in TEXT:
                self._look_at_text()
            elif self.kind in LINES:
                self._look_at_lines()
            elif self.kind == PARQUET:
                scanned = pl.scan_parquet(self.file)
                self.names = tuple(scanned.collect_schema().names())
                self.rows = int(scanned.select(pl.len()).collect().item())
            elif self.kind in SHEETS:
                self._look_at_sheet()
            else:
                raise _unknown_kind(self.file)

    @property
    def kind(self) -> str:
        """Return the file's ending, in small letters."""
        return self.file.suffix.lower()

    def batches(self, wanted: set[str]) -> Iterator[pl.DataFrame]:
        """Yield the rows in order, of the *wanted* columns, at most `BATCH` at a time."""
        names = [name for name in self.names if name in wanted]
        with _faults_named(self.file):
            if self.kind in TEXT:
                yield from self._text(names)
            elif self.kind in LINES:
                yield from self._lines(names)
            elif self.kind == PARQUET:
                chosen = pl.scan_parquet(self.file).select(names)
                yield from chosen.collect_batches(chunk_size=BATCH, maintain_order=True)
            else:
                yield from self._sheet.select(names).iter_slices(BATCH)

    def _look_at_text(self) -> None:
        with self._opened() as lines:
            records = csv.reader(lines, delimiter=self.reading.delimiter)
            for _ in range(self.reading.skip):
                next(records, ())
            self.names = tuple(next(records, ()))
            first = [line for _, line in zip(range(LOOKED_AT), lines, strict=False)]
        refuse_names(self.names, self.file)
        self._estimate(first)

    def _look_at_lines(self) -> None:
        with self._opened() as lines:
            first = [line for _, line in zip(range(LOOKED_AT), lines, strict=False)]
        found: dict[str, None] = {}
        for line in first:
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                found |= dict.fromkeys(said if isinstance(said, dict) else ())
        if first and not found:
            raise no_objects(self.file)
        self.names = tuple(found)
        refuse_names(self.names, self.file)
        self._estimate(first)

    def _look_at_sheet(self) -> None:
        book = fastexcel.read_excel(self.file)
        if self.reading.sheet not in (None, *book.sheet_names):
            raise no_sheet(str(self.reading.sheet), book.sheet_names, self.file)
        refuse_names(self._names_of_sheet(book), self.file)
        self.names = tuple(self._sheet.columns)
        self.rows = self._sheet.height

    def _names_of_sheet(self, book: fastexcel.ExcelReader) -> list[str]:
        """Return the names as they stand in the sheet: reading it would tell equal ones apart."""
        header = book.load_sheet(
            self.reading.sheet or 0,
            header_row=None,
            skip_rows=self.reading.skip,
            n_rows=1,
            dtypes="string",
        ).to_polars()
        return ["" if name is None else name for row in header.rows() for name in row]

    def _estimate(self, first: list[str]) -> None:
        long = sum(len(line) for line in first) / max(len(first), 1)
        self.rows = math.ceil(self.file.stat().st_size / long) if first else 0

    def _opened(self) -> IO[str]:
        encoding = "utf-8-sig" if self._utf8 else self.reading.encoding
        return self.file.open(encoding=encoding, errors="replace", newline="")

    @property
    def _utf8(self) -> bool:
        return codecs.lookup(self.reading.encoding).name in ("utf-8", "utf-8-sig", "ascii")

    @functools.cached_property
    def _plain(self) -> Path:
        """Return the file in UTF-8 with one kind of line end: itself, or a copy made once."""
        if self._utf8 and not odd_line_ends(self.file):
            return self.file
        copy = self.work / f"{self.file.stem}-plain{self.file.suffix}"
        # A byte that is no letter is left as it is: its line is then told as damaged.
        keeping = "surrogateescape" if self._utf8 else "strict"
        with (
            self.file.open(encoding=self.reading.encoding, errors=keeping) as there,
            copy.open("w", encoding="utf-8", errors=keeping, newline="") as here,
        ):
            while block := there.read(BLOCK):
                here.write(block)
        return copy

    def _text(self, names: list[str]) -> Iterator[pl.DataFrame]:
        chosen = ", ".join(_quoted(name) for name in names)
        called = tuple(name or f"\x01{i}" for i, name in enumerate(self.names))
        whole = self._csv(called, self.reading.delimiter)
        yield from self._queried(f"SELECT {chosen} FROM {whole}")  # noqa: S608  names are quoted
        self.damaged += self._rejects

    def _lines(self, names: list[str]) -> Iterator[pl.DataFrame]:
        parts = ", ".join(
            f"json_extract_string(CASE WHEN {OBJECT} THEN line END, {_literal(_pointer(n))}) "
            f"AS {_quoted(n)}"
            for n in names
        )
        line = self._csv(("line",), STRANGE)
        asked = f"{OBJECT} AS _whole, trim(coalesce(line, '')) = '' AS _blank"
        query = f"SELECT {asked}, {parts} FROM {line}"  # noqa: S608  names are quoted
        done, broken = 0, list[int]()
        for batch in self._queried(query):
            numbered = batch.with_row_index("_line", done + 1)
            wrong = numbered.filter(~pl.col("_whole") & ~pl.col("_blank"))
            broken += wrong["_line"].to_list()
            done += batch.height
            yield batch.filter(pl.col("_whole")).drop("_whole", "_blank")
        lines = past(broken, [line for line, _ in self._rejects])
        self.damaged += sorted([*self._rejects, *((line, "no JSON object") for line in lines)])

    def _csv(self, names: tuple[str, ...], delimiter: str) -> str:
        """Return the call that reads the file as fields of text, and keeps what it cannot read."""
        columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in names)
        one_field = delimiter == STRANGE
        return (
            f"read_csv({_literal(str(self._plain))}, auto_detect = false, header = false, "
            f"skip = {0 if one_field else self.reading.skip + 1}, delim = {_literal(delimiter)}, "
            f"quote = {_literal('' if one_field else chr(34))}, "
            f"escape = {_literal('' if one_field else chr(34))}, strict_mode = true, "
            f"store_rejects = true, columns = {{{columns}}})"
        )

    def _queried(self, query: str) -> Iterator[pl.DataFrame]:
        """Yield what a query finds, and leave in ``_rejects`` what could not be read.

        Raises:
            BadTable: a quote that is not closed makes one value of several lines.
        """
        with duckdb.connect(config={"memory_limit": MEMORY}) as base:
            base.execute("SET produce_arrow_string_view = true")
            for batch in base.sql(query).to_arrow_reader(BATCH):
                yield pl.DataFrame(batch)
            self._rejects = rejects(base, self._plain, self.file)

    @functools.cached_property
    def _sheet(self) -> pl.DataFrame:
        return pl.read_excel(
            self.file,
            sheet_name=self.reading.sheet,
            read_options={"header_row": self.reading.skip},
            infer_schema_length=None,  # of a look at the first rows, later texts would be lost
            raise_if_empty=False,
        )


@contextlib.contextmanager
def _faults_named(file: Path) -> Iterator[None]:
    """Turn what readers raise into BadTable (``unreadable-file``)."""
    try:
        yield
    except (OSError, UnicodeError, csv.Error, duckdb.Error) as error:
        raise unreadable(file, error) from error
    except (pl.exceptions.PolarsError, fastexcel.FastExcelError) as error:
        raise unreadable(file, error) from error


def unreadable(file: Path, error: Exception) -> BadTable:
    """Return the fault of a file that is damaged, or not what its name says."""
    return BadTable(
        found=str(error).strip().partition("\n")[0][:200],
        expected=f"a whole {file.suffix.removeprefix('.')} file",
        hint="Copy the file again; it may have been cut short on its way.",
        code="unreadable-file",
        where=file.name,
    )


def _unknown_kind(file: Path) -> BadTable:
    known = (*TEXT, *LINES, PARQUET, *SHEETS)
    return BadTable(
        found=f"a file that ends in {file.suffix or 'nothing'}",
        expected=f"one of {', '.join(known)}",
        hint="Export it as CSV, or name it by what it is.",
        code="unreadable-file",
        where=file.name,
    )


def _pointer(name: str) -> str:
    """Return the JSON pointer (RFC 6901) to a field."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

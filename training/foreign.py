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
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import duckdb
import polars as pl

from features.errors import BadTable
from training.mapping import Reading

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

    def __post_init__(self) -> None:
        """Look at the file's beginning; raises BadTable when it is not what its name says."""
        with _faults_named(self.file):
            if self.file.suffix in TEXT:
                self._look_at_text()
            elif self.file.suffix in LINES:
                self._look_at_lines()
            elif self.file.suffix == PARQUET:
                scanned = pl.scan_parquet(self.file)
                self.names = tuple(scanned.collect_schema().names())
                self.rows = int(scanned.select(pl.len()).collect().item())
            elif self.file.suffix in SHEETS:
                self.names = tuple(self._sheet.columns)
                self.rows = self._sheet.height
            else:
                raise _unknown_kind(self.file)

    def batches(self, wanted: set[str]) -> Iterator[pl.DataFrame]:
        """Yield the rows in order, of the *wanted* columns, at most `BATCH` at a time."""
        names = [name for name in self.names if name in wanted]
        with _faults_named(self.file):
            if self.file.suffix in TEXT:
                yield from self._text(names)
            elif self.file.suffix in LINES:
                yield from self._lines(names)
            elif self.file.suffix == PARQUET:
                chosen = pl.scan_parquet(self.file).select(names)
                yield from chosen.collect_batches(chunk_size=BATCH, maintain_order=True)
            else:
                yield from self._sheet.select(names).iter_slices(BATCH)

    def _look_at_text(self) -> None:
        with self._opened() as lines:
            for _ in range(self.reading.skip):
                lines.readline()
            self.names = tuple(next(csv.reader(lines, delimiter=self.reading.delimiter), ()))
            first = [line for _, line in zip(range(LOOKED_AT), lines, strict=False)]
        _refuse_header(self.names, self.file)
        long = sum(len(line) for line in first) / max(len(first), 1)
        self.rows = math.ceil(self.file.stat().st_size / long) if first else 0

    def _look_at_lines(self) -> None:
        with self._opened() as lines:
            first = [line for _, line in zip(range(LOOKED_AT), lines, strict=False)]
        found: dict[str, None] = {}
        for line in first:
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                found |= dict.fromkeys(said if isinstance(said, dict) else ())
        self.names = tuple(found)
        long = sum(len(line) for line in first) / max(len(first), 1)
        self.rows = math.ceil(self.file.stat().st_size / long) if first else 0

    def _opened(self) -> IO[str]:
        encoding = "utf-8-sig" if self._utf8 else self.reading.encoding
        return self.file.open(encoding=encoding, errors="replace", newline="")

    @property
    def _utf8(self) -> bool:
        return codecs.lookup(self.reading.encoding).name in ("utf-8", "utf-8-sig", "ascii")

    def _as_utf8(self) -> Path:
        """Return the file in UTF-8: itself, or a copy made once."""
        if self._utf8:
            return self.file
        copy = self.work / f"{self.file.stem}-utf8{self.file.suffix}"
        with (
            self.file.open(encoding=self.reading.encoding, newline="") as there,
            copy.open("w", encoding="utf-8", newline="") as here,
        ):
            while block := there.read(2**20):
                here.write(block)
        return copy

    def _text(self, names: list[str]) -> Iterator[pl.DataFrame]:
        chosen = ", ".join(_quoted(name) for name in names)
        whole = self._csv(self.names, self.reading.delimiter)
        yield from self._queried(f"SELECT {chosen} FROM {whole}")  # noqa: S608  names are quoted

    def _lines(self, names: list[str]) -> Iterator[pl.DataFrame]:
        whole = "coalesce(json_valid(line) AND json_type(line) = 'OBJECT', false)"
        parts = ", ".join(
            f"json_extract_string(CASE WHEN {whole} THEN line END, {_literal(_pointer(n))}) "
            f"AS {_quoted(n)}"
            for n in names
        )
        line = self._csv(("line",), STRANGE)
        query = f"SELECT {whole} AS _whole, {parts} FROM {line}"  # noqa: S608  names are quoted
        done = 0
        for batch in self._queried(query):
            broken = batch.with_row_index("_line", done + 1).filter(~pl.col("_whole"))
            self.damaged += [(n, "no JSON object") for n in broken["_line"].to_list()]
            done += batch.height
            yield batch.filter(pl.col("_whole")).drop("_whole")

    def _csv(self, names: tuple[str, ...], delimiter: str) -> str:
        """Return the call that reads the file as fields of text, and keeps what it cannot read."""
        columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in names)
        one_field = delimiter == STRANGE
        return (
            f"read_csv({_literal(str(self._as_utf8()))}, auto_detect = false, header = false, "
            f"skip = {0 if one_field else self.reading.skip + 1}, delim = {_literal(delimiter)}, "
            f"quote = {_literal('' if one_field else chr(34))}, "
            f"escape = {_literal('' if one_field else chr(34))}, strict_mode = true, "
            f"store_rejects = true, columns = {{{columns}}})"
        )

    def _queried(self, query: str) -> Iterator[pl.DataFrame]:
        with duckdb.connect(config={"memory_limit": MEMORY}) as base:
            base.execute("SET produce_arrow_string_view = true")
            for batch in base.sql(query).to_arrow_reader(BATCH):
                yield pl.DataFrame(batch)
            found = base.sql("SELECT line, min(error_type) FROM reject_errors GROUP BY line").pl()
            self.damaged += [(line, str(what).lower()) for line, what in sorted(found.rows())]

    @functools.cached_property
    def _sheet(self) -> pl.DataFrame:
        return pl.read_excel(
            self.file,
            sheet_name=self.reading.sheet,
            read_options={"header_row": self.reading.skip},
        )


@contextlib.contextmanager
def _faults_named(file: Path) -> Iterator[None]:
    """Turn what readers raise into BadTable (``unreadable-file``)."""
    try:
        yield
    except (OSError, UnicodeError, csv.Error, duckdb.Error, pl.exceptions.PolarsError) as error:
        raise unreadable(file, error) from error


def unreadable(file: Path, error: Exception) -> BadTable:
    """Return the fault of a file that is damaged, or not what its name says."""
    return BadTable(
        found=" ".join(str(error).split())[:200],
        expected=f"a whole {file.suffix.removeprefix('.')} file",
        hint="Copy the file again; it may have been cut short on its way.",
        code="unreadable-file",
        where=file.name,
    )


def _refuse_header(names: tuple[str, ...], file: Path) -> None:
    twice = sorted(name for name, n in Counter(names).items() if n > 1)
    if not twice and all(name.strip() for name in names):
        return
    if not names:
        raise BadTable(
            found="an empty file",
            expected="a line with the names of the columns, and rows",
            hint="Export the file again.",
            code="empty-table",
            where=file.name,
        )
    raise BadTable(
        found=f"the column {', '.join(twice)} more than once" if twice[:1] != [""] else "no name",
        expected="a name of its own for every column",
        hint="Correct the first line, or say with `skip` which line holds the names.",
        code="bad-header",
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

"""``lumbung import``: foreign files become a data set, by a mapping.

Each row either keeps to the declaration of its table or is set aside in
``rejected/`` with the reason; none is dropped in silence, and too many of them
fail the import. Files are read batch by batch, so memory does not grow with
them. A table's new rows appear whole or not at all, in a folder named by the
digest of what they were made of: the same files imported again change nothing.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import polars as pl

from features.errors import BadMapping, BadTable
from features.records import TABLES
from features.table import Table
from training import datasets, tables
from training.checks import FAULT, faults, schema, shaped
from training.importing import duplicates, joining
from training.importing.joining import REJECTED
from training.importing.making import Maker, make, makers, ours, unread
from training.importing.mapping import Mapping, TableMapping
from training.importing.pseudonyms import Pseudonyms
from training.importing.report import Report
from training.importing.source import NUMBER, ROW, Batch, Source
from training.progress import Step

MOSTLY: Final = 0.5
"""Above this share of a column, values that look like identifiers of people are no accident."""

NEW: Final = "new"
"""The name of a part while it is made."""

WORKERS: Final = 3
"""Batches worked on at a time; what is slow in them runs outside Python's lock."""

T = TypeVar("T")
R = TypeVar("R")


def run(
    mapping: Mapping,
    source: Path,
    out: Path | None,
    key: Pseudonyms | None,
    step: Step,
) -> list[Report]:
    """Import foreign files into the data set *out*, which is made if it is not there.

    Args:
        mapping: what goes where.
        source: the folder of the foreign files, or the only one.
        out: the data set; None for a dry run, which does everything but keep the result.
        key: makes keyed hashes of identifiers; None where the mapping hashes nothing.
        step: told how far it is.

    Raises:
        BadTable: a file is missing or unreadable, a column holds identifiers of people, or more
            rows of a table are faulty than the mapping allows (``too-many-rejected``).
        BadMapping: a column is missing or cannot be made.
        BadInput: as `training.importing.joining.about`.
    """
    said = joining.about(mapping, out, key)
    with _workshop(out) as making:
        reports = [
            _Import(table, mapping, source, out, key, making, step).run() for table in mapping.table
        ]
        if out is not None:
            joining.install(making, out, said)
    return reports


def _workshop(out: Path | None) -> AbstractContextManager[Path]:
    """Return a folder for what is being made: beside *out*, or anywhere for a dry run."""
    beside = Path(tempfile.gettempdir()) / "import" if out is None else out
    return datasets.staging(beside)


@dataclass
class _Import:
    """The import of one table."""

    how: TableMapping
    mapping: Mapping
    place: Path
    out: Path | None
    key: Pseudonyms | None
    making: Path
    step: Step

    @property
    def table(self) -> Table:
        return TABLES[self.how.table]

    def run(self) -> Report:
        """Write the table's new part and what is set aside, and return what became of it."""
        report = Report(self.how.table)
        source = Source(self.how, self.place, self.making)
        files = source.files()
        fingerprint = [] if self.key is None else [self.key.fingerprint()]
        said = (self.mapping.dataset.model_dump_json(), *fingerprint)
        before = [] if self.out is None else tables.parts(self.out, self.table.name)
        with ThreadPoolExecutor(1) as beside:
            # The name is needed first only where there is something it may be the name of.
            naming = beside.submit(source.digest, files, *said)
            if before and naming.result() in {file.parent.name for file in before}:
                report.already = True
                return report
            self._bring_in(source, files, before, report)
            self._name(naming.result())
        return report

    def _name(self, name: str) -> None:
        """Give what was made its name."""
        for folder in (self.making / self.table.name, self.making / REJECTED / self.table.name):
            if (folder / NEW).exists():
                (folder / NEW).rename(folder / name)

    def _bring_in(
        self, source: Source, files: list[Path], before: list[Path], report: Report
    ) -> None:
        """Write the new part, and beside it what is set aside."""
        part = self.making / self.table.name / NEW
        aside = self.making / REJECTED / self.table.name / NEW

        def write(work: tuple[int, Batch]) -> tuple[Batch, pl.DataFrame, pl.Series]:
            number, batch = work
            rows = self._made(batch)
            good = rows.filter(pl.col(FAULT).is_null()).select(self.table.names)
            bad = rows.filter(pl.col(FAULT).is_not_null())
            return batch, _written(bad, aside, number), _written(good, part, number)[key].hash()

        key, hashes = self.table.key, []
        for batch, bad, hashed in ahead(write, enumerate(source.batches(files)), WORKERS):
            report.read += batch.read
            report.passed_over += batch.passed_over
            report.reject(bad)
            hashes.append(hashed)
            self.step(self.table.name, report.read, max(batch.of, report.read))
        self._settle(duplicates.suspects(hashes, before, self.table), before, part, aside, report)
        report.describe(sorted(part.glob("*")))
        report.refuse_too_many(self.mapping.most_rejected)

    def _settle(
        self, hashes: pl.Series, before: list[Path], part: Path, aside: Path, report: Report
    ) -> None:
        """Take out of the new part what stands twice."""
        if hashes.is_empty():
            return
        files = sorted(part.glob("*"))
        found = duplicates.judge(files, before, self.table, hashes)
        duplicates.without(found[duplicates.PLACE], files)
        faulty = found.filter(pl.col(FAULT).is_not_null())
        report.repeated += found.height - faulty.height
        named = faulty.drop(duplicates.PLACE).with_columns(pl.lit("twice").alias(ROW))
        report.reject(_written(named, aside, len(files)))

    def _made(self, batch: Batch) -> pl.DataFrame:
        """Return rows as declared, with `FAULT`, and with `ROW` where they come from a file."""
        if FAULT in batch.rows.columns:
            return pl.concat([self._none(), batch.rows], how="diagonal")
        if batch.whole:
            return faults(shaped(batch.rows, self.table, batch.file), self.table)
        rows = batch.rows
        if rows.is_empty():
            return self._none()
        columns = makers(self.how, self.mapping, rows.schema, self.key)
        try:
            made = make(rows, columns)
            wrong = unread(made, columns)
            open_names = self._open_identifiers(made, columns, batch.file)
        except pl.exceptions.PolarsError as error:
            raise _unmakeable(self.how, error) from error
        declared = faults(shaped(ours(made, columns), self.table, batch.file), self.table)
        fault = pl.coalesce(wrong, open_names, pl.col(FAULT))
        place = pl.format("{} row {}", pl.lit(batch.file), rows[NUMBER])
        where = pl.when(pl.col(FAULT).is_not_null()).then(place)
        return declared.with_columns(fault.alias(FAULT)).with_columns(where.alias(ROW))

    def _open_identifiers(self, rows: pl.DataFrame, columns: list[Maker], file: str) -> pl.Series:
        """Return the fault of rows that hold an identifier of a person where none may stand.

        Raises:
            BadTable: most of a column is such (``personal-identifier``).
        """
        none = pl.Series([None] * rows.height, dtype=pl.String)
        asked = {m.column.name: test for m in columns if (test := m.open_identifiers()) is not None}
        marks = rows.select(test.alias(name) for name, test in asked.items())
        for name in asked:
            if marks[name].sum() > MOSTLY * marks[name].count():
                raise _personal(name, file)
        texts = [name for name in asked if self.table.column(name).kind == "text"]
        said = [
            pl.when(pl.col(name)).then(pl.lit(f"personal-identifier: {name} names a person"))
            for name in texts
        ]
        return marks.select(pl.coalesce(said).alias(FAULT))[FAULT] if said else none

    def _none(self) -> pl.DataFrame:
        return pl.DataFrame(schema={**schema(self.table), FAULT: pl.String(), ROW: pl.String()})


def ahead(function: Callable[[T], R], items: Iterable[T], workers: int) -> Iterator[R]:
    """Yield ``function(item)`` in order of the items, with as many at work as there are workers."""
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[R]] = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _written(rows: pl.DataFrame, folder: Path, number: int) -> pl.DataFrame:
    """Write rows into the next file of a folder, if there are any; return them."""
    if rows.height:
        folder.mkdir(parents=True, exist_ok=True)
        rows.write_parquet(folder / f"{number:05}.parquet", compression_level=1)
    return rows


def _personal(name: str, where: str) -> BadTable:
    return BadTable(
        found=f"identifiers of people (NIK, telephone or e-mail) for {name}",
        expected="a pseudonym",
        hint=f"Say `hash = true` for {name}: the import then keeps a keyed hash of it.",
        code="personal-identifier",
        where=where,
    )


def _unmakeable(table: TableMapping, error: Exception) -> BadMapping:
    return BadMapping(
        found=" ".join(str(error).split())[:200],
        expected=f"constants and foreign columns that {table.table} can be made of",
        hint="Correct the constant, or name another column in `from`.",
        code="bad-mapping",
        where=table.file,
    )

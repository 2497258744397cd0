"""``lumbung import``: foreign files become a data set, by a mapping.

Each row either keeps to the declaration of its table or is set aside in
``rejected/`` with the reason; none is dropped in silence, and too many of them
fail the import. The data set appears whole or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features.errors import BadMapping, BadTable
from features.records import TABLES
from features.table import CURRENCIES, Column
from training import berka, datasets
from training.checks import FAULT, TYPES, faults, shaped
from training.mapping import ColumnMapping, Mapping, TableMapping

ADAPTERS: dict[str, Callable[[Path], pl.DataFrame]] = {"berka_protected": berka.protected}
"""What a mapping's ``adapter`` may name: the folder of foreign files → a shaped table."""


@dataclass(frozen=True)
class Report:
    """What became of one table: rows read and kept, and how many were set aside for what."""

    table: str
    read: int
    kept: int
    rejected: dict[str, int]


def run(mapping: Mapping, source: Path, out: Path) -> list[Report]:
    """Import the files of folder *source* into the new data set *out*.

    Raises:
        BadTable: a file is missing or unreadable, a column is missing, or more rows of a table
            are faulty than the mapping allows (``too-many-rejected``).
        BadInput: *out* is already there.
    """
    reports = []
    with datasets.whole(out) as making:
        for table in mapping.table:
            marked = _marked(table, mapping, source)
            kept = marked.filter(pl.col(FAULT).is_null()).drop(FAULT)
            rejected = marked.filter(pl.col(FAULT).is_not_null())
            report = _report(table.table, marked, rejected)
            _refuse_too_many(report, mapping.most_rejected)
            kept.write_parquet(making / f"{table.table}.parquet")
            if rejected.height:
                (making / "rejected").mkdir(exist_ok=True)
                rejected.write_parquet(making / "rejected" / f"{table.table}.parquet")
            reports.append(report)
        datasets.write_about(mapping.dataset, making)
    return reports


def _marked(table: TableMapping, mapping: Mapping, source: Path) -> pl.DataFrame:
    """Return the table as declared, with `FAULT` saying what is wrong with each row."""
    declared = TABLES[table.table]
    if table.adapter:
        return faults(shaped(ADAPTERS[table.adapter](source), declared, table.adapter), declared)
    foreign = datasets.parquet(source / str(table.file))
    _refuse_absent(table, foreign)
    makers = {name: _Maker(declared.column(name), m, mapping) for name, m in table.columns.items()}
    try:
        made = foreign.select(
            *(maker.value().alias(name) for name, maker in makers.items()),
            pl.coalesce(*(maker.fault() for maker in makers.values())).alias("_unread"),
        )
    except pl.exceptions.PolarsError as error:
        raise _unmakeable(table, error) from error
    marked = faults(shaped(made.drop("_unread"), declared, str(table.file)), declared)
    return marked.with_columns(pl.coalesce(made["_unread"], pl.col(FAULT)).alias(FAULT))


def _refuse_absent(table: TableMapping, foreign: pl.DataFrame) -> None:
    wanted = {m.source for m in table.columns.values() if m.source is not None}
    if absent := sorted(wanted - set(foreign.columns)):
        raise BadMapping(
            found=f"no column {', '.join(absent)}",
            expected=f"the columns the mapping reads; the file has {', '.join(foreign.columns)}",
            hint="Correct the mapping's `from`.",
            code="missing-column",
            where=table.file,
        )


def _unmakeable(table: TableMapping, error: Exception) -> BadMapping:
    return BadMapping(
        found=" ".join(str(error).split())[:200],
        expected=f"constants and foreign columns that {table.table} can be made of",
        hint="Correct the constant, or name another column in `from`.",
        code="bad-mapping",
        where=table.file,
    )


@dataclass(frozen=True)
class _Maker:
    """Makes one column of ours from the foreign file."""

    column: Column
    mapping: ColumnMapping
    whole: Mapping

    def _raw(self) -> pl.Expr:
        raw = pl.col(str(self.mapping.source))
        if self.mapping.missing:
            raw = pl.when(raw.cast(pl.String).is_in(self.mapping.missing)).then(None).otherwise(raw)
        return raw

    def value(self) -> pl.Expr:
        """Return the column in the type declared; null where the foreign value cannot be read."""
        wanted = TYPES[self.column.kind]
        if self.mapping.source is None:
            return pl.lit(self.mapping.constant, dtype=wanted)
        if self.mapping.values is not None:
            names = self._raw().cast(pl.String)
            return names.replace_strict(
                self.mapping.values, default=self.mapping.other, return_dtype=wanted
            )
        if self.column.kind == "time":
            return self._time()
        if self.column.kind == "money":
            return self._whole(CURRENCIES[self.whole.dataset.currency] if self.mapping.major else 0)
        if self.column.kind == "count":
            return self._whole(0)
        return self._raw().cast(wanted, strict=False)

    def _time(self) -> pl.Expr:
        text = self._raw().cast(pl.String)
        zone = self.whole.dataset.time_zone
        local = text.str.to_datetime(self.mapping.format, time_unit="us", strict=False)
        there = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        return there.dt.convert_time_zone("UTC")

    def _whole(self, places: int) -> pl.Expr:
        exact = self._raw().cast(pl.Float64, strict=False) * 10**places
        near = (exact - exact.round()).abs() < 1e-6 * 10**places
        # From 2**53 on, a float no longer holds every whole number.
        near &= exact.abs() < 2**53
        return pl.when(near).then(exact.round().cast(pl.Int64, strict=False))

    def fault(self) -> pl.Expr:
        """Return the fault of rows whose foreign value is there but cannot be read, else null."""
        if self.mapping.source is None:
            return pl.lit(None, dtype=pl.String)
        unread = self._raw().is_not_null() & self.value().is_null()
        text = pl.format(
            f"unread-value: {self.column.name} cannot be made of {{}}", self._raw().cast(pl.String)
        )
        return pl.when(unread).then(text).otherwise(None)


def _report(table: str, marked: pl.DataFrame, rejected: pl.DataFrame) -> Report:
    codes = Counter(fault.partition(": ")[0] for fault in rejected[FAULT].to_list())
    return Report(table, marked.height, marked.height - rejected.height, dict(codes))


def _refuse_too_many(report: Report, most: float) -> None:
    rejected = report.read - report.kept
    if rejected <= most * report.read:
        return
    counted = ", ".join(f"{n} {code}" for code, n in sorted(report.rejected.items()))
    raise BadTable(
        found=f"{rejected} of {report.read} rows of {report.table} cannot be used ({counted})",
        expected=f"at most {most:.1%}, as the mapping allows",
        hint="Mend the source or the mapping, or raise `most_rejected` in it.",
        code="too-many-rejected",
        where=report.table,
    )

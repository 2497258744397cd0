"""What became of the rows of one table: counted while they pass, and told at the end."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from features.errors import BadTable
from training.checks import FAULT

SAMPLE: Final = 10
"""Rows of a table that its report shows."""

WHEN: Final = ("occurred_at", "as_of", "disbursed_at", "granted_at")
"""The column that places a row in time, where a table has one."""


@dataclass
class Report:
    """What became of one table.

    Args:
        table: its name.
        read: rows of the foreign files.
        passed_over: rows that `keep` and `drop` leave out.
        repeated: rows that stand in the data set already, to the letter.
        kept: rows that are new in the data set.
        rejected: code of a fault → rows set aside for it.
        first: the earliest day of a row kept, UTC; None where none has one.
        last: the latest.
        longest_gap_days: the most days in a row, between the first and the last, without a row.
        sample: the first rows kept.
        already: whether the very same files were imported before, so that nothing was done.
    """

    table: str
    read: int = 0
    passed_over: int = 0
    repeated: int = 0
    kept: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    first: date | None = None
    last: date | None = None
    longest_gap_days: int = 0
    sample: pl.DataFrame | None = None
    already: bool = False

    def describe(self, files: Sequence[Path]) -> None:
        """Count the rows that are kept in these files, and look at their times."""
        days: set[date] = set()
        for file in files:
            scanned = pl.scan_parquet(file)
            names = scanned.collect_schema().names()
            when = next((name for name in WHEN if name in names), names[0])
            times = scanned.select(when).collect()[when]
            self.kept += times.len()
            if isinstance(times.dtype, pl.Datetime):
                days |= set(times.drop_nulls().dt.date().unique())
            if self.sample is None:
                self.sample = scanned.head(SAMPLE).collect()
        if days:
            self.first, self.last = min(days), max(days)
        gaps = ((b - a).days - 1 for a, b in itertools.pairwise(sorted(days)))
        self.longest_gap_days = max(gaps, default=0)

    def reject(self, rows: pl.DataFrame) -> None:
        """Count rows that are set aside, by the code of their fault."""
        codes = rows[FAULT].str.split(": ").list.first()
        self.rejected.update(dict(codes.value_counts().rows()))

    def refuse_too_many(self, most: float) -> None:
        """Raise BadTable when no row was read, or more than the share *most* was set aside."""
        rejected = self.rejected.total()
        if self.kept + self.repeated + rejected == 0:
            raise BadTable(
                found="no rows" if self.passed_over == 0 else "no row that `keep` and `drop` leave",
                expected=f"at least one row of {self.table}",
                hint="Leave the table out of the mapping if the source has nothing to say.",
                code="empty-table",
                where=self.table,
            )
        if rejected <= most * (self.read - self.passed_over):
            return
        counted = ", ".join(f"{n} {code}" for code, n in sorted(self.rejected.items()))
        raise BadTable(
            found=f"{rejected} of {self.read} rows of {self.table} cannot be used ({counted})",
            expected=f"at most {most:.1%}, as the mapping allows",
            hint="Look with --dry-run; mend the source or the mapping, or raise `most_rejected`.",
            code="too-many-rejected",
            where=self.table,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values; the sample is for people only."""
        return {
            "table": self.table,
            "read": self.read,
            "passed_over": self.passed_over,
            "repeated": self.repeated,
            "kept": self.kept,
            "rejected": dict(sorted(self.rejected.items())),
            "first": None if self.first is None else self.first.isoformat(),
            "last": None if self.last is None else self.last.isoformat(),
            "longest_gap_days": self.longest_gap_days,
            "already": self.already,
        }

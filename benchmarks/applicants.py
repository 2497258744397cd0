"""Simulated applicants as the service meets them: an application, and the records of a business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import polars as pl

from audit.decision import Application, Business
from benchmarks.done import Records
from features.rows import Columns
from features.sources import SOURCES
from training.checks import TYPES, shaped
from training.columns import columns, in_order

Tables = Mapping[str, pl.DataFrame]

PAPERS: Final = frozenset({"ktp", "kk"})
"""What everyone can show; whoever has a business number shows that too."""


@dataclass(frozen=True)
class Applicant:
    """One application, and the raw records of its business."""

    application: Application
    records: Records

    def columns(self) -> dict[str, Columns]:
        """Return the records as they are decided on."""
        return joined(self.application.business_id, self.records)


def joined(business_id: str, records: Records) -> dict[str, Columns]:
    """Return raw records as columns in which the business is number 0."""
    only = in_order(pl.Series([business_id]))
    out = {}
    for source, rows in records.items():
        table = SOURCES[source]
        schema = {column.name: TYPES[column.kind] for column in table.columns}
        frame = pl.DataFrame(rows, schema=schema).with_columns(business_id=pl.lit(business_id))
        out[source] = columns(shaped(frame, table, source), table, only)
    return out


def applicants(tables: Tables) -> Iterator[Applicant]:
    """Give the applicants of a simulated data set, in order of business and time."""
    records = {
        name: tables[name].partition_by("business_id", as_dict=True)
        for name in SOURCES
        if name in tables
    }
    for asked in tables["applications"].sort("business_id", "as_of").iter_rows(named=True):
        key = (asked["business_id"],)
        its = {name: parts[key].to_dicts() for name, parts in records.items() if key in parts}
        yield Applicant(_application(asked, its), its)


def _application(asked: dict[str, Any], records: Records) -> Application:
    stated = records.get("profile", [])
    started = [row["started_at"] for row in stated if row["started_at"] is not None]
    numbers = [row["nib"] for row in stated if row["nib"] is not None]
    nib = frozenset({"nib"}) if numbers and numbers[-1] else frozenset()
    return Application(
        application_id=asked["application_id"],
        business_id=asked["business_id"],
        as_of=asked["as_of"],
        amount=asked["amount"],
        tenor_months=asked["tenor_months"],
        purpose=asked["purpose"] or "other",
        business=Business(
            started_on=started[-1].date() if started else None,
            kbli=None,
            kecamatan=None,
            documents=PAPERS | nib,
            active_bank_loans=0,
            programme_loan=False,
            existing_instalments=_instalments(records.get("credit", []), asked["as_of"]),
        ),
        digest="0" * 64,
    )


def _instalments(reports: list[dict[str, Any]], as_of: datetime) -> int:
    """Return what is due each month on the loans last reported as running."""
    newest = {
        report["facility"]: report
        for report in sorted(reports, key=lambda report: report["occurred_at"])
        if report["kind"] == "month" and report["known_at"] < as_of
    }
    running = (report for report in newest.values() if report["status"] == "running")
    return sum(report["instalment"] or 0 for report in running)

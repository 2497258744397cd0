"""Who asks in the demonstration: the last businesses of its simulated data, by their own records.

They go the way that a lender's applicants go: kept with their consents, told of for the audit where
they agreed to it, and decided on by what was sent of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from features.sources import BUSINESS, KNOWN_AT, SOURCES
from serving.business import businesses, consents
from serving.business.records import Whose
from serving.protected import kept
from serving.protected.kept import Told
from serving.reading.request import Application
from serving.reading.rows import ROWS
from serving.service import Service
from serving.store import database

NUMBER: Final = 300
"""Businesses that ask."""

PAPERS: Final = ("ktp", "kk", "sku")
"""What everyone can show; whoever has a business number shows that too."""

ASKED: Final = ("application_id", BUSINESS.name, "as_of", "amount", "tenor_months")

TOLD: Final = ("gender", "birth_year", "disability")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Asking:
    """Somebody who asks.

    Args:
        application: what they ask for, with their records.
        scopes: what they agreed to.
        told: what they tell for the audit, if they agree to it.
    """

    application: Application
    scopes: frozenset[str]
    told: Told

    @property
    def women(self) -> bool:
        """Return whether a programme may count her among the women: she is one, and agreed."""
        return self.told.gender == "female" and "programme_groups" in self.scopes


def asking(data: Path) -> Iterator[Asking]:
    """Give the last `NUMBER` businesses of a simulated data set that ask, in order of time."""
    asked = pl.read_parquet(data / "applications" / "*.parquet").sort("as_of").tail(NUMBER)
    names = asked[BUSINESS.name].to_list()
    records = {source: _rows(data, source, names) for source in SOURCES}
    agreed, protected = (_rows(data, name, names) for name in ("consents", "protected"))
    for one in asked.iter_rows(named=True):
        name, as_of = one[BUSINESS.name], one["as_of"]
        (own,) = protected[name]
        yield Asking(
            _application(one, {of: _known(by.get(name, []), as_of) for of, by in records.items()}),
            frozenset(row["scope"] for row in agreed.get(name, []) if row["withdrawn_at"] is None),
            Told(**{key: own[key] for key in TOLD}),
        )


def agree(service: Service, partner_id: str, one: Asking) -> None:
    """Keep a business, what its owner agreed to, and what they tell for the audit."""
    now, whose = service.now(), Whose(partner_id, one.application.business_id)
    with database.writing(service.engine) as session:
        businesses.put(session, whose, one.application.business, now, now)
        for scope in (consents.ALL, consents.AUDIT):
            if scope in one.scopes:
                consents.grant(session, whose, consents.Given(scope, now, "made up"), now)
        if {consents.ALL, consents.AUDIT} <= one.scopes:
            kept.put(session, whose, one.told, now)


def _rows(data: Path, table: str, names: list[str]) -> dict[str, Sequence[Row]]:
    """Return the rows of a table by business, of some businesses."""
    frame = pl.scan_parquet(data / table / "*.parquet").filter(pl.col(BUSINESS.name).is_in(names))
    parts = frame.collect().partition_by(BUSINESS.name, as_dict=True)
    return {str(name): part.to_dicts() for (name,), part in parts.items()}


def _known(rows: Sequence[Row], as_of: datetime) -> Sequence[Row]:
    return [row for row in rows if row[KNOWN_AT.name] < as_of]


def _application(one: Row, records: Mapping[str, Sequence[Row]]) -> Application:
    said = {of: [sent(row, of, one["as_of"]) for row in rows] for of, rows in records.items()}
    profile = records["profile"][-1] if records["profile"] else {}
    asked = {
        **{name: one[name] for name in ASKED},
        "purpose": one["purpose"] or "other",
        "business": facts(profile),
        **{source: rows for source, rows in said.items() if rows or source == "payments"},
    }
    return Application.model_validate_json(json.dumps(asked, default=text))


def facts(profile: Row) -> dict[str, Any]:
    """Return what a profile states of the business itself."""
    started, scheme = profile.get("started_at"), profile.get("sector_scheme")
    return {
        "started_on": None if started is None else started.date(),
        "kbli": profile.get("sector") if scheme == "kbli2020" else None,
        "kecamatan": profile.get("kecamatan"),
        "documents": [*PAPERS, *(["nib"] if profile.get("nib") else [])],
        "active_bank_loans": 0,
        "programme_loan": False,
    }


def sent(row: Row, source: str, as_of: datetime) -> dict[str, Any]:
    """Return a record as a request has it: what was not known by then is left out."""
    sent = {}
    for name in ROWS[source].model_fields:
        since = SOURCES[source].column(name).known_with
        if row.get(name) is not None and (since is None or (row[since] and row[since] < as_of)):
            sent[name] = row[name]
    return sent


def text(value: object) -> str:
    """Return a day or an instant as JSON has it; raises TypeError for anything else."""
    if isinstance(value, date):
        return value.isoformat()
    message = f"{type(value).__name__} in a record"
    raise TypeError(message)

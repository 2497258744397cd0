"""What services that are measured beside one another share: a champion, businesses, products.

All of it is simulated. The champion lies in an MLflow registry for ours, and as LightGBM's text for
its peers; a business's records are kept by ours over its own API, and in tables for the peers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx2
import pandas as pd
import yaml

from audit.days import microseconds
from benchmarks.applicants import applicants
from benchmarks.done import Records
from benchmarks.ranking import shelf
from benchmarks.worlds import Tables
from features.sources import BUSINESS, KNOWN_AT, SOURCES
from lumbung.demo_applicants import facts, sent, text
from matching.product import Product
from models import scale
from models.risk import RiskModel
from training.run import Run
from training.tracking import Tracker

PARTNER: Final = "granary"
LONG: Final = (date(2020, 1, 1), date(2099, 12, 31))
"""When products may be had: at any time that a simulated application may be of."""


@dataclass(frozen=True)
class Business:
    """A business that asks for a loan.

    Args:
        business_id: its name.
        asks: for what, as a request says it.
        facts: about it, as a request says them.
        records: source → rows as a request has them.
    """

    business_id: str
    asks: dict[str, Any]
    facts: dict[str, Any]
    records: Records


def registered(folder: Path, model: RiskModel) -> str:
    """Make a model the champion of a registry in a folder, and return the registry's URI."""
    uri = f"sqlite:///{folder}/mlflow.db"
    tracker = Tracker(uri, folder / "mlartifacts")
    tracker.keep(model, Run({}, {}, [], {}, {}))
    tracker.promote(1)
    return uri


def stocked_shelf(folder: Path, number: int) -> tuple[Product, ...]:
    """Write so many products of different terms into a folder, as an operator would."""
    folder.mkdir()
    begin, end = LONG
    products = [
        one.model_copy(update={"effective_from": begin, "verified_at": begin, "effective_to": end})
        for one in shelf(number)
    ]
    lender = products[0].lender.model_dump(mode="json")
    terms = [
        one.model_dump(mode="json", exclude={"lender"}, exclude_unset=True) for one in products
    ]
    file = folder / "products.yaml"
    file.write_text(yaml.safe_dump({"lender": lender, "products": terms}), encoding="utf-8")
    return tuple(products)


def businesses(tables: Tables, payments: int, many: int) -> list[Business]:
    """Return so many businesses of a simulated data set, each with its latest payments.

    Args:
        tables: of the data set.
        payments: of each business; those that have fewer are passed by.
        many: how many; fewer where there are no more.
    """
    out: list[Business] = []
    for one in applicants(tables):
        its = one.application
        rows = _known(one.records, its.as_of)
        if len(rows.get("payments", ())) >= payments and len(out) < many:
            rows["payments"] = rows["payments"][-payments:]
            asks = {
                "as_of": its.as_of.isoformat(),
                "amount": its.amount,
                "tenor_months": its.tenor_months,
                "purpose": its.purpose,
            }
            said = facts(rows["profile"][-1] if rows.get("profile") else {})
            out.append(Business(f"{its.business_id}-{payments}", asks, said, rows))
    return out


def _known(records: Records, as_of: datetime) -> Records:
    """Return what was known by an instant, as a request says it, in order of time."""
    return {
        source: [sent(row, source, as_of) for row in sorted(rows, key=_place)]
        for source, found in records.items()
        if (rows := [row for row in found if row[KNOWN_AT.name] < as_of])
    }


def _place(row: dict[str, Any]) -> datetime:
    at: datetime = row["occurred_at"]
    return at


def keep(url: str, key: str, kept: Iterable[Business]) -> None:
    """Let a service keep businesses with their records, under consents of long ago."""
    with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}) as client:
        for one in kept:
            at, agreed = f"/v1/businesses/{one.business_id}", _before(one)
            asked = [("put", at, {**one.facts, "known_at": agreed})]
            asked += [
                ("post", f"{at}/consents", {"scope": scope, "granted_at": agreed, "evidence": "-"})
                for scope in ("scoring", *one.records)
            ]
            asked.append(("post", f"{at}/records", one.records))
            for method, path, body in asked:
                answer = client.request(
                    method.upper(), path, content=written(body), headers=JSON, timeout=60
                )
                if not answer.is_success:
                    raise AssertionError(f"{path}: {answer.text}")


JSON: Final = {"Content-Type": "application/json"}


def written(body: Any) -> str:
    """Return a body as JSON."""
    return json.dumps(body, default=text, separators=(",", ":"))


def _before(one: Business) -> str:
    return (datetime.fromisoformat(one.asks["as_of"]) - timedelta(days=1)).isoformat()


def for_peers(folder: Path, model: RiskModel, kept: Sequence[Business]) -> None:
    """Lay out what the peers read: the trees, how margins become points, and tables of records."""
    folder.mkdir()
    (folder / "trees.txt").write_text(model.text, encoding="utf-8")
    line = {**asdict(model.scaling), "factor": scale.FACTOR, "offset": scale.OFFSET}
    (folder / "scaling.json").write_text(json.dumps(line), encoding="utf-8")
    with sqlite3.connect(folder / "peer.db") as connection:
        connection.execute("CREATE TABLE scores (application_id TEXT PRIMARY KEY, answer TEXT)")
        for source, table in SOURCES.items():
            rows = [
                {**{n: _stored(row.get(n)) for n in table.names}, BUSINESS.name: one.business_id}
                for one in kept
                for row in one.records.get(source, ())
            ]
            frame = pd.DataFrame(rows, columns=list(table.names))
            unsaid = frame[KNOWN_AT.name].isna()
            frame.loc[unsaid, KNOWN_AT.name] = frame.loc[unsaid, "occurred_at"]
            frame.to_sql(source, connection, index=False)
            connection.execute(f"CREATE INDEX of_{source} ON {source} (business_id)")


def _stored(value: Any) -> Any:
    return microseconds(value) if isinstance(value, datetime) else value

"""A scoring service as most teams write one: FastAPI, pandas, scikit-learn's wrapper and shap.

It takes a business's records from tables in SQLite, or its payments from the request, computes the
same features by plain group-bys (`benchmarks.plain`), asks `LGBMClassifier.predict_proba` and a
`shap.TreeExplainer` that is made once, and inserts what came out through SQLAlchemy. Written with
care: indexed tables, one transaction a request, a write-ahead log that waits for the disk as ours
does, one thread for LightGBM. It neither matches with products nor looks for next steps, knows
no keys and seals nothing. ``PEER_FOLDER`` holds what `benchmarks.prepared` laid out for it.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shap
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Connection, create_engine, event, text

from benchmarks.frames import Frames, frames, words
from benchmarks.peers.wrapped import classifier
from benchmarks.plain.compute import compute
from features.catalogue import NAMES
from features.records import APPLICATIONS
from features.sources import SOURCES
from features.table import Table

FOLDER: Final = Path(os.environ["PEER_FOLDER"])
REASONS: Final = 4
TIMES: Final = ("occurred_at", "known_at")
"""What every record has; any other time may be missing."""

MICROSECONDS: Final = 1_000

app = FastAPI()
engine = create_engine(f"sqlite:///{FOLDER / 'peer.db'}", connect_args={"timeout": 60})
scaling = json.loads((FOLDER / "scaling.json").read_text("utf-8"))


@event.listens_for(engine, "connect")
def _durable(connection: Any, record: Any) -> None:
    del record
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


# said of each row otherwise
warnings.filterwarnings("ignore", message="LightGBM binary classifier with TreeExplainer")
model = classifier((FOLDER / "trees.txt").read_text("utf-8"))
explainer = shap.TreeExplainer(model.booster_)


class Asked(BaseModel):
    """A request for a score."""

    application_id: str
    business_id: str
    as_of: datetime
    amount: int
    tenor_months: int
    payments: list[dict[str, Any]] | None = None


def dtypes(table: Table) -> dict[str, Any]:
    """Return the types by which a table's columns are read; of one business, none is its name."""
    kinds = {"id": "str", "text": "str", "time": "float64"}
    return {
        column.name: words(column) if column.kind == "category" else kinds.get(column.kind, "float")
        for column in table.columns
        if column.name not in TIMES
    } | dict.fromkeys(TIMES, "int64")


TYPES: Final[Mapping[str, dict[str, Any]]] = {name: dtypes(t) for name, t in SOURCES.items()}
NOTHING: Final = frames({}, {})


def kept(connection: Connection, business_id: str) -> dict[str, pd.DataFrame]:
    """Return the records of a business, by source."""
    return {
        source: pd.read_sql_query(
            text(f"SELECT * FROM {source} WHERE business_id = :business"),  # noqa: S608  our names
            connection,
            params={"business": business_id},
            dtype=TYPES[source],
        )
        for source in SOURCES
    }


def sent(asked: Asked) -> dict[str, pd.DataFrame]:
    """Return the payments of a request; of the other sources nothing is known."""
    rows = pd.DataFrame(asked.payments, columns=list(SOURCES["payments"].names))
    rows["known_at"] = rows["known_at"].fillna(rows["occurred_at"])
    rows["business_id"] = asked.business_id
    for name in TIMES:
        times = pd.to_datetime(rows[name], format="ISO8601", utc=True)
        rows[name] = times.astype("datetime64[us, UTC]").astype("int64")
    return {**NOTHING, "payments": rows.astype(TYPES["payments"])}


def vector(asked: Asked, records: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the features, one row."""
    application = pd.DataFrame(
        {
            "business_id": [asked.business_id],
            "as_of": [pd.Timestamp(asked.as_of).value // MICROSECONDS],
            "amount": [float(asked.amount)],
            "tenor_months": [float(asked.tenor_months)],
        }
    )
    held: Frames = {**records, APPLICATIONS.name: application}
    return compute(held)


@app.post("/score", status_code=201)
def score(asked: Asked) -> dict[str, Any]:
    """Score an application, say why, and keep it."""
    with engine.begin() as connection:
        found = sent(asked) if asked.payments is not None else kept(connection, asked.business_id)
        features = vector(asked, found)
        p = model.predict_proba(features)[0, 1]
        log_odds = scaling["slope"] * np.log(p / (1 - p)) + scaling["intercept"]
        points = -scaling["factor"] * scaling["slope"] * explainer.shap_values(features)[0]
        worst = np.argsort(points)[:REASONS]
        answer = {
            "application_id": asked.application_id,
            "score": round(float(scaling["offset"] - scaling["factor"] * log_odds)),
            "probability_of_default": float(1 / (1 + np.exp(-log_odds))),
            "reasons": [{"feature": NAMES[i], "points": float(points[i])} for i in worst],
        }
        connection.execute(
            text("INSERT INTO scores VALUES (:application_id, :answer)"),
            {"application_id": asked.application_id, "answer": json.dumps(answer)},
        )
    return answer

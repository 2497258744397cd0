"""A business is seen alike by who trains and by who serves: bit for bit, by all its sources."""

from __future__ import annotations

import functools
import json
import math
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from audit.decide import decide
from features.catalogue import FEATURES, NAMES
from features.sources import SOURCES
from serving.applications import intake
from serving.reading.columns import columns
from serving.reading.request import Application
from tests.audit.cases import STAMP, alone
from tests.serving.cases import as_json
from training.engines.kernel import feature_rows
from training.simulator import simulate

BUSINESSES, MONTHS, SEED = 60, 24, 5


@functools.cache
def tables() -> dict[str, pl.DataFrame]:
    """Return a simulated data set, used on another basis than consents."""
    chunks = list(simulate(BUSINESSES, MONTHS, SEED))
    return {
        name: pl.concat([chunk[name] for chunk in chunks])
        for name in chunks[0]
        if name != "consents"
    }


def known_then(source: str, business: str, as_of: datetime) -> list[dict[str, Any]]:
    """Return the records of a business as a partner could send them at that instant."""
    table, rows = SOURCES[source], tables()[source]
    rows = rows.filter((pl.col("business_id") == business) & (pl.col("occurred_at") < as_of))
    later = [
        pl.when(pl.col(column.known_with) < as_of).then(pl.col(column.name)).alias(column.name)
        for column in table.columns
        if column.known_with
    ]
    return as_json(rows.with_columns(later).rows(named=True))


def request(asked: dict[str, Any]) -> dict[str, Any]:
    """Return an application of the data set as a request."""
    as_of, business = asked["as_of"], asked["business_id"]
    named = ("application_id", "business_id", "amount", "tenor_months", "purpose")
    return {
        **{name: asked[name] for name in named if asked[name] is not None},
        "as_of": as_of.isoformat(),
        **{source: known_then(source, business, as_of) for source in SOURCES},
    }


def served(asked: dict[str, Any]) -> list[float]:
    """Return the features of the decision on an application that was sent."""
    read = Application.model_validate_json(json.dumps(request(asked)))
    now = asked["as_of"]
    intake.check(read, now, "IDR")
    records = {source: columns(rows, SOURCES[source]) for source, rows in read.records().items()}
    made = decide(intake.application(read, now), records, alone(), STAMP)
    values = (made.features[name] for name in NAMES)
    return [math.nan if value is None else value for value in values]


def test_what_is_served_of_every_source_is_what_training_computes() -> None:
    trained = feature_rows(tables())
    asked = {row["application_id"]: row for row in tables()["applications"].rows(named=True)}
    vectors = np.array([served(asked[name]) for name in trained["application_id"]])
    wanted = trained.select(NAMES).fill_null(np.nan).to_numpy()
    np.testing.assert_array_equal(vectors, wanted)
    told = np.isfinite(wanted).any(axis=0)
    silent = {feature.name for feature, seen in zip(FEATURES, told, strict=True) if not seen}
    assert silent == set()

"""A business is seen alike by who trains and by who serves: bit for bit, by all its sources."""

from __future__ import annotations

import functools
import itertools
import json
import math
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from audit.decide import decide
from audit.decision import Decision
from audit.rules import Rules
from features.catalogue import FEATURES, NAMES
from features.sources import SOURCES
from models.calibration import Beta
from models.reasons import CODES
from models.risk import RiskModel
from serving.applications import intake
from serving.reading.columns import columns
from serving.reading.request import Application
from tests.audit.cases import STAMP, alone, rules
from tests.serving.cases import as_json
from training.engines.kernel import feature_rows
from training.scoring import REASONS, score_rows
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


def decided(asked: dict[str, Any], rules: Rules, partner: str) -> Decision:
    """Return the decision on an application that a partner sent."""
    read = Application.model_validate_json(json.dumps(request(asked)))
    now = asked["as_of"]
    intake.check(read, now, "IDR")
    records = {source: columns(rows, SOURCES[source]) for source, rows in read.records().items()}
    return decide(intake.application(read, now), records, rules, replace(STAMP, partner_id=partner))


def served(asked: dict[str, Any]) -> list[float]:
    """Return the features of the decision on an application that was sent."""
    made = decided(asked, alone(), STAMP.partner_id)
    values = (made.features[name] for name in NAMES)
    return [math.nan if value is None else value for value in values]


def test_what_a_data_set_is_scored_is_what_its_applications_are_served(model: RiskModel) -> None:
    """By a model with lenders' shifts and a calibration of its own, to the bit."""
    shifted = replace(model, priors={"granary": 0.7, "mill": -0.3}, calibration=Beta(0.4, 0.9, 0.2))
    partners = itertools.cycle(["granary", "mill", "barn"])
    given = [next(partners) for _ in range(tables()["applications"].height)]
    asking = tables()["applications"].with_columns(partner_id=pl.Series(given))
    scored = score_rows(shifted, "7", {**tables(), "applications": asking})
    asked = {row["application_id"]: row for row in asking.rows(named=True)}
    for row in scored.rows(named=True):
        one = asked[row["application_id"]]
        made = decided(one, rules(shifted), one["partner_id"])
        points = made.points
        assert row["partner_id"] == one["partner_id"]
        assert row["probability_of_default"].hex() == float(made.probability_of_default or 0).hex()
        assert (row["score"], row["grade"], row["base"]) == (points.score, made.grade, points.base)
        reasons = tuple(row[name] for name in REASONS if row[name] is not None)
        assert reasons == made.reasons
        assert {code: row[code] for code in CODES} == points.by_reason
    assert len({row["reason_1"] for row in scored.rows(named=True)}) > 1


def test_what_is_served_of_every_source_is_what_training_computes() -> None:
    trained = feature_rows(tables())
    asked = {row["application_id"]: row for row in tables()["applications"].rows(named=True)}
    vectors = np.array([served(asked[name]) for name in trained["application_id"]])
    wanted = trained.select(NAMES).fill_null(np.nan).to_numpy()
    np.testing.assert_array_equal(vectors, wanted)
    told = np.isfinite(wanted).any(axis=0)
    silent = {feature.name for feature, seen in zip(FEATURES, told, strict=True) if not seen}
    assert silent == set()

"""Points per reason: they add up, and the order of reasons is that of the points."""

from __future__ import annotations

from dataclasses import replace

import lightgbm
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import FEATURES
from models import scale
from models.calibration import Beta
from models.reasons import CODES, Points, apart, largest_remainder, take_apart
from models.risk import RiskModel
from tests.conftest import made_up_vectors

VECTORS = made_up_vectors(300, seed=5)


def test_base_and_reasons_add_up_to_the_score_for_everyone(model: RiskModel) -> None:
    for points in take_apart(model, VECTORS):
        assert points.base + sum(points.by_reason.values()) == points.score


def test_the_score_is_the_rounded_scale_of_the_line_whatever_the_calibration(
    model: RiskModel,
) -> None:
    bent = replace(model, calibration=Beta(0.4, 0.9, 0.2), priors={"granary": 1.0})
    scores = [points.score for points in take_apart(bent, VECTORS)]
    margins = np.asarray(lightgbm.Booster(model_str=model.text).predict(VECTORS, raw_score=True))
    line = model.scaling.intercept + model.scaling.slope * margins
    assert scores == [round(float(p)) for p in scale.points(line)]


def test_points_of_a_reason_are_those_of_its_features(model: RiskModel) -> None:
    """Recomputed feature by feature from the contributions, in plain Python."""
    contributions = model.contributions(VECTORS[:20])
    for row, points in zip(contributions, take_apart(model, VECTORS[:20]), strict=True):
        for code in CODES:
            mine = [row[i] for i, feature in enumerate(FEATURES) if feature.reason == code]
            exact = -scale.FACTOR * sum(mine)
            assert abs(points.exact[code] - exact) < 1e-9
            assert abs(points.by_reason[code] - exact) < 1


def test_reasons_are_the_worst_first_and_at_most_four() -> None:
    exact = {"A": -3.2, "B": 5.0, "C": -9.9, "D": -1.4, "E": -2.0, "F": -2.5, "G": 1.2, "H": 8.0}
    points = Points(600, 595, {code: round(value) for code, value in exact.items()}, exact)
    assert points.reasons() == ("C", "A", "F", "E")
    assert points.strengths() == ("H", "B")


def test_a_reason_without_a_whole_point_is_not_named() -> None:
    exact = {"A": -0.3, "B": 0.3}
    points = Points(600, 600, {"A": 0, "B": 0}, exact)
    assert points.reasons() == ()
    assert points.strengths() == ()


@given(st.lists(st.lists(st.floats(-500, 500), min_size=7, max_size=7), min_size=1, max_size=5))
def test_largest_remainder_meets_the_total_and_moves_each_part_by_less_than_one(
    rows: list[list[float]],
) -> None:
    exact = np.array(rows)
    totals = np.rint(exact.sum(axis=1)).astype(int)
    whole = largest_remainder(exact, totals)
    assert whole.sum(axis=1).tolist() == totals.tolist()
    assert (np.abs(whole - exact) <= 1).all()


def test_the_largest_remainders_are_raised_and_the_first_of_equal_ones() -> None:
    exact = np.array([[0.5, 1.9, 0.5, -1.9], [2.0, 0.0, 0.0, -1.0]])
    whole = largest_remainder(exact, np.array([1, 1]))
    assert whole.tolist() == [[1, 2, 0, -2], [2, 0, 0, -1]]


def test_one_row_is_taken_apart_as_it_is_among_many(model: RiskModel) -> None:
    apart = take_apart(model, VECTORS)
    assert apart == [take_apart(model, row[None])[0] for row in VECTORS]
    assert take_apart(model, VECTORS[:0]) == []


def test_reasons_of_many_are_those_of_each(model: RiskModel) -> None:
    is_read = np.random.default_rng(1).random(VECTORS.shape) < 0.1
    found = apart(model, np.concatenate([VECTORS, np.where(is_read, VECTORS, np.nan)]))
    named = [tuple(CODES[at] for at in row if at >= 0) for row in found.reasons().tolist()]
    assert named == [points.reasons() for points in found.points()]
    assert {len(row) for row in named} >= {1, 2, 3, 4}


def test_what_nobody_read_is_no_reason_and_no_strength_but_lacking() -> None:
    exact = {"A": -3.2, "B": 5.0, "C": -9.9, "D": -1.4}
    whole = {code: round(value) for code, value in exact.items()}
    points = Points(600, 609, whole, exact, unread=("D", "B", "C"))
    assert points.reasons() == ("A",)
    assert points.strengths() == ()
    assert points.lacking() == ("C", "D")


def test_a_code_is_unread_where_the_feature_that_leads_it_is_missing(model: RiskModel) -> None:
    """Recomputed from the contributions, in plain Python."""
    contributions = model.contributions(VECTORS[:50])
    unread = 0
    for row, vector, points in zip(
        contributions, VECTORS[:50], take_apart(model, VECTORS[:50]), strict=True
    ):
        for code in CODES:
            places = [i for i, feature in enumerate(FEATURES) if feature.reason == code]
            way = -1 if points.exact[code] < 0 else 1
            lead = max(places, key=lambda i: way * -row[i])
            if points.exact[code] and abs(row[lead]) > 1e-12:
                assert points.leading[code] == FEATURES[lead].name
                assert (code in points.unread) == bool(np.isnan(vector[lead]))
                unread += code in points.unread
    assert unread > 0

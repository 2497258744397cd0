"""The widest gaps are Fairlearn's, and equal groups are not taken for unequal ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from fairlearn import metrics

from audit.fairness.cases import Cases
from audit.fairness.draws import Drawing
from audit.fairness.widest import WIDTHS, Widest, widest

FAIRLEARN: dict[str, Callable[..., float]] = {
    "demographic_parity_difference": metrics.demographic_parity_difference,
    "demographic_parity_ratio": metrics.demographic_parity_ratio,
    "equal_opportunity_difference": metrics.equal_opportunity_difference,
    "equalized_odds_difference": metrics.equalized_odds_difference,
}
"""Figure → the function of the same name; to them a good loan is the positive class."""


def made(seed: int, n: int = 900, apart: float = 0.0) -> Cases:
    """Return applications of three groups, the first of them approved *apart* less often."""
    random = np.random.default_rng(seed)
    group = random.choice(["a", "b", "c"], n)
    approved = random.random(n) < 0.6 - apart * (group == "a")
    return Cases.of(
        {"place": group},
        approved=approved.astype(float),
        bad=(random.random(n) < 0.3).astype(float),
        score=random.normal(500, 40, n),
        price=np.where(approved, random.uniform(0.1, 0.3, n), np.nan),
    )


def figures(cases: Cases, drawing: Drawing = Drawing(50)) -> dict[str, Widest]:  # noqa: B008  frozen
    return {one.width.name: one for one in widest(cases, drawing=drawing)}


@pytest.mark.parametrize("name", FAIRLEARN)
def test_a_figure_is_that_of_fairlearn(name: str) -> None:
    cases = made(1, apart=0.2)
    good = 1 - cases.bad
    theirs = FAIRLEARN[name](good, cases.approved, sensitive_features=cases.groups["place"])
    found = figures(cases)[name].found
    assert found is not None
    assert found.value == pytest.approx(theirs)


def test_means_are_compared_by_the_metric_frame_too() -> None:
    cases = made(2)
    rows = ~np.isnan(cases.price)
    for name, values, among in (
        ("score_difference", cases.score, np.ones(cases.n, bool)),
        ("price_difference", cases.price, rows),
    ):
        frame = metrics.MetricFrame(
            metrics=metrics.mean_prediction,
            y_true=values[among],
            y_pred=values[among],
            sensitive_features=cases.groups["place"][among],
        )
        found = figures(cases)[name].found
        assert found is not None
        assert found.value == pytest.approx(frame.difference())


def test_a_gap_that_is_there_lies_beyond_chance_and_its_interval_holds_it() -> None:
    found = figures(made(3, 3_000, apart=0.15), Drawing(400))["demographic_parity_difference"]
    assert found.found is not None
    assert found.by_chance is not None
    assert found.found.low <= 0.15 <= found.found.high
    assert found.found.value > found.by_chance


def test_of_equal_groups_a_gap_beyond_chance_is_rare_and_the_interval_holds_none() -> None:
    """Of 120 worlds three are expected beyond chance (2.5%) and six missed (5%).

    Nine or more of the one come less than once in a hundred, and thirteen or more of the other.
    """
    beyond = missed = 0
    for seed in range(120):
        one = figures(made(100 + seed, 400), Drawing(200))["demographic_parity_difference"]
        assert one.found is not None
        assert one.by_chance is not None
        beyond += one.found.value > one.by_chance
        missed += one.found.low > 0.02
    assert beyond <= 8
    assert missed <= 12


def test_a_group_of_few_is_left_out_and_one_group_alone_lies_apart_from_none() -> None:
    groups = np.repeat(["a", "b", "c"], [200, 100, 29])
    approved = (np.arange(329) % 2).astype(float)
    cases = Cases.of({"place": groups}, approved=approved)
    named = figures(cases)
    assert named["demographic_parity_difference"].groups == 2
    assert (named["score_difference"].found, named["score_difference"].by_chance) == (None, None)
    alone = figures(cases.part(groups == "a"))["demographic_parity_difference"]
    assert (alone.found, alone.groups) == (None, 1)


def test_every_figure_has_a_name_of_its_own() -> None:
    assert len({width.name for width in WIDTHS}) == len(WIDTHS)


def test_where_nobody_is_approved_there_is_no_ratio_and_a_difference_of_nought() -> None:
    of = made(3)
    none = figures(replace(of, approved=np.zeros(of.n)))
    assert none["demographic_parity_ratio"].found is None
    apart = none["demographic_parity_difference"].found
    assert apart is not None
    assert apart.value == 0

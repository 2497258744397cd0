"""What a choice is worth, which application of a business counts, and what is left of a row."""

from __future__ import annotations

import math

import numpy as np
import pytest

from features.errors import BadInput
from matching.allocation.programme import Limit, Objective
from matching.allocation.system import current, worth_of
from tests.matching.allocation.cases import MILLION, Ask, lent, pool_of, programme
from tests.matching.allocation.relaxed import system


@pytest.mark.parametrize(
    ("objective", "worth"),
    [("expected_repaid", [8e6, 1.0]), ("businesses", [1, 1]), ("jobs", [4, 1])],
)
def test_worth_is_the_objectives_own(objective: Objective, worth: list[float]) -> None:
    known = Ask({"a": 1}, amount=10 * MILLION, probability=0.2, employees=3.0)
    lost = Ask({"a": 1}, amount=10 * MILLION, probability=1.0)
    assert worth_of(objective, pool_of([known, lost], [lent("a")])).tolist() == worth


def test_a_risk_that_nobody_knows_is_missed_only_where_it_counts() -> None:
    unknown = Ask({"a": 1}, probability=math.nan)
    pool = pool_of([unknown, unknown], [lent("a")])
    assert worth_of("businesses", pool).tolist() == [1, 1]
    with pytest.raises(BadInput, match="2 applications whose risk is not known") as wrong:
        worth_of("expected_repaid", pool)
    assert wrong.value.code == "bad-pool"
    nothing_fits = pool_of([Ask({}, probability=math.nan)], [lent("a")])
    assert len(worth_of("expected_repaid", nothing_fits)) == 1


def test_the_latest_application_of_a_business_counts_and_of_two_the_later_by_its_id() -> None:
    asks = [
        Ask({"a": 1}, business=business, asked_at=at)
        for business, at in [("x", 3), ("x", 1), ("y", 2), ("y", 2), ("z", 0)]
    ]
    assert current(pool_of(asks, [lent("a")])).tolist() == [True, False, False, True, True]


def test_the_cheaper_product_is_worth_more_and_neither_as_little_as_another_loan() -> None:
    asks = [Ask({"a": 90 * MILLION, "b": 80 * MILLION, "c": 0})]
    value = system(programme(), pool_of(asks, [lent("a"), lent("b"), lent("c")])).value[0]
    assert 1 == value[2] > value[1] > value[0] > 1 - 1e-4


def test_room_is_what_the_limits_leave_in_whole_rupiah() -> None:
    asks = [Ask({"a": 1}, amount=10), Ask({"a": 1, "b": 1}, amount=25)]
    limits = (
        Limit(name="both", unit="rupiah", at_most=30, at_least=5),
        Limit(name="b", unit="businesses", at_most=3, products=("b",)),
    )
    asked = system(programme(*limits), pool_of(asks, [lent("a"), lent("b", quota=0)]))
    assert [row.kind for row in asked.rows] == ["at_most", "at_least", "at_most", "at_most"]
    assert asked.room(np.array([0, 1])).tolist() == [-5, 30, 2, -1]
    assert asked.room(np.array([-1, -1])).tolist() == [30, -5, 3, 0]

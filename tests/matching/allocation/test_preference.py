"""Applicants would have the cheaper product; lenders take whom their order says."""

from __future__ import annotations

import math

import pytest

from matching.allocation.preference import applicants_order, lenders_order
from matching.allocation.programme import Preference
from tests.matching.allocation.cases import Ask, lent, pool_of, programme

ASKS = [
    Ask({"a": 9}, amount=20, probability=math.nan, asked_at=5),
    Ask({"a": 5, "b": 5, "c": 1}, amount=10, probability=0.2, asked_at=5),
    Ask({"b": 1}, amount=30, probability=0.1, asked_at=1),
]
POOL = pool_of(ASKS, [lent("a"), lent("b"), lent("c", lender="barn")])


def test_the_cheapest_comes_first_and_what_does_not_fit_last() -> None:
    assert applicants_order(POOL).tolist() == [[0, 1, 2], [1, 2, 0], [1, 0, 2]]


@pytest.mark.parametrize(
    ("order", "places"),
    [
        ("earliest", [1, 2, 0]),
        ("lowest_risk", [2, 1, 0]),
        ("smallest", [1, 0, 2]),
        ("largest", [1, 2, 0]),
    ],
)
def test_a_lender_orders_all_as_it_states(order: str, places: list[int]) -> None:
    stated = Preference.model_validate({"lender": "granary", "order": order})
    asked = programme().model_copy(update={"preferences": (stated,)})
    found = lenders_order(asked, POOL)
    assert found[:, 0].tolist() == found[:, 1].tolist() == places
    assert found[:, 2].tolist() == [1, 2, 0]


def test_without_products_there_is_no_order() -> None:
    empty = pool_of(ASKS, [])
    assert lenders_order(programme(), empty).shape == applicants_order(empty).shape == (3, 0)

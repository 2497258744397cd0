"""A lender takes part by its budget."""

from __future__ import annotations

from typing import Any

import pytest

from lumbung.allocating.budgets import taking_part
from matching.allocation.programme import Limit, Programme
from tests.lumbung.allocating.cases import ON
from tests.matching.cases import LENDER, product

MILL = {**LENDER, "id": "mill"}
PRODUCTS = (product(), product(product_id="husk"), product(product_id="flour", lender=MILL))


def programme(*limits: dict[str, Any]) -> Programme:
    named = [
        Limit(**{"name": f"limit {n}", "unit": "rupiah", "at_most": 1, **limit})
        for n, limit in enumerate(limits)
    ]
    return Programme(
        programme_id="p",
        name="P",
        objective="businesses",
        limits=tuple(named),
        effective_from=ON,
        effective_to=ON,
        source="the test",
    )


@pytest.mark.parametrize(
    ("limits", "names"),
    [
        ([], ["seed", "husk", "flour"]),
        ([{}], ["seed", "husk", "flour"]),
        ([{"lenders": ("mill",)}], ["flour"]),
        ([{"products": ("husk",)}, {"lenders": ("mill",)}], ["husk", "flour"]),
        ([{"products": ("husk", "flour"), "lenders": ("mill",)}], ["flour"]),
        ([{"lenders": ("nobody",)}], []),
        ([{"lenders": ("mill",), "unit": "businesses"}], ["seed", "husk", "flour"]),
        (
            [{"lenders": ("mill",), "at_most": None, "at_least": 1}],
            ["seed", "husk", "flour"],
        ),
    ],
)
def test_only_a_budget_that_names_somebody_chooses(
    limits: list[dict[str, Any]], names: list[str]
) -> None:
    found = taking_part(programme(*limits), PRODUCTS)
    assert [one.product_id for one in found] == names

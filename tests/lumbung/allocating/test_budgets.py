"""A lender takes part by its budget."""

from __future__ import annotations

from typing import Any

import pytest

from features.errors import BadInput
from lumbung.allocating.budgets import refuse_strangers, taking_part
from matching.allocation.programme import Limit, Preference, Programme
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


@pytest.mark.parametrize(
    ("limit", "where", "found"),
    [
        ({"lenders": ("mill", "mlil")}, "limit 0: lenders", "mlil"),
        ({"products": ("huks", "flour")}, "limit 0: products", "huks"),
        ({"kecamatan": ("332511", "3325110")}, "limit 0: kecamatan", "332511"),
    ],
)
def test_a_name_that_nobody_knows_is_refused_where_it_stands(
    limit: dict[str, Any], where: str, found: str
) -> None:
    with pytest.raises(BadInput) as caught:
        refuse_strangers(programme(limit), PRODUCTS)
    assert (caught.value.code, caught.value.where) == ("bad-programme", where)
    assert caught.value.found == found


def test_a_lender_that_nobody_knows_has_no_preference() -> None:
    wished = programme().model_copy(
        update={"preferences": (Preference(lender="nobody", order="smallest"),)}
    )
    with pytest.raises(BadInput, match="nobody"):
        refuse_strangers(wished, PRODUCTS)


def test_names_that_are_known_are_not_refused() -> None:
    named = {"lenders": ("mill",), "products": ("flour",), "kecamatan": ("3325110",)}
    refuse_strangers(programme(named), PRODUCTS)

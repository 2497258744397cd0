"""A lender's budget is a limit of the programme once its second person has verified it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from matching.allocation.programme import Limit
from serving.access.callers import NotFound
from serving.lending import budgets
from serving.lending.budgets import Budget
from tests.audit.cases import NOW
from tests.matching.cases import product
from tests.serving.cases import ANI, BUDI
from tests.serving.programme_cases import SEED, put_in
from tests.training.cases import refused


def test_a_budget_waits_for_a_second_person_and_is_a_limit_from_then_on(decided: Engine) -> None:
    waiting = budgets.propose(decided, "batang", SEED, Budget(at_most=90), ANI, NOW)
    assert (waiting.at_most, waiting.state) == (90, "waiting")
    assert budgets.in_force(decided, "batang") == []
    done = budgets.verify(decided, "batang", "seed", 1, BUDI, NOW)
    assert (done.programme_id, done.product_id, done.state) == ("batang", "seed", "in_force")
    assert budgets.in_force(decided, "batang") == [done]
    assert budgets.limits([done]) == (
        Limit(name="Dana seed", unit="rupiah", at_most=90, products=("seed",)),
    )


def test_the_last_one_verified_counts_and_what_waits_changes_nothing(decided: Engine) -> None:
    put_in(decided, 90)
    put_in(decided, 50)
    budgets.propose(decided, "batang", SEED, Budget(at_most=10), BUDI, NOW)
    assert [one.at_most for one in budgets.in_force(decided, "batang")] == [50]
    own = budgets.of_lender(decided, "batang", "granary")
    assert [(one.at_most, one.state) for one in own] == [(50, "in_force"), (10, "waiting")]


def test_budgets_are_of_one_programme_product_and_lender(decided: Engine) -> None:
    put_in(decided, 90)
    put_in(decided, 70, product(product_id="husk"))
    found = budgets.in_force(decided, "batang")
    assert {one.product_id: one.at_most for one in found} == {"seed": 90, "husk": 70}
    assert budgets.in_force(decided, "bat") == budgets.of_lender(decided, "batang", "mill") == []


def test_a_lender_puts_money_into_its_own_products_only() -> None:
    assert budgets.own([SEED], "seed", "granary") is SEED
    for product_id, partner_id in (("seed", "mill"), ("husk", "granary")):
        with pytest.raises(NotFound) as caught:
            budgets.own([SEED], product_id, partner_id)
        refused(caught, "no-product")

"""An ordinary month is the median of the last six on record, recomputed from the words alone."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given, settings

from features.flow import MONTHS, Flow, ordinary_month
from tests.features.cases import AS_OF, Case, ask, case, pay
from tests.features.generated import cases
from tests.features.hand_made.payments import OF_PAYMENTS
from tests.features.oracle.payments import earned, monthly, spent
from tests.features.oracle.words import Application, Records, Row, Seen, join


def of_month(payments: list[Row], seen: Seen) -> float:
    """Return the median month of some of the payments; NaN without any payment on record."""
    months = monthly(payments, seen, MONTHS)
    return statistics.median(months) if months else math.nan


def plainly(application: Application, records: Records) -> tuple[float, float, float]:
    """Return income, spending and purchases of an ordinary month of one application."""
    seen = join(application, records)
    lived = [p for p in spent(seen) if p["kind"] != "loan"]
    bought = [p for p in spent(seen) if p["kind"] == "supplier"]
    return of_month(earned(seen), seen), of_month(lived, seen), of_month(bought, seen)


def agrees(given_case: Case) -> None:
    """Assert that the flow is, to the bit, what the words say of each application."""
    flow = ordinary_month(given_case.known())
    found = list(zip(flow.income, flow.spending, flow.purchases, strict=True))
    assert len(found) == len(given_case.applications)
    for application, values in zip(given_case.applications, found, strict=True):
        wanted = plainly(application, given_case.records)
        assert [float(v).hex() for v in values] == [float(w).hex() for w in wanted]


@pytest.mark.parametrize("name", OF_PAYMENTS)
def test_the_flow_of_a_hand_made_case_is_what_the_words_say(name: str) -> None:
    agrees(OF_PAYMENTS[name])


@settings(max_examples=100, deadline=None)
@given(cases())
def test_the_flow_of_any_case_is_what_the_words_say(given_case: Case) -> None:
    agrees(given_case)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_purchases_are_a_part_of_the_spending(given_case: Case) -> None:
    flow = ordinary_month(given_case.known())
    for bought, spending in zip(flow.purchases, flow.spending, strict=True):
        assert math.isnan(spending) or 0 <= bought <= spending


MID_MONTHS = (10, 40, 70, 100, 130, 160)
"""A day of each of the last six months; a payment of 180 days ago puts all six on record."""

OLDEST = pay(180, 0)


def flow_of(*payments: Row) -> Flow:
    """Return the flow of one application with these payments."""
    return ordinary_month(case(OLDEST, *payments).known())


def test_one_month_that_stands_out_does_not_decide() -> None:
    even = [pay(day, 600) for day in MID_MONTHS]
    assert flow_of(*even).income.tolist() == [600.0]
    assert flow_of(*even, pay(11, 9_000_000)).income.tolist() == [600.0]
    assert flow_of(*even[1:]).income.tolist() == [600.0]


def test_of_an_even_number_of_months_it_is_midway_between_the_middle_two() -> None:
    rising = [pay(day, 100 * n) for n, day in enumerate(MID_MONTHS, start=1)]
    assert flow_of(*rising).income.tolist() == [350.0]


def test_months_before_the_last_six_are_left_out() -> None:
    rising = [pay(day, 100 * n) for n, day in enumerate(MID_MONTHS, start=1)]
    older = [pay(day, 50_000) for day in range(181, 400, 5)]
    assert flow_of(*rising, *older).income.tolist() == [350.0]


def test_repayments_and_transfers_are_not_spending() -> None:
    spending = [pay(day, 300, "household") for day in MID_MONTHS]
    owed = [pay(day, 7_000, kind) for day in MID_MONTHS for kind in ("loan", "transfer")]
    flow = flow_of(*spending, *owed)
    assert (flow.spending.tolist(), flow.purchases.tolist()) == ([300.0], [0.0])


def test_what_suppliers_give_back_does_not_lower_the_purchases() -> None:
    bought = [pay(day, 500, "supplier") for day in MID_MONTHS]
    back = [pay(day, 200, "supplier", direction="in") for day in MID_MONTHS]
    assert flow_of(*bought, *back).purchases.tolist() == [500.0]


def test_without_payments_nothing_is_known() -> None:
    flow = ordinary_month(case(asks=[ask(), ask(as_of=AS_OF - 1)]).known())
    for values in (flow.income, flow.spending, flow.purchases):
        assert values.shape == (2,)
        assert all(math.isnan(value) for value in values)

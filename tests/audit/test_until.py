"""Until when a fact counts is told by its code, never too early."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.days import EPOCH, wib
from audit.decide import decide
from audit.decision import Application, Decision
from audit.result import Policy
from audit.until import months_after, until_of
from tests.audit.cases import APPLICATION, STAMP, alone, history, records_of
from tests.features.cases import AS_OF, Case, case, pay
from tests.features.hand_made.bills import bill
from tests.features.hand_made.credit import inquiry, runs
from tests.matching.cases import product, rule

NOW = EPOCH + timedelta(microseconds=AS_OF)
LENIENT = Policy(fewest_months=0.0)


def decision(leading: dict[str, str] | None = None, **changed: Any) -> Decision:
    """Return a decision on an application of that instant, but for what is *changed*."""
    made = decide(replace(APPLICATION, as_of=NOW), {}, alone(products=()), STAMP)
    return replace(made, points=replace(made.points, leading=leading or {}), **changed)


def told(one: Case, leading: dict[str, str] | None = None) -> dict[str, date]:
    """Return until when the facts of a case count."""
    return until_of(one.known(), decision(leading), LENIENT)


def after(days: float) -> date:
    """Return the first whole day in Batang so many days after the application."""
    return wib(NOW + timedelta(days=days)) + timedelta(days=1)


def test_a_code_is_told_until_the_last_of_its_facts_counts_no_longer() -> None:
    arrears = case(credit=[runs(100, days_past_due=9)])
    assert told(arrears) == {"R11": after(730 - 100)}
    assert told(arrears, {"R11": "worst_days_past_due"}) == {"R11": after(730 - 100)}


def test_each_code_has_a_day_of_its_own() -> None:
    known = case(bills=[bill(100, due=90, paid_at=AS_OF - 1)], credit=[inquiry(30)])
    assert told(known) == {"R13": after(60), "R15": after(265), "R29": after(630)}


def test_a_code_whose_points_come_of_something_else_has_no_day() -> None:
    gap = case(pay(90), *(pay(age) for age in range(1, 30)))
    assert told(gap, {"R07": "longest_gap_days"})["R07"] == after(180 - 29)
    assert "R07" not in told(gap, {"R07": "active_day_share"})


def test_nothing_past_has_no_day() -> None:
    assert told(case()) == {}
    assert told(case(*(pay(age) for age in range(1, 30)))).keys() <= {"R07"}


@pytest.mark.parametrize(("first", "found"), [(10, 80), (89.5, 0.5), (90, None), (200, None)])
def test_short_records_are_long_enough_some_day(first: float, found: float | None) -> None:
    days = until_of(case(pay(first)).known(), decision(), Policy(fewest_months=3.0))
    assert days.get("R05") == (None if found is None else after(found))


def test_a_business_too_young_is_old_enough_for_the_first_product_some_day() -> None:
    products = tuple(
        product(product_id=f"p{n}", eligibility=[rule(field="months_running", value=n)])
        for n in (48, 36, 1)
    )
    made = decide(APPLICATION, records_of(history()), alone(products=products), STAMP)
    assert APPLICATION.business.started_on == date(2024, 3, 1)
    assert made.until["R06"] == date(2027, 3, 1)


@pytest.mark.parametrize("early", [0, 1])
def test_on_that_day_the_rule_is_met_and_not_the_day_before(early: int) -> None:
    products = (product(eligibility=[rule(field="months_running", value=36)]),)
    later: Application = replace(
        APPLICATION, as_of=APPLICATION.as_of.replace(2027, 3, 1) - timedelta(days=early)
    )
    made = decide(later, records_of(history()), alone(products=products), STAMP)
    assert ("R06" in made.until) is bool(early)


@given(st.dates(date(1990, 1, 1), date(2026, 1, 1)), st.integers(0, 700))
def test_so_many_months_have_passed_by_the_first_day_that_is_late_enough(
    start: date, months: int
) -> None:
    day = months_after(start, months)
    assert passed(start, day) == months
    assert day == start or passed(start, day - timedelta(days=1)) < months


def passed(start: date, day: date) -> int:
    """Return the whole months between two days, counted as a birthday is."""
    full = (day.year - start.year) * 12 + day.month - start.month
    return full if day.day >= start.day else full - 1


def test_months_without_end_come_to_the_last_day_there_is() -> None:
    assert months_after(date(2024, 1, 1), 10**6) == date.max

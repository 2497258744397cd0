"""The days of a decision: products hold, and months pass, by the calendar of Batang."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.decide import decide
from audit.decision import Application
from audit.rules import Rules
from models.risk import RiskModel
from tests.audit.cases import (
    APPLICATION,
    AS_OF,
    BUSINESS,
    NO_PAYMENTS,
    STAMP,
    history,
    records_of,
    rules,
)
from tests.matching.cases import product

MOMENT = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def in_force(model: RiskModel) -> Rules:
    return rules(model)


@pytest.mark.parametrize(
    ("decided_at", "offered"),
    [
        (datetime(2026, 11, 29, 16, 59, 59, 999_999, tzinfo=UTC), []),
        (datetime(2026, 11, 29, 17, tzinfo=UTC), ["seed"]),
        (datetime(2026, 11, 30, 16, 59, 59, 999_999, tzinfo=UTC), ["seed"]),
        (datetime(2026, 11, 30, 17, tzinfo=UTC), []),
    ],
)
def test_offers_hold_on_the_day_of_the_decision_as_it_is_in_batang(
    model: RiskModel, decided_at: datetime, offered: list[str]
) -> None:
    """In force on the 30th of November only, which begins there at 17:00 UTC of the 29th."""
    day = date(2026, 11, 30)
    products = (product(effective_from=day, effective_to=day),)
    stamp = replace(STAMP, decided_at=decided_at)
    made = decide(APPLICATION, records_of(history()), rules(model, products=products), stamp)
    assert [offer.product_id for offer in made.offers] == offered
    assert made.unfit == ()


def months_running(started: date | None, as_of: datetime, in_force: Rules) -> int | None:
    """Return how long the matcher takes a business to have been running."""
    business = replace(BUSINESS, started_on=started)
    asked: Application = replace(APPLICATION, as_of=as_of, business=business)
    return decide(asked, NO_PAYMENTS, in_force, STAMP).applicant.months_running


@pytest.mark.parametrize(
    ("started", "today", "months"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 10, 20), date(2026, 11, 19), 0),
        (date(2026, 10, 20), date(2026, 11, 20), 1),
        (date(2025, 12, 31), date(2026, 1, 1), 0),
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 3, 1), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2024, 2, 29), date(2025, 3, 1), 12),
        (date(1999, 11, 20), date(2026, 11, 20), 324),
        (date(2026, 11, 21), date(2026, 11, 20), 0),
        (date(2027, 11, 20), date(2026, 11, 20), 0),
    ],
)
def test_months_running_are_whole_months_and_never_below_zero(
    in_force: Rules, started: date, today: date, months: int
) -> None:
    as_of = datetime(today.year, today.month, today.day, 5, tzinfo=UTC)
    assert months_running(started, as_of, in_force) == months


@settings(deadline=None, max_examples=100)
@given(st.dates(date(1990, 1, 1), date(2026, 11, 1)), st.dates(date(1990, 1, 1), date(2026, 11, 1)))
def test_a_month_is_whole_when_its_day_has_come_again(
    in_force: Rules, one: date, other: date
) -> None:
    started, today = sorted((one, other))
    come = [
        k
        for k in range(1, 500)
        if (started.year + (started.month - 1 + k) // 12, (started.month - 1 + k) % 12, started.day)
        <= (today.year, today.month - 1, today.day)
    ]
    as_of = datetime(today.year, today.month, today.day, 5, tzinfo=UTC)
    assert months_running(started, as_of, in_force) == len(come)


def test_the_day_of_the_request_is_that_of_batang(in_force: Rules) -> None:
    midnight = datetime(2026, 11, 19, 17, tzinfo=UTC)
    started = date(2026, 10, 20)
    assert months_running(started, midnight - MOMENT, in_force) == 0
    assert months_running(started, midnight, in_force) == 1


def test_a_start_that_nobody_told_is_not_known(in_force: Rules) -> None:
    assert months_running(None, AS_OF, in_force) is None

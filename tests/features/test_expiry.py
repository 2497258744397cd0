"""A fact of the past counts until the day that is said, and no longer: the feature shows it.

Each case is a business with the fact and the same business without it, which both go on as
usual after the application. As long as the fact counts, the two differ.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from features.expiry import PASTS, Past, days_left
from features.feature import sources_of
from features.rows import DAY
from tests.features.cases import AS_OF, Case, ago, ask, case, pay, row
from tests.features.generated import cases
from tests.features.hand_made.bills import bill, token
from tests.features.hand_made.credit import inquiry, runs
from tests.features.oracle.words import Application, Row

Rows = list[Row]
AGES = range(-720, 721)


def every(days: float, make: Any, *, gap: tuple[float, float] = (0, 0)) -> Rows:
    """Return a row each so many days over two years and two to come, but none within a gap."""
    ages = np.arange(-720, 721, days)
    return [make(float(age)) for age in ages if not gap[0] < age < gap[1]]


def in_time(kind: str) -> Any:
    """Return how to make a bill that is paid two weeks later, as it is due."""
    return lambda age: bill(age, kind, due=age - 14)


def late(age: float, kind: str) -> Row:
    """Return a bill paid a week after its day."""
    return bill(age, kind, due=age - 14, paid_at=ago(age - 21))


def invoice(age: float, days_late: float = 0) -> Row:
    """Return an invoice paid so many days after its day."""
    return row("invoices", age, due_at=ago(age - 14), paid_at=ago(age - 14 - days_late), paid=1)


def reported(age: float) -> Row:
    """Return a month of a loan that goes well."""
    return runs(age, days_past_due=0, collectability=1, restructured=False)


def with_and_without(source: str, fact: Row, usual: Rows) -> tuple[Case, Case]:
    """Return a business in which a row stands beside the usual ones, and one without it."""
    records: list[dict[str, Any]] = [{source: [*usual, fact]}, {source: usual}]
    with_fact, without = (case(**{"payments": every(1, pay), **one}) for one in records)
    return with_fact, without


def with_gap(source: str, make: Any, gap: tuple[float, float]) -> tuple[Case, Case]:
    """Return a business that was silent for a while, and one that was not."""
    records: list[dict[str, Any]] = [
        {source: every(0.25, make, gap=gap)},
        {source: every(0.25, make)},
    ]
    with_fact, without = (case(**{"payments": every(1, pay), **one}) for one in records)
    return with_fact, without


SPENT = every(1, lambda age: pay(age, kind="supplier"))
POWER, WATER, TAX = (in_time(kind) for kind in ("electricity", "water", "pbb"))
LOAN = every(30, reported)

CASES: dict[str, tuple[Case, Case]] = {
    "longest_gap_days": with_gap("payments", pay, (20, 60)),
    "months_without_income": (
        case(*every(1, pay, gap=(20, 70)), *SPENT),
        case(*every(1, pay), *SPENT),
    ),
    "penalties": with_and_without("payments", pay(40.5, kind="penalty"), every(1, pay)),
    "longest_power_gap": with_gap("bills", token, (20, 60)),
    "power_late_share": with_and_without("bills", late(100.5, "electricity"), every(30, POWER)),
    "power_days_late": with_and_without("bills", late(100.5, "electricity"), every(30, POWER)),
    "bill_late_share": with_and_without("bills", late(100.5, "water"), every(30, WATER)),
    "bill_days_late": with_and_without("bills", late(100.5, "water"), every(30, WATER)),
    "months_paid_on_time": with_and_without("bills", late(100.5, "water"), every(30, WATER)),
    "services_cut_off": with_and_without(
        "bills", {**POWER(100.5), "cut_off_at": ago(50)}, every(30, POWER)
    ),
    "longest_top_up_gap": with_gap("bills", lambda age: token(age, kind="telecom"), (20, 60)),
    "tax_on_time_share": with_and_without("bills", late(100.5, "pbb"), every(180, TAX)),
    "supplier_days_late": with_and_without("invoices", invoice(100.5, 9), every(30, invoice)),
    "supplier_on_time_share": with_and_without("invoices", invoice(100.5, 9), every(30, invoice)),
    "worst_days_past_due": with_and_without("credit", runs(100.5, days_past_due=40), LOAN),
    "doubtful_months": with_and_without("credit", runs(100.5, collectability=4), LOAN),
    "months_since_arrears": with_and_without("credit", runs(100.5, days_past_due=40), LOAN),
    "loans_restructured": with_and_without(
        "credit", runs(100.5, "another", restructured=True), LOAN
    ),
    "inquiries": with_and_without("credit", inquiry(40.5), LOAN),
}


def left(one: Case, feature: str) -> float:
    """Return for how many days the fact still counts, of the first application."""
    return float(days_left(one.known())[feature][0])


def at(one: Case, days: float, feature: str) -> float:
    """Return a feature, had the business applied so many days later."""
    return one.asked(ask(as_of=AS_OF + round(days * DAY))).value(feature)


def test_every_fact_has_a_case() -> None:
    assert list(CASES) == [past.feature.name for past in PASTS]


@pytest.mark.parametrize("feature", CASES)
def test_the_fact_counts_until_that_day_and_no_longer(feature: str) -> None:
    with_fact, without = CASES[feature]
    days = left(with_fact, feature)
    assert at(with_fact, 0, feature) != at(without, 0, feature)
    assert at(with_fact, days - 1, feature) != at(without, days - 1, feature)
    assert at(with_fact, days + 1, feature) == at(without, days + 1, feature)


@pytest.mark.parametrize("feature", CASES)
def test_what_never_happened_ends_on_no_day(feature: str) -> None:
    """Of gaps there always is a longest: it is said of whoever has one, were it hours."""
    _, without = CASES[feature]
    assert np.isnan(left(without, feature)) or "gap" in feature


@pytest.mark.parametrize("past", PASTS, ids=lambda past: past.feature.name)
def test_a_fact_is_sought_where_its_feature_reads(past: Past) -> None:
    assert set(sources_of(past.left)) <= set(past.feature.sources)


@pytest.mark.parametrize("feature", CASES)
def test_of_nothing_known_no_day_is_told(feature: str) -> None:
    assert np.isnan(left(case(), feature))


def test_the_last_of_several_decides() -> None:
    reports = [runs(age, days_past_due=9) for age in (300, 100, 200)]
    found = days_left(case(credit=reports).known())
    assert found["worst_days_past_due"] == 365 - 100
    assert found["months_since_arrears"] == 730 - 100


def test_a_gap_that_goes_on_has_no_end_yet() -> None:
    silent = case(*every(1, pay, gap=(-720, 70)), *SPENT)
    assert np.isnan(left(silent, "months_without_income"))
    assert np.isnan(left(case(*every(1, pay, gap=(-720, 70))), "longest_gap_days"))


def test_income_that_began_late_ended_months_without() -> None:
    begun = case(*(pay(age) for age in range(10, 40)), *SPENT)
    assert left(begun, "months_without_income") == 150 - 39


SURE = {
    past.feature.name: past
    for past in PASTS
    if past.feature.name
    in {"penalties", "worst_days_past_due", "doubtful_months", "loans_restructured", "inquiries"}
}
"""Facts that are zero or missing without their rows, whatever else is known."""

ASKED_BY = AS_OF - 45 * DAY
"""No generated application is earlier."""


@settings(deadline=None)
@given(cases(("payments", "credit")).filter(lambda one: one.applications))
def test_whatever_is_known_a_fact_is_there_until_its_day_and_gone_after(one: Case) -> None:
    """Records that become known after the application are new, and so are left out."""
    old = {
        source: [row for row in rows if max(row["occurred_at"], row["known_at"]) < ASKED_BY]
        for source, rows in one.records.items()
    }
    asked = one.applications[0]
    for past in SURE.values():

        def seen(later: float, past: Past = past) -> bool:
            moved: Application = {**asked, "as_of": asked["as_of"] + round(later)}
            return bool(past.feature(one.having(old).asked(moved).known())[0] > 0)

        days = float(past.left(one.having(old).asked(asked).known())[0])
        if np.isnan(days):
            assert not seen(0)
        else:
            assert seen(days * DAY)
            assert not seen(days * DAY + 1)

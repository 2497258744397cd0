"""How a loan ended is judged as training judges it, and known from the day on which it was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import polars as pl
import pytest

from features.records import OUTCOMES
from serving.applications.ended import bad, ended
from serving.applications.repayments import Report, Reported
from tests.audit.cases import NOW
from tests.serving.applications.test_repayments import GOOD
from training.checks import schema
from training.target import STANDARD

DAY = timedelta(days=1)
OLD = replace(GOOD, disbursed_at=NOW - 500 * DAY, as_of=NOW - 10 * DAY)
YOUNG = replace(OLD, censored=True)
LATE = replace(OLD, worst_days_past_due=95, defaulted_at=NOW - 300 * DAY)


def came(*reports: Report) -> list[Reported]:
    """Return reports that came a day apart, the first on `NOW`."""
    return [Reported(f"r{n}", "d", NOW + n * DAY, one) for n, one in enumerate(reports)]


def test_what_a_loan_is_is_what_training_says_it_is() -> None:
    """All combinations of delay, write-off, easing, youth and day of default."""
    cases = [
        replace(
            OLD,
            worst_days_past_due=days,
            written_off=off,
            restructured=eased,
            censored=young,
            defaulted_at=None if default is None else OLD.disbursed_at + default * DAY,
        )
        for days, off, eased, young, default in product(
            (None, 0, 29, 30, 89, 90, 400),
            (False, True),
            (None, True),
            (False, True),
            (None, 364, 365),
        )
        if default is None or off or eased or (days or 0) >= 90
    ]
    rows = [
        {
            "application_id": str(n),
            "disbursed_at": one.disbursed_at,
            "worst_days_past_due": one.worst_days_past_due,
            "written_off": one.written_off,
            "censored": one.censored,
            "restructured": one.restructured,
            "defaulted_at": one.defaulted_at,
        }
        for n, one in enumerate(cases)
    ]
    labels = pl.DataFrame(rows, schema(OUTCOMES)).select(STANDARD.label())["label"].to_list()
    said = {"bad": True, "good": False}
    assert [bad(one) for one in cases] == [said.get(label) for label in labels]
    assert {True, False, None} == {bad(one) for one in cases}


def test_a_loan_that_its_lender_calls_in_default_is_bad() -> None:
    assert bad(replace(OLD, defaulted_at=OLD.disbursed_at + DAY)) is True


@pytest.mark.parametrize(
    ("reports", "judged", "final", "defaulted_at"),
    [
        ([YOUNG], None, None, None),
        ([YOUNG, OLD], False, 1, None),
        ([OLD, LATE], True, 0, LATE.defaulted_at),
        ([LATE, replace(OLD, as_of=OLD.as_of - DAY)], True, 0, LATE.defaulted_at),
        ([YOUNG, replace(YOUNG, worst_days_past_due=90)], None, None, YOUNG.as_of),
        ([LATE, YOUNG], None, None, None),
        ([replace(OLD, worst_days_past_due=40)], None, None, None),
    ],
    ids=["young", "grown", "corrected", "older news", "young and bad", "taken back", "between"],
)
def test_it_is_final_from_the_report_on_that_first_told(
    reports: list[Report], *, judged: bool | None, final: int | None, defaulted_at: Any
) -> None:
    found = ended(came(*reports))
    assert found.bad is judged
    assert found.final_at == (None if final is None else NOW + final * DAY)
    assert found.defaulted_at == defaulted_at


def test_months_on_book_are_twelfths_of_a_year() -> None:
    assert ended(came(OLD)).months == pytest.approx(490 / 365 * 12)

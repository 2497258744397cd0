"""The facts of a business are those its records had told by the day of the application."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from features.records import TABLES
from lumbung.allocating.facts import SCHEMA, facts
from tests.training.cases import Row, application, utc
from training.checks import shaped

DAY = utc(2025, 6, 1)
"""When it was asked."""


def before(days: int) -> dict[str, Any]:
    """Return when a row occurred and was known, so many days before the application."""
    return {"occurred_at": DAY - timedelta(days=days), "known_at": DAY - timedelta(days=days)}


def statement(number: int, days: int, **changed: Any) -> Row:
    return {
        "profile_id": f"p{number}",
        "business_id": "b1",
        **before(days),
        "started_at": None,
        "sector": None,
        "sector_scheme": None,
        "kecamatan": None,
        "employees": None,
        "nib": None,
        **changed,
    }


def report(number: int, days: int, **changed: Any) -> Row:
    return {
        "report_id": f"r{number}",
        "business_id": "b1",
        **before(days),
        "kind": "month",
        "facility": "f1",
        "lender_kind": "bank",
        "instalment": 500_000,
        "status": "running",
        **changed,
    }


def consent(scope: str, days: int, back: int | None = None) -> Row:
    return {
        "consent_id": scope,
        "business_id": "b1",
        "scope": scope,
        "partner_id": None,
        "granted_at": DAY - timedelta(days=days),
        "withdrawn_at": None if back is None else DAY - timedelta(days=back),
    }


def told(**tables: list[Row]) -> dict[str, Any]:
    """Return the facts of the only application."""
    rows = {"applications": [application()], **tables}
    frames = {
        name: shaped(pl.DataFrame(some, infer_schema_length=None), TABLES[name], name)
        for name, some in rows.items()
    }
    found = facts(frames, frames["applications"])
    assert dict(found.schema) == SCHEMA
    return found.row(0, named=True)


def test_nothing_is_known_without_records() -> None:
    assert set(told().values()) == {None}


def test_the_last_that_was_said_of_each_fact_counts_and_what_comes_later_does_not() -> None:
    found = told(
        profile=[
            statement(1, 400, kecamatan="3325080", employees=3, nib=False),
            statement(2, 30, employees=5, nib=True),
            statement(3, 0, employees=9),
            statement(4, 10, employees=8, known_at=DAY + timedelta(days=1)),
        ]
    )
    assert (found["kecamatan"], found["staff"], found["nib"]) == ("3325080", 5, True)


@pytest.mark.parametrize(
    ("scheme", "code"), [("kbli2020", "10794"), ("kbli2025", "10794"), ("naics", None)]
)
def test_a_sector_is_a_kbli_code_only_where_the_list_is(scheme: str, code: str | None) -> None:
    assert told(profile=[statement(1, 9, sector="10794", sector_scheme=scheme)])["kbli"] == code


def test_loans_are_those_that_the_register_last_saw_running() -> None:
    found = told(
        credit=[
            report(1, 90),
            report(2, 60),
            report(3, 60, facility="f2", lender_kind="bpr", instalment=200_000),
            report(4, 90, facility="f3"),
            report(5, 60, facility="f3", status="repaid"),
            report(6, 60, facility="f4", instalment=None),
            report(7, 0, status="repaid"),
        ]
    )
    assert (found["bank_loans"], found["instalments"]) == (2, 700_000)


def test_a_register_that_was_read_and_shows_no_loan_says_that_there_is_none() -> None:
    inquiry = report(1, 9, kind="inquiry", facility=None, instalment=None, status=None)
    assert told(credit=[inquiry])["bank_loans"] == 0
    assert told(credit=[{**inquiry, "business_id": "b2"}])["bank_loans"] is None


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ([consent("scoring", 9), consent("profile", 9)], 5),
        ([consent("scoring", 9)], None),
        ([consent("profile", 9)], None),
        ([consent("scoring", 9), consent("profile", -1)], None),
        ([consent("scoring", 9), consent("profile", 9, back=1)], None),
    ],
)
def test_a_source_speaks_under_the_consents_of_that_day(given: list[Row], seen: int | None) -> None:
    assert told(profile=[statement(1, 20, employees=5)], consents=given)["staff"] == seen

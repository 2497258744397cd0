"""Rows of an upload are held against the very schema of a request, and told apart from the bad."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.sources import BUSINESS, SOURCES
from serving.business import columnar
from serving.jobs.sifting import LINE, Sifted, nothing, sift
from tests.audit.cases import AS_OF, NOW
from tests.serving.business.test_records import paid
from tests.serving.cases import Json, payment
from tests.serving.jobs.upload_cases import row

PAYMENTS = SOURCES["payments"]


def sifted(*said: Json | bytes | None) -> Sifted:
    lines = [
        (number, json.dumps(one).encode() if isinstance(one, dict) else one)
        for number, one in enumerate(said, 1)
    ]
    return sift("payments", lines, NOW)


def wrong(*said: Json | bytes | None) -> list[tuple[int, str, str]]:
    """Return line, code and field of each bad row."""
    return [(one.line, one.problem.code, one.problem.faults[0].where) for one in sifted(*said).bad]


def test_a_right_row_becomes_what_the_same_row_of_a_request_becomes() -> None:
    good = sifted({"business_id": "b7", **as_sent(3)}, {"business_id": "b8", **as_sent(2)}).good
    assert good[BUSINESS.name].to_pylist() == ["b7", "b8"]
    assert good[LINE].to_pylist() == [1, 2]
    beside = good.drop_columns([BUSINESS.name, LINE])
    assert columnar.in_order(beside, PAYMENTS).equals(columnar.of_values(paid([3, 2]), PAYMENTS))


def as_sent(day: int) -> Json:
    at = (AS_OF - timedelta(days=day)).isoformat()
    return payment(payment_id=f"p{day}", occurred_at=at, known_at=None)


LATER = (NOW + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("said", "code", "where"),
    [
        (None, "row-too-long", "row"),
        (b"{", "no-json", "row"),
        (b"[" * 60_000, "no-json", "row"),
        (b"9" * 60_000, "no-json", "row"),
        (b"[]", "no-json", "row"),
        ({f"f{i}": 1 for i in range(65)}, "no-json", "row"),
        ({}, "no-business-id", "business_id"),
        (row(1, "b 1"), "bad-request", "business_id"),
        ({**row(1), "business_id": 7}, "bad-request", "business_id"),
        (row(1, amount="x"), "bad-request", "amount"),
        (row(1, amount=-1), "bad-request", "amount"),
        (row(1, more=1), "bad-request", "more"),
        (row(1, kind="\ud800"), "bad-request", "kind"),
        (row(1, occurred_at="2026-01-02T03:04:05", known_at=None), "bad-request", "occurred_at"),
        (row(1, occurred_at=LATER, known_at=None), "future-date", "occurred_at"),
        (row(1, known_at="2020-01-01T00:00:00Z"), "known-too-early", "known_at"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_and_the_others_are_taken(
    said: Json | bytes | None, code: str, where: str
) -> None:
    assert wrong(row(1), said, row(3)) == [(2, code, where)]
    assert sifted(row(1), said, row(3)).good[LINE].to_pylist() == [1, 3]


@given(st.lists(st.booleans(), max_size=12))
def test_each_row_is_either_good_or_bad_by_what_it_says_itself(right: list[bool]) -> None:
    found = sifted(*(row(7, amount=5 if one else None) for one in right))
    assert found.good[LINE].to_pylist() == [line for line, one in enumerate(right, 1) if one]
    assert [one.line for one in found.bad] == [line for line, one in enumerate(right, 1) if not one]


@pytest.mark.parametrize("source", SOURCES)
def test_no_rows_have_the_columns_of_some(source: str) -> None:
    names = [*columnar.kept_names(SOURCES[source]), BUSINESS.name, LINE]
    assert nothing(source).column_names == names
    assert nothing("payments").schema == sifted(row(1)).good.schema


def test_nothing_that_a_row_says_is_told() -> None:
    secret: dict[str, Any] = {"payment_id": "rahasia/1", "counterparty": "rahasia 2"}
    told = [
        one.problem.model_dump_json() for one in sifted(row(1, **secret), row(2, "rahasia 3")).bad
    ]
    assert len(told) == 2
    assert not any("rahasia" in one for one in told)

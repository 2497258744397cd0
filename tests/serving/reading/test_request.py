"""What a request may hold, at its edges, and that nothing else passes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.reading.request import MOST_RECORDS, Application
from serving.reading.rows import MOST_MONEY
from tests.serving.cases import asked, body, business, payment

NUL, WIDE_DIGIT, LETTER_A, SURROGATE = "\x00", "\uff11", "\u0410", "\ud800"
"""Characters that look right, or end a text, or are none."""


def read(request: dict[str, Any]) -> Application:
    """Read a request as it comes over the wire."""
    return Application.model_validate_json(json.dumps(request))


def refused(at: tuple[int | str, ...], kind: str, **changed: Any) -> None:
    """Assert that what is *changed* is refused, there and for this reason only."""
    with pytest.raises(pydantic.ValidationError) as caught:
        Application.model_validate(json.loads(json.dumps(body(**changed))))
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [(at, kind)]


def test_a_request_needs_no_more_than_its_name_its_business_and_what_is_asked() -> None:
    least = {name: body()[name] for name in ("application_id", "business_id", "amount")}
    found = read({**least, "tenor_months": 12, "payments": []})
    assert (found.currency, found.purpose, found.as_of) == ("IDR", "working_capital", None)
    assert found.business.documents is None
    assert found.business.existing_instalments == 0


@pytest.mark.parametrize("name", ["application_id", "business_id", "amount", "tenor_months"])
def test_what_must_be_there_is_asked_for(name: str) -> None:
    with pytest.raises(pydantic.ValidationError, match="Field required"):
        read({field: value for field, value in body().items() if field != name})


@pytest.mark.parametrize(
    ("at", "changed"),
    [
        (("gender",), {"gender": "female"}),
        (("business", "name"), {"business": business(name="Warung Siti")}),
        (("payments", 0, "note"), {"payments": [payment(note="for rice")]}),
    ],
)
def test_what_is_not_declared_is_refused_wherever_it_stands(
    at: tuple[int | str, ...], changed: dict[str, Any]
) -> None:
    refused(at, "extra_forbidden", **changed)


@pytest.mark.parametrize("amount", [1, MOST_MONEY])
def test_an_amount_is_above_zero_and_exact_in_a_float(amount: int) -> None:
    assert read(body(amount=amount)).amount == amount == int(float(amount))


@pytest.mark.parametrize(
    ("amount", "kind"),
    [
        (0, "greater_than"),
        (-1, "greater_than"),
        (MOST_MONEY + 1, "less_than_equal"),
        (10**400, "less_than_equal"),
        (1.5, "int_type"),
        (5e6, "int_type"),
        ("5000000", "int_type"),
        (True, "int_type"),
        (None, "int_type"),
        ([5_000_000], "int_type"),
        (float("nan"), "int_type"),
        (float("inf"), "int_type"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_another_amount_is_refused(amount: object, kind: str) -> None:
    refused(("amount",), kind, amount=amount)


@pytest.mark.parametrize(("tenor", "kind"), [(0, "greater_than"), (121, "less_than_equal")])
def test_a_tenor_lies_between_a_month_and_ten_years(tenor: int, kind: str) -> None:
    assert [read(body(tenor_months=t)).tenor_months for t in (1, 120)] == [1, 120]
    refused(("tenor_months",), kind, tenor_months=tenor)


def test_money_of_a_payment_is_zero_or_more_and_a_balance_may_lie_below() -> None:
    payments = [payment(amount=0, balance_after=-MOST_MONEY)]
    assert read(body(payments=payments)).records()["payments"]["balance_after"] == [-MOST_MONEY]
    refused(("payments", 0, "amount"), "greater_than_equal", payments=[payment(amount=-1)])
    below = [payment(balance_after=-MOST_MONEY - 1)]
    refused(("payments", 0, "balance_after"), "greater_than_equal", payments=below)


@pytest.mark.parametrize("name", ["a", "a" * 64, "A-z_0.9:", "Z9"])
def test_a_name_is_of_plain_letters_digits_and_a_few_marks(name: str) -> None:
    assert read(body(application_id=name)).application_id == name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "string_too_short"),
        ("a" * 65, "string_too_long"),
        ("a b", "string_pattern_mismatch"),
        ("a\n", "string_pattern_mismatch"),
        (f"a{NUL}", "string_pattern_mismatch"),
        (WIDE_DIGIT, "string_pattern_mismatch"),
        (LETTER_A, "string_pattern_mismatch"),
        (SURROGATE, "string_unicode"),
        (7, "string_type"),
    ],
    ids=ascii,
)
def test_another_name_is_refused(name: object, kind: str) -> None:
    refused(("application_id",), kind, application_id=name)
    refused(("payments", 0, "payment_id"), kind, payments=[payment(payment_id=name)])


KINDS = "sale refund supplier household fee penalty interest insurance loan transfer other"


@pytest.mark.parametrize(
    ("column", "declared"),
    [("direction", "in out"), ("channel", "qris ewallet bank cash"), ("kind", KINDS)],
)
def test_a_category_of_a_payment_is_one_that_the_records_declare(
    column: str, declared: str
) -> None:
    for value in declared.split():
        assert read(body(payments=[payment(**{column: value})])).records()["payments"][column] == [
            value
        ]
    for value in ("", "IN", "gift", f"in{NUL}", LETTER_A):
        changed = [payment(**{column: value})]
        refused(("payments", 0, column), "literal_error", payments=changed)


def test_a_purpose_and_a_currency_are_those_that_the_records_declare() -> None:
    for value in ("working_capital", "investment", "other"):
        assert read(body(purpose=value)).purpose == value
    refused(("purpose",), "literal_error", purpose="wedding")
    refused(("currency",), "literal_error", currency="idr")


@pytest.mark.parametrize(
    "said",
    ["2026-11-20T04:00:00Z", "2026-11-20T04:00:00.000000+00:00", "2026-11-20T11:00:00+07:00"],
)
def test_a_time_is_an_instant_however_it_is_written(said: str) -> None:
    assert read(body(as_of=said)).as_of == datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("2026-11-20T04:00:00", "timezone_aware"),
        ("2026-11-20", "timezone_aware"),
        (1_795_000_000, "not_iso_8601"),
        ("1795000000", "not_iso_8601"),
        (1.5, "not_iso_8601"),
        ("+2026-11-20T04:00:00Z", "not_iso_8601"),
        ("yesterday", "not_iso_8601"),
        ("", "not_iso_8601"),
        ("2026-13-20T04:00:00Z", "datetime_from_date_parsing"),
        ("2026-02-30T04:00:00Z", "datetime_from_date_parsing"),
        ("0001-01-01T00:00:00+07:00", "out_of_range"),
        ("9999-12-31T23:59:59-07:00", "out_of_range"),
        ([], "datetime_type"),
    ],
)
def test_another_time_is_refused(said: object, kind: str) -> None:
    refused(("as_of",), kind, as_of=said)


@settings(deadline=None, max_examples=100)
@given(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001  moved into a zone below
    st.integers(-1439, 1439),
)
def test_any_instant_is_read_back_as_itself(moment: datetime, minutes: int) -> None:
    moved = moment.replace(tzinfo=UTC) + timedelta(0)
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    found = read(body(as_of=moment.isoformat() + offset)).as_of
    assert found == moved - timedelta(minutes=minutes)


def test_a_day_is_a_day() -> None:
    started = read(body(business=business(started_on="2024-02-29"))).business.started_on
    assert started == date(2024, 2, 29)
    for said, kind in [
        ("2023-02-29", "date_from_datetime_parsing"),
        ("2024-02-29T01:00:00Z", "date_from_datetime_inexact"),
        (19_000, "not_iso_8601"),
        ("19000", "not_iso_8601"),
    ]:
        refused(("business", "started_on"), kind, business=business(started_on=said))


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("kbli", "1079", "string_pattern_mismatch"),
        ("kbli", "１０７９４", "string_pattern_mismatch"),  # noqa: RUF001  digits of another width
        ("kecamatan", "33.25.080", "string_pattern_mismatch"),
        ("active_bank_loans", -1, "greater_than_equal"),
        ("active_bank_loans", 1001, "less_than_equal"),
        ("programme_loan", "false", "bool_type"),
        ("programme_loan", 0, "bool_type"),
        ("existing_instalments", -1, "greater_than_equal"),
        ("existing_instalments", None, "int_type"),
        ("held_products", [f"p{number}" for number in range(101)], "too_long"),
    ],
)
def test_a_fact_outside_its_range_is_refused(name: str, value: object, kind: str) -> None:
    refused(("business", name), kind, business=business(**{name: value}))


def test_documents_are_a_set_of_those_declared() -> None:
    known = asked(business=business(documents=["nib", "ktp"])).business.documents
    assert sorted(known or ()) == ["ktp", "nib"]
    assert asked(business=business(documents=[])).business.documents == frozenset()
    with pytest.raises(pydantic.ValidationError, match="literal_error"):
        asked(business=business(documents=["passport"]))


def test_what_is_held_is_a_set_of_names_of_products() -> None:
    known = asked(business=business(held_products=["seed", "husk", "seed"])).business.held_products
    assert known == frozenset({"seed", "husk"})
    assert asked().business.held_products is None
    with pytest.raises(pydantic.ValidationError, match="string_pattern_mismatch"):
        asked(business=business(held_products=["Seed loan"]))


def test_there_may_be_so_many_payments_and_not_one_more() -> None:
    many = [payment()] * (MOST_RECORDS + 1)
    assert len(asked(payments=many[1:]).records()["payments"]["payment_id"]) == MOST_RECORDS
    with pytest.raises(pydantic.ValidationError, match="too_long"):
        asked(payments=many)

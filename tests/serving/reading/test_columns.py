"""Rows read by column are what they are one by one, and become what training reads."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated, Any

import numpy as np
import polars as pl
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.sources import BUSINESS, PAYMENTS, SOURCES
from features.table import Table
from serving.reading.columns import ByColumn, Values, columns
from serving.reading.request import Application
from serving.reading.rows import ROWS
from tests.audit.cases import history, records_of
from tests.serving.cases import Json, asked, body, payment
from tests.serving.record_cases import micros, moments, rows_of, value, values_of
from training import columns as training
from training.checks import shaped

FOUR = 1_795_147_200_000_000
"""Four o'clock of 20 November 2026, UTC."""


def same_columns(values: Values, rows: list[Json], table: Table = PAYMENTS) -> None:
    """Assert that what was read is what training reads of the same rows, to the bit."""
    served = columns(values, table)
    frame = shaped(pl.DataFrame(rows, infer_schema_length=None), table, "here")
    trained = training.columns(frame, table, training.in_order(frame["business_id"]))
    assert list(served) == list(trained)
    every = np.arange(len(rows))
    places = np.unique(np.asarray(served[table.key]), return_inverse=True)[1]
    np.testing.assert_array_equal(places, trained[table.key][every] - 1)
    for name in set(trained) - {table.key}:
        assert served[name].dtype == trained[name].dtype
        np.testing.assert_array_equal(served[name], trained[name])


def test_payments_become_the_columns_that_training_reads() -> None:
    same_columns(asked(200).records()["payments"], history(200))
    served, trained = (
        columns(asked(200).records()["payments"], PAYMENTS),
        records_of(history(200))["payments"],
    )
    np.testing.assert_array_equal(served["amount"], trained["amount"])


texts = st.none() | st.text("abc.:-_", min_size=1, max_size=9)
zones = st.integers(-1439, 1439).map(lambda minutes: timedelta(minutes=minutes))


def written(at: datetime, zone: timedelta, between: str = "T") -> str:
    """Return an instant as it is written in a zone."""
    minutes = int(zone.total_seconds()) // 60
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    return (at + zone).replace(tzinfo=None).isoformat(between) + offset


@settings(deadline=None, max_examples=100)
@given(
    amount=st.integers(0, 10**15),
    balance=st.none() | st.integers(-(10**15), 10**15),
    direction=st.sampled_from(["in", "out"]),
    channel=st.sampled_from(["qris", "ewallet", "bank", "cash"]),
    kind=st.sampled_from(PAYMENTS.column("kind").values),
    payer=texts,
    late=st.none() | st.timedeltas(timedelta(0), timedelta(days=40)),
    at=moments,
    zone=zones,
)
def test_whatever_the_payment_it_becomes_what_training_reads(
    late: timedelta | None, at: datetime, zone: timedelta, payer: str | None, **said: Any
) -> None:
    said["balance_after"] = said.pop("balance")
    known = at + (late or timedelta(0))
    row = {**history(1)[0], **said, "counterparty": payer, "occurred_at": at, "known_at": known}
    sent = payment(
        **said,
        counterparty=payer,
        occurred_at=written(at, zone),
        known_at=None if late is None else written(known, -zone, " "),
    )
    same_columns(asked(payments=[sent]).records()["payments"], [row])


@pytest.mark.parametrize("table", SOURCES.values(), ids=SOURCES)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_the_rows_of_any_source_become_what_training_reads(
    table: Table, data: st.DataObject
) -> None:
    """What a request may not carry yet needs nothing more here."""
    rows = data.draw(rows_of(table))
    same_columns(values_of(rows, table), rows, table)


def test_no_payments_are_columns_without_rows() -> None:
    found = columns(asked(payments=[]).records()["payments"], PAYMENTS)
    assert {(name, values.size) for name, values in found.items()} == {
        (name, 0) for name in PAYMENTS.names
    }


@pytest.mark.parametrize("source", SOURCES)
def test_a_record_speaks_of_every_column_but_the_business(source: str) -> None:
    assert {*ROWS[source].model_fields, BUSINESS.name} == set(SOURCES[source].names)


@pytest.mark.parametrize("source", SOURCES)
def test_a_model_read_by_column_says_nothing_of_a_whole_row(source: str) -> None:
    """What it said would not be asked of rows that are plainly right."""
    said = ROWS[source].__pydantic_decorators__
    assert {**said.field_validators, **said.model_validators} == {}


class Fussy(pydantic.BaseModel):
    """A payment that nobody gets past."""

    amount: int = 7

    @pydantic.model_validator(mode="after")
    def never(self) -> Fussy:
        """Refuse it."""
        raise ValueError("read by itself")


def test_only_where_something_is_not_plainly_right_are_rows_read_one_by_one() -> None:
    read = pydantic.TypeAdapter(Annotated[Values, ByColumn(Fussy, PAYMENTS, 2)])
    assert read.validate_python([{"amount": 1}, {}]) == {"amount": [1, 7]}
    unusual: list[object] = [[{"amount": "x"}], [{"amounts": 1}], [{"amount": 1}] * 3, ({},)]
    for rows in unusual:
        with pytest.raises(pydantic.ValidationError):
            read.validate_python(rows)


ALONE = {source: pydantic.TypeAdapter(list[row]) for source, row in ROWS.items()}  # type: ignore[valid-type]


def one_by_one(rows: object, source: str = "payments") -> Any:
    """Return what the model makes of each row by itself, by column; or what is wrong."""
    try:
        read = [vars(row) for row in ALONE[source].validate_python(rows)]
    except pydantic.ValidationError as error:
        return told(error, ())
    return {
        name: [micros(v) if isinstance(v, datetime) else v for v in (row[name] for row in read)]
        for name in ROWS[source].model_fields
    }


def by_column(rows: object, source: str = "payments") -> Any:
    """Return what a request with these records is read as; or what is wrong."""
    try:
        return dict(Application.model_validate(body(1, **{source: rows})).records()[source])
    except pydantic.ValidationError as error:
        return told(error, (source,))


def told(error: pydantic.ValidationError, below: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return what an error says: where below a place, of what kind, in words, found what."""
    assert all(item["loc"][: len(below)] == below for item in error.errors())
    return [
        (item["loc"][len(below) :], item["type"], item["msg"], repr(item["input"]))
        for item in error.errors()
    ]


anything = st.sampled_from(
    [None, True, 0, -1, 1.0, 10**16, float("nan"), "", "in", "cash", "sale", "p0", "a b", "x" * 65]
) | st.sampled_from([[], ["in"], {}, {"amount": 1}, "\ud800", "2026-11-20T04:00:00Z", 7])
wrong = st.fixed_dictionaries({}, optional=dict.fromkeys([*payment(), "note"], anything))
gone = st.sets(st.sampled_from(list(payment())), max_size=2)
right = st.builds(payment, amount=st.integers(0, 9))
rows: st.SearchStrategy[list[Any]] = st.lists(
    st.one_of(
        right,
        right,
        st.builds(lambda changed: payment(**changed), wrong),
        st.builds(lambda less: {k: v for k, v in payment().items() if k not in less}, gone),
        anything,
    ),
    max_size=4,
)


@settings(deadline=None, max_examples=300)
@given(rows | anything.filter(lambda said: said is not None))  # None: nothing was sent
def test_rows_read_by_column_are_what_they_are_one_by_one_right_or_wrong(rows: object) -> None:
    assert by_column(rows) == one_by_one(rows)


@pytest.mark.parametrize("source", [source for source in SOURCES if source != "payments"])
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_and_so_are_the_rows_of_every_other_source(source: str, data: st.DataObject) -> None:
    columns = [c for c in SOURCES[source].columns if c.name != BUSINESS.name]
    sayable = st.fixed_dictionaries({c.name: value(c).map(as_sent) | anything for c in columns})
    drawn = data.draw(st.lists(sayable | anything, max_size=3))
    assert by_column(drawn, source) == one_by_one(drawn, source)


def as_sent(said: object) -> object:
    """Return a value as a request has it."""
    return said.isoformat() if isinstance(said, datetime) else said


signs = st.sampled_from([*"0123456789-+:.,TtZz _", "\u2212", "\uff12", "07:00", "\n"])


@st.composite
def almost_times(draw: st.DrawFn) -> str:
    """Draw a time plainly written, and change a sign of it or two, or none."""
    text = written(draw(moments), draw(zones), draw(st.sampled_from("T ")))
    text = text.replace("+00:00", "Z")
    for _ in range(draw(st.integers(0, 2))):
        place, many = draw(st.integers(0, len(text))), draw(st.integers(0, 2))
        text = text[:place] + draw(signs | st.just("")) + text[place + many :]
    return text


@settings(deadline=None, max_examples=500)
@given(almost_times())
def test_a_time_however_written_is_read_as_it_is_by_itself(text: str) -> None:
    rows = [payment(), payment(occurred_at=text, known_at=None), payment(known_at=text)]
    assert by_column(rows) == one_by_one(rows)


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("2026-11-20T04:00:00Z", 0),
        ("2026-11-20T04:00:00z", 0),
        ("2026-11-20t04:00:00Z", 0),
        ("2026-11-20 04:00:00Z", 0),
        ("2026-11-20_04:00:00Z", 0),
        ("2026-11-20T04:00Z", 0),
        ("2026-11-20T04:00:00-00:00", 0),
        ("2026-11-20T11:00:00+07:00", 0),
        ("2026-11-20T11:00:00+0700", 0),
        ("2026-11-19T21:00:00\u221207:00", 0),
        ("2026-11-21T03:59:00+23:59", 0),
        ("2026-11-19T04:01:00-23:59", 0),
        ("2026-11-20T04:00:00.1Z", 100_000),
        ("2026-11-20T04:00:00,5Z", 500_000),
        ("2026-11-20T04:00:00.000001Z", 1),
        ("2026-11-20T04:00:00.1234569Z", 123_456),
        ("2026-11-20T04:00:00.9999999Z", 999_999),
        ("1970-01-01T00:00:00Z", -FOUR),
        ("1969-12-31T23:59:59.999999Z", -FOUR - 1),
        ("1900-01-01T00:00:00+07:00", -2_209_014_000_000_000 - FOUR),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000 - FOUR),
        ("0001-01-01T07:00:00+07:00", -62_135_596_800_000_000 - FOUR),
        ("9999-12-31T16:59:59.999999-07:00", 253_402_300_799_999_999 - FOUR),
    ],
)
def test_a_payments_time_is_taken_however_it_is_written(said: str, after: int) -> None:
    found = asked(payments=[payment(occurred_at=said, known_at=said)]).records()["payments"]
    assert found["occurred_at"] == found["known_at"] == [FOUR + after]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("2026-11-20T04:00:00", "timezone_aware"),
        ("2026-11-20", "timezone_aware"),
        ("2026-11-20X04:00:00Z", "datetime_from_date_parsing"),
        ("2026-11-20T04Z", "datetime_from_date_parsing"),
        ("2026-11-20T11:00:00+07", "datetime_from_date_parsing"),
        ("2026-11-20T11:00:00 +07:00", "datetime_from_date_parsing"),
        ("2026-11-20T04:00:00.Z", "datetime_from_date_parsing"),
        ("2016-12-31T23:59:60Z", "datetime_from_date_parsing"),
        ("2026-11-20T24:00:00Z", "datetime_from_date_parsing"),
        ("2026-11-20T04:60:00Z", "datetime_from_date_parsing"),
        ("2026-11-20T04:00:00+24:00", "datetime_from_date_parsing"),
        ("2026-11-20T04:00:00+05:60", "datetime_from_date_parsing"),
        ("2026-11-20T04:00:00+07:00:30", "datetime_from_date_parsing"),
        ("2026-11-20T04:00:00Z\n", "datetime_from_date_parsing"),
        ("2026-11-20T04:00:0\uff10Z", "datetime_from_date_parsing"),
        ("2026-02-29T00:00:00Z", "datetime_from_date_parsing"),
        ("1900-02-29T00:00:00Z", "datetime_from_date_parsing"),
        ("2026-W47-5T04:00:00Z", "datetime_from_date_parsing"),
        ("0000-01-01T00:00:00Z", "datetime_parsing"),
        ("0001-01-01T00:00:00+07:00", "out_of_range"),
        ("9999-12-31T23:59:59-07:00", "out_of_range"),
        ("20261120T040000Z", "not_iso_8601"),
        (" 2026-11-20T04:00:00Z", "not_iso_8601"),
        ("1795147200", "not_iso_8601"),
        (1_795_147_200, "not_iso_8601"),
        (True, "not_iso_8601"),
        ([], "datetime_type"),
        ({}, "datetime_type"),
    ],
)
def test_a_payments_time_is_refused_as_any_time_is(said: object, kind: str) -> None:
    for name in ("occurred_at", "known_at"):
        with pytest.raises(pydantic.ValidationError) as caught:
            Application.model_validate(
                json.loads(json.dumps(body(payments=[payment(**{name: said})])))
            )
        found = [(error["loc"], error["type"]) for error in caught.value.errors()]
        assert found == [(("payments", 0, name), kind)]

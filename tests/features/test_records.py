"""The declarations of the tables are complete, and fit together."""

from __future__ import annotations

from typing import get_args

import pytest

from features.records import APPLICATIONS, CONSENTS, PROTECTED, PURPOSES, TABLES
from features.sources import BUSINESS, PAYMENTS, SOURCES
from features.table import CURRENCIES, Column, Kind, Table

every_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
every_column = pytest.mark.parametrize(
    ("table", "column"),
    [
        pytest.param(table, column, id=f"{table.name}.{column.name}")
        for table in TABLES.values()
        for column in table.columns
    ],
)


def test_every_table_is_found_by_its_name() -> None:
    assert {name: table.name for name, table in TABLES.items()} == {n: n for n in TABLES}
    others = {"applications", "outcomes", "protected", "consents"}
    assert set(TABLES) == set(SOURCES) | others
    assert len(SOURCES) == 8


@every_table
def test_a_table_has_a_meaning_and_no_column_twice(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert table.meaning
    assert len(set(names)) == len(names)


@every_table
def test_the_key_of_a_table_names_something_and_is_always_filled(table: Table) -> None:
    key = table.column(table.key)
    assert key.kind == "id"
    assert key.missing is None


@every_table
def test_every_table_tells_whose_row_it_is(table: Table) -> None:
    names = {column.name for column in table.columns}
    assert names & {"business_id", "application_id"}


@every_column
def test_a_column_says_what_it_holds_in_a_kind_that_is_known(table: Table, column: Column) -> None:
    assert table.column(column.name) is column
    assert column.kind in get_args(Kind)
    assert column.meaning
    assert column.missing is None or column.missing


@every_column
def test_categories_and_only_they_list_their_values_each_once(table: Table, column: Column) -> None:
    assert bool(column.values) == (column.kind == "category"), table.name
    assert len(set(column.values)) == len(column.values)


@every_column
def test_only_money_may_lie_below_zero(table: Table, column: Column) -> None:
    assert column.kind == "money" or column.least is not None, table.name


def test_only_a_balance_may_lie_below_zero() -> None:
    every = [column for table in TABLES.values() for column in table.columns]
    assert [column.name for column in every if column.least is None] == ["balance_after"]


def test_an_application_asks_for_something_over_some_time() -> None:
    least = {column.name: column.least for column in APPLICATIONS.columns}
    assert (least["amount"], least["tenor_months"]) == (1, 1)


def test_a_column_that_is_not_declared_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="colour"):
        PAYMENTS.column("colour")


def test_what_a_model_must_never_see_stands_in_no_source_that_a_feature_can_read() -> None:
    protected = {column.name for column in PROTECTED.columns} - {BUSINESS.name}
    readable = {c.name for t in SOURCES.values() for c in t.columns if not c.unseen}
    assert protected == {"gender", "birth_year", "disability", "kecamatan"}
    assert protected.isdisjoint(readable)


@every_column
def test_a_value_known_later_names_a_time_of_its_own_row(table: Table, column: Column) -> None:
    if column.known_with is not None:
        assert table.column(column.known_with).kind == "time"
        assert table.column(column.known_with).known_with == column.known_with
        assert column.missing is not None


@every_column
def test_only_times_lie_ahead_and_only_texts_are_hashed_or_have_a_form(
    table: Table, column: Column
) -> None:
    assert column.kind == "time" or not column.ahead, table.name
    assert column.kind == "text" or not (column.hashed or column.pattern), table.name
    assert column.most is None or column.kind == "count", table.name


@pytest.mark.parametrize("table", SOURCES.values(), ids=SOURCES)
def test_a_source_says_whose_row_it_is_and_when_it_was_known(table: Table) -> None:
    assert {"business_id", "occurred_at", "known_at"} <= set(table.names)
    assert table.column("known_at").missing is not None


def test_a_consent_is_to_a_source_or_to_a_purpose() -> None:
    assert CONSENTS.column("scope").values == (*SOURCES, *PURPOSES)


def test_the_codes_of_the_categories_of_payments_keep_their_order() -> None:
    # A code is a place in this order; files and models written before rely on it.
    assert PAYMENTS.column("direction").values == ("in", "out")
    assert PAYMENTS.column("channel").values == ("qris", "ewallet", "bank", "cash")
    assert PAYMENTS.column("kind").values[:4] == ("sale", "refund", "supplier", "household")
    assert PAYMENTS.column("kind").values[4:8] == ("fee", "penalty", "interest", "insurance")
    assert PAYMENTS.column("kind").values[8:] == ("loan", "transfer", "other")


def test_a_currency_is_three_capitals_and_counts_its_decimal_places() -> None:
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
    assert CURRENCIES["IDR"] == 0
    assert set(CURRENCIES.values()) <= {0, 2, 3}

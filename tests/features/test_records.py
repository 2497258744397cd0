"""The declarations of the tables are complete, and fit together."""

from __future__ import annotations

from typing import get_args

import pytest

from features.records import APPLICATIONS, OUTCOMES, PROTECTED, TABLES
from features.sources import BUSINESS, PAYMENTS
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
    assert set(TABLES) == {"payments", "applications", "outcomes", "protected"}


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


def test_what_a_model_must_never_see_stands_in_no_other_table() -> None:
    protected = {column.name for column in PROTECTED.columns} - {BUSINESS.name}
    seen = {column.name for table in (PAYMENTS, APPLICATIONS, OUTCOMES) for column in table.columns}
    assert protected == {"gender", "birth_year", "kecamatan"}
    assert protected.isdisjoint(seen)


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

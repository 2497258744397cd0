"""Reading any table: each kind of column, and every way in which one cannot be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.errors import LumbungError
from tests.training.benchmarking.cases import frame, write
from tests.training.cases import refused
from training.benchmarking.table import Roles, read

ROLES = Roles("outcome", bad="charged off")


def test_each_kind_of_column_becomes_numbers(tmp_path: Path) -> None:
    made = frame()
    loans = read(write(tmp_path, made), replace(ROLES, exclude=("weight",)))
    table = loans.table
    assert table.names == ("income", "shop", "village", "code", "member", "since", "year")
    assert table.directions == (0,) * 7
    assert [table.names[i] for i in table.categorical] == ["shop", "village"]
    assert loans.constant == ("always",)
    column = dict(zip(table.names, table.vectors.T, strict=True))
    np.testing.assert_array_equal(column["income"], made["income"].to_numpy())
    np.testing.assert_array_equal(column["member"], made["member"].to_numpy().astype(float))
    days = [(day - date(1970, 1, 1)).days for day in made["since"]]
    np.testing.assert_array_equal(column["since"], days)
    named = [None if np.isnan(c) else loans.categories["shop"][int(c)] for c in column["shop"]]
    assert named == made["shop"].to_list()
    assert table.bad.tolist() == [int(word == "charged off") for word in made["outcome"]]
    assert (table.weights == 1).all()


def test_numbers_may_stand_for_categories(tmp_path: Path) -> None:
    loans = read(write(tmp_path), replace(ROLES, categorical=("code",)))
    assert loans.categories["code"] == ("1", "2", "3")
    assert loans.table.names.index("code") in loans.table.categorical


def test_directions_are_those_named_and_bind_no_category(tmp_path: Path) -> None:
    table = read(
        write(tmp_path), replace(ROLES, directions={"income": -1, "code": 1, "shop": 1})
    ).table
    found = dict(zip(table.names, table.directions, strict=True))
    assert {name: way for name, way in found.items() if way} == {"income": -1, "code": 1}


def test_loans_stand_in_order_of_time_which_is_no_input(tmp_path: Path) -> None:
    made = frame().sample(fraction=1, shuffle=True, seed=3)
    table = read(write(tmp_path, made), replace(ROLES, time="year")).table
    assert "year" not in table.names
    assert (np.diff(table.as_of) >= 0).all()
    years = np.sort(made["year"].to_numpy())
    assert (
        table.as_of.astype("datetime64[us]").astype("datetime64[Y]").astype(int) + 1970
    ).tolist() == (years.tolist())


def test_weights_come_of_a_column_or_of_the_share_of_bad_loans(tmp_path: Path) -> None:
    made = frame()
    file = write(tmp_path, made)
    table = read(file, replace(ROLES, weight="weight")).table
    expected = made["weight"].to_numpy() / made["weight"].mean()
    np.testing.assert_allclose(table.weights, expected)
    assert "weight" not in table.names
    table = read(file, replace(ROLES, prior=0.1)).table
    assert np.average(table.bad, weights=table.weights) == pytest.approx(0.1)
    assert table.weights.mean() == pytest.approx(1)


@pytest.mark.parametrize(
    ("column", "value"), [("code", "2.0"), ("member", "true"), ("shop", "cart")]
)
def test_rows_are_filtered_and_those_without_an_outcome_counted(
    tmp_path: Path, column: str, value: str
) -> None:
    made = frame(900).with_columns(
        outcome=pl.when(pl.int_range(pl.len()) % 5 == 0).then(None).otherwise("outcome")
    )
    kept = [
        row["outcome"]
        for row in made.iter_rows(named=True)
        if row[column] in (value, {"2.0": 2, "true": True}.get(value, value))
    ]
    loans = read(write(tmp_path, made), replace(ROLES, filters={column: value}))
    assert loans.table.bad.tolist() == [int(o == "charged off") for o in kept if o is not None]
    assert loans.table.left_out == {"without an outcome": kept.count(None)}
    assert column not in loans.table.names


def test_csv_is_read_as_parquet_is(tmp_path: Path) -> None:
    made = frame().with_columns(pl.col("income").fill_nan(None))
    made.write_csv(tmp_path / "loans.csv")
    text = read(tmp_path / "loans.csv", ROLES).table
    binary = read(write(tmp_path, made), ROLES).table
    np.testing.assert_allclose(text.vectors, binary.vectors)
    assert text.names == binary.names


def test_a_target_of_nought_and_one_needs_no_word_for_bad(tmp_path: Path) -> None:
    made = frame().with_columns((pl.col("outcome") == "paid").cast(pl.Int8))
    file = write(tmp_path, made)
    assert read(file, Roles("outcome")).table.bad.tolist() == made["outcome"].to_list()
    other = read(file, Roles("outcome", bad="0")).table
    assert other.bad.tolist() == [1 - value for value in made["outcome"]]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (Roles("nowhere"), "missing-column"),
        (Roles("outcome"), "bad-outcome"),
        (Roles("outcome", bad="lost"), "bad-outcome"),
        (Roles("code", bad="1"), "bad-outcome"),
        (Roles("income"), "bad-outcome"),
        (replace(ROLES, time="shop"), "bad-time"),
        (replace(ROLES, time="code"), "bad-time"),
        (replace(ROLES, weight="income"), "bad-weight"),
        (replace(ROLES, prior=1.0), "bad-weight"),
        (replace(ROLES, prior=0.2, weight="weight"), "bad-weight"),
        (replace(ROLES, filters={"shop": "none such"}), "bad-outcome"),
        (replace(ROLES, filters={"code": "none such"}), "bad-outcome"),
        (replace(ROLES, filters={"year": "2012"}), "too-few-loans"),
        (
            replace(ROLES, exclude=tuple(c for c in frame(2).columns if c != "outcome")),
            "missing-column",
        ),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, changed: Roles, code: str) -> None:
    with pytest.raises(LumbungError) as caught:
        read(write(tmp_path), changed)
    refused(caught, code)


def test_a_column_of_no_kind_that_is_an_input_is_refused(tmp_path: Path) -> None:
    made = frame().with_columns(pl.concat_list("code", "year").alias("list"))
    with pytest.raises(LumbungError) as caught:
        read(write(tmp_path, made), ROLES)
    refused(caught, "wrong-type")
    assert read(tmp_path / "loans.parquet", replace(ROLES, exclude=("list",))).table.bad.size


@pytest.mark.parametrize("name", ["loans.csv", "loans.parquet"])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LumbungError) as caught:
        read(tmp_path / name, ROLES)
    refused(caught, "unreadable-file")

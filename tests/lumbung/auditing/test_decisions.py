"""Any table of decisions is read, and what cannot be one is refused with a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from features.catalogue import NAMES
from features.errors import BadTable
from lumbung.auditing.decisions import Roles, read

ROWS: dict[str, list[Any]] = {
    "decision": ["yes", "no", "yes", None, "no", "yes"],
    "gender": ["f", "m", None, "f", "m", "f"],
    "lender": ["a", "b", "a", "b", "a", "b"],
    "on": [date(2026, m, 1) for m in (1, 2, 4, 5, 7, 10)],
    "probability": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    "went": ["good", None, "bad", None, None, "good"],
    "trade": ["food", "farm", "food", "shop", "shop", None],
    "income": [1.0, 2.0, None, 4.0, 5.0, 6.0],
}


def written(tmp_path: Path, **columns: list[Any]) -> Path:
    file = tmp_path / "decisions.parquet"
    pl.DataFrame({**ROWS, **columns}).write_parquet(file)
    return file


def code_of(file: Path, roles: Roles) -> str:
    with pytest.raises(BadTable) as caught:
        read(file, roles)
    return caught.value.code


def test_columns_become_cases(tmp_path: Path) -> None:
    roles = Roles(within=("lender",), time="on", outcome="went", bad="bad", given=("*",))
    found = read(written(tmp_path), roles)
    cases = found.cases
    assert cases.approved.tolist() == [1, 0, 1, 0, 1]
    assert cases.denied.tolist() == [0, 1, 0, 1, 0]
    assert cases.groups["gender"].tolist() == ["f", "m", "", "m", "f"]
    assert cases.groups["period"].tolist() == [
        "2026 Q1", "2026 Q1", "2026 Q2", "2026 Q3", "2026 Q4",
    ]  # fmt: skip
    assert cases.probability.tolist() == [0.1, 0.2, 0.3, 0.5, 0.6]
    np.testing.assert_equal(cases.bad, [0, np.nan, 1, np.nan, 0])
    assert (found.left_out, found.within) == (1, ("lender", "period"))
    assert found.given == ("lender", "trade", "income")
    np.testing.assert_equal(found.columns[:, -1], [1, 2, np.nan, 5, 6])
    np.testing.assert_equal(found.columns[:, :1].ravel(), [0, 1, 0, 0, 1])  # lender b
    assert found.columns.shape == (5, 1 + 2 + 1)


def test_columns_of_points_are_those_of_reasons_and_held_equal_by_nobody(tmp_path: Path) -> None:
    points: dict[str, list[Any]] = {"reason:R05": [1, -2, 3, 4, -5, None], "reason:": [1] * 6}
    file = written(tmp_path, **points)
    found = read(file, Roles(given=("*",)))
    assert list(found.cases.points) == ["R05"]
    np.testing.assert_equal(found.cases.points["R05"], [1, -2, 3, -5, np.nan])
    assert "reason:R05" not in found.given
    named = written(tmp_path, **{"named:R05": [1, 0, None, 1, 1, 0]})
    np.testing.assert_equal(read(named, Roles()).cases.named["R05"], [1, 0, np.nan, 1, 0])
    assert code_of(written(tmp_path, **{"named:R05": [2] * 6}), Roles()) == "out-of-range"
    text = written(tmp_path, **{"reason:R05": ["low"] * 6})
    assert code_of(text, Roles()) == "wrong-type"


def test_a_csv_is_read_alike(tmp_path: Path) -> None:
    csv = tmp_path / "decisions.csv"
    pl.DataFrame(ROWS).write_csv(csv)
    one, other = (read(file, Roles(time="on")).cases for file in (csv, written(tmp_path)))
    assert one.approved.tolist() == other.approved.tolist()
    assert one.groups["period"].tolist() == other.groups["period"].tolist()


def test_a_denial_may_be_named_in_place_of_an_approval(tmp_path: Path) -> None:
    file = written(tmp_path, decision=["a", "b", "a", "a", "b", "b"])
    by_denial, by_approval = read(file, Roles(denied="b")), read(file, Roles(approved="a"))
    assert by_denial.cases.approved.tolist() == [1, 0, 1, 1, 0, 0]
    assert by_approval.cases.approved.tolist() == by_denial.cases.approved.tolist()
    assert code_of(file, Roles()) == "bad-decision"
    assert code_of(file, Roles(approved="c")) == "bad-decision"


@pytest.mark.parametrize(
    ("columns", "roles", "code"),
    [
        ({"decision": ["a", "b", "c", "a", "b", "c"]}, Roles(approved="a"), "bad-decision"),
        ({"probability": [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]}, Roles(), "out-of-range"),
        ({"reviewed": [0, 1, 2, 0, 1, 1]}, Roles(), "out-of-range"),
        ({"score": ["a"] * 6}, Roles(), "wrong-type"),
        ({"went": ["a", "b", "c", "a", "b", "c"]}, Roles(outcome="went", bad="a"), "bad-outcome"),
        ({"on": ["soon"] * 6}, Roles(time="on"), "bad-time"),
        ({}, Roles(groups=("race",)), "missing-column"),
        ({}, Roles(decision="answer"), "missing-column"),
        ({}, Roles(figures={"score": "points"}), "missing-column"),
    ],
)
def test_what_is_no_table_of_decisions_is_refused(
    tmp_path: Path, columns: dict[str, list[Any]], roles: Roles, code: str
) -> None:
    assert code_of(written(tmp_path, **columns), roles) == code


def test_without_a_column_of_groups_one_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "bare.csv"
    pl.DataFrame({"decision": ["yes", "no"]}).write_csv(file)
    assert code_of(file, Roles()) == "missing-column"


def test_a_column_of_names_is_no_column_of_groups(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    pl.DataFrame(
        {"decision": ["yes", "no"] * 50, "gender": [str(n) for n in range(100)]}
    ).write_csv(file)
    assert code_of(file, Roles()) == "too-many-groups"


def test_features_are_taken_where_they_are_and_each_row_may_be_of_another_business(
    tmp_path: Path,
) -> None:
    columns: dict[str, list[Any]] = {"feature:rent": [1, 2, None, 4, 5, 6], NAMES[3]: [0.5] * 6}
    found = read(written(tmp_path, **columns), Roles()).traits
    assert found is not None
    assert found.names == ("rent", NAMES[3])
    np.testing.assert_equal(found.values[:, 0], [1, 2, np.nan, 5, 6])
    assert found.latest().all()
    own = written(tmp_path, **columns, business_id=["a", "a", "b", "c", "b", "d"])
    by_business = read(own, Roles()).traits
    assert by_business is not None
    assert by_business.latest().tolist() == [False, True, False, True, True]
    named = read(own, Roles(business="trade")).traits
    assert named is not None
    assert named.businesses.tolist() == ["food", "farm", "food", "shop", ""]
    assert read(written(tmp_path), Roles()).traits is None


def test_a_business_is_a_column_that_is_there(tmp_path: Path) -> None:
    assert code_of(written(tmp_path), Roles(business="owner")) == "missing-column"

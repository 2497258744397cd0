"""Who is counted in a group: who agreed, and told; the table is read for nothing else."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from features.errors import BadInput, BadTable
from lumbung.allocating.groups import GROUPS, members
from tests.lumbung.allocating.cases import ON
from tests.training.cases import Row, application, refused, write

PEOPLE: dict[str, Row] = {
    "b1": {"gender": "female", "birth_year": 1996, "disability": False},
    "b2": {"gender": "male", "birth_year": 1995, "disability": True},
    "b3": {"gender": None, "birth_year": None, "disability": None},
    "b4": {"gender": "female", "birth_year": 1960, "disability": True},
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = [{"business_id": name, **told} for name, told in PEOPLE.items()]
    return write(tmp_path / "d", applications=[application()], protected=rows)


def agreed(*names: str) -> pl.DataFrame:
    return pl.DataFrame({"business_id": names}, schema={"business_id": pl.String})


def test_who_told_is_counted_by_what_they_told(data: Path) -> None:
    found = members(data, tuple(GROUPS), agreed(*PEOPLE), ON)
    assert found == {"women": {"b1", "b4"}, "young": {"b1"}, "disabled": {"b2", "b4"}}


def test_who_did_not_agree_is_not_counted(data: Path) -> None:
    assert members(data, ["women"], agreed("b2", "b4"), ON) == {"women": {"b4"}}
    assert members(data, ["women"], agreed(), ON) == {"women": frozenset()}


def test_where_no_group_is_named_the_table_is_not_read(tmp_path: Path) -> None:
    assert members(tmp_path / "nowhere", (), agreed("b1"), ON) == {}


def test_a_group_that_nobody_knows_is_told(data: Path) -> None:
    with pytest.raises(BadInput) as caught:
        members(data, ["women", "rich"], agreed("b1"), ON)
    refused(caught, "unknown-group")
    assert "rich" in caught.value.found


def test_a_data_set_that_tells_of_no_group_is_told(tmp_path: Path) -> None:
    data = write(tmp_path / "d", applications=[application()])
    with pytest.raises(BadTable) as caught:
        members(data, ["women"], agreed("b1"), ON)
    refused(caught, "missing-table")

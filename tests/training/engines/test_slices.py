"""The slices of a data set are every row of its tables once, each no larger than it may be."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from features.errors import BadInput, BadTable
from tests.training.cases import application, write
from tests.training.engines.cases import rearranged, simulated, tables_of
from training.about import read_about, write_about
from training.engines.kernel import READ
from training.engines.slices import loaded, slices, sound


@pytest.mark.parametrize("most", [100, 650, 10**9])
def test_slices_are_every_row_once_in_order(base: Path, tmp_path: Path, most: int) -> None:
    data = rearranged(base, tmp_path / "data")
    every, about = slices(data, most), read_about(data)
    assert [part.number for part in every] == list(range(len(every)))
    assert all(part.rows <= most for part in every)
    for name in READ:
        rows = pl.concat(sound(part, about) for part in every if part.table == name)
        assert rows.equals(tables_of(data)[name])


def test_some_columns_of_a_slice_are_read_alone(base: Path) -> None:
    data = simulated(base)
    part = next(part for part in slices(data, 50) if part.table == "applications")
    alone = loaded(part, read_about(data), ["business_id"])
    assert alone.equals(loaded(part, read_about(data)).select("business_id"))
    assert alone.height == 50


def test_what_is_no_data_set_for_features_is_refused(base: Path, tmp_path: Path) -> None:
    data = simulated(base)
    write_about(read_about(data), tmp_path)
    with pytest.raises(BadTable) as none:
        slices(tmp_path, 10)
    assert none.value.code == "missing-table"
    rows = pl.read_parquet(data / "applications" / "*.parquet")
    rows.write_parquet(tmp_path / "applications.parquet")
    with pytest.raises(BadInput) as groundless:
        slices(tmp_path, 10)
    assert groundless.value.code == "no-consents"
    (tmp_path / "consents.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(BadTable) as damaged:
        slices(tmp_path, 10)
    assert damaged.value.code == "unreadable-file"


def test_a_wrong_row_is_named_by_its_number_in_the_file(base: Path, tmp_path: Path) -> None:
    data = rearranged(base, tmp_path / "data")
    file = max(data.glob("payments/*"), key=lambda part: pl.read_parquet(part).height)
    rows = pl.read_parquet(file)
    wrong = pl.int_range(pl.len()) == 777
    rows.with_columns(amount=pl.when(wrong).then(-1).otherwise("amount")).write_parquet(file)
    payments = [p for p in slices(data, 300) if p.file == file and p.first <= 777]
    with pytest.raises(BadTable, match="the first at row 777: amount is below 0") as caught:
        sound(payments[-1], read_about(data))
    assert caught.value.where == file.name


def test_small_row_groups_are_read_together(tmp_path: Path) -> None:
    rows = pl.DataFrame([application(n) for n in range(95)])
    data = write(tmp_path / "d", applications=[application(1)])
    rows.write_parquet(data / "applications.parquet", row_group_size=10)
    assert [(p.first, p.rows) for p in slices(data, 35)] == [(0, 30), (30, 30), (60, 35)]
    assert [(p.first, p.rows) for p in slices(data, 4)][:4] == [(0, 4), (4, 4), (8, 2), (10, 4)]
    assert [(p.first, p.rows) for p in slices(data, 1000)] == [(0, 95)]

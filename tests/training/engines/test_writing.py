"""The same rows are the same bytes, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from features.errors import BadInput
from tests.training.cases import refused
from tests.training.engines.cases import expected, simulated, tables_of
from training.engines import writing
from training.engines.kernel import SCHEMA, feature_rows
from training.engines.writing import write


@pytest.fixture(scope="module")
def rows(base: Path) -> pl.DataFrame:
    return feature_rows(tables_of(simulated(base)))


@pytest.mark.parametrize("size", [1, 13, 64, 1000])
def test_the_same_rows_cut_anyhow_are_the_same_bytes(
    base: Path, rows: pl.DataFrame, tmp_path: Path, size: int
) -> None:
    out = tmp_path / "out.parquet"
    assert write(rows.iter_slices(size), out) == rows.height
    assert out.read_bytes() == expected(base)
    assert pl.read_parquet(out).equals(rows)


def test_many_groups_are_the_same_bytes_too(
    rows: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ROW_GROUP", 20)
    made = []
    for size in (7, 1000):
        out = tmp_path / f"{size}.parquet"
        write(rows.iter_slices(size), out)
        made.append(out.read_bytes())
    assert made[0] == made[1]
    assert pl.read_parquet(out).equals(rows)


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    assert write([], out) == 0
    assert dict(pl.read_parquet_schema(out)) == SCHEMA


def test_what_breaks_leaves_nothing(rows: pl.DataFrame, tmp_path: Path) -> None:
    def broken() -> Iterator[pl.DataFrame]:
        yield rows
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(broken(), tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_file_already_there_is_left_alone(rows: pl.DataFrame, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("mine")
    with pytest.raises(BadInput) as caught:
        write([rows], out)
    refused(caught, "already-there")
    assert out.read_text() == "mine"

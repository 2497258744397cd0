"""Every record of a business that asks stands in one piece, and no other record anywhere."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from features.records import TABLES
from tests.training.engines.cases import rearranged, tables_of
from training.engines import layout as module
from training.engines.kernel import READ
from training.engines.layout import Layout, businesses, in_pieces, lay_out, layout, piece
from training.resuming import Work, begun


def _work(folder: Path) -> Work:
    with begun(folder / "out", "features", {}) as work:
        return work


def _laid_out(data: Path, folder: Path) -> Layout:
    plan = layout(data, _work(folder))
    for run in plan.runs:
        lay_out((run, plan))
    return plan


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RUN_ROWS", 2_000)
    monkeypatch.setattr(module, "PIECE_ROWS", 3_000)


@pytest.mark.usefixtures("small_parts")
def test_pieces_hold_every_record_of_those_who_ask_once(base: Path, tmp_path: Path) -> None:
    data = rearranged(base, tmp_path / "data")
    silent = tables_of(data)["applications"]["business_id"].unique().sort()[::5]
    for file in (data / "applications").iterdir():
        rest = pl.read_parquet(file).filter(~pl.col("business_id").is_in(silent.implode()))
        rest.write_parquet(file)
    plan = _laid_out(data, tmp_path)
    names = businesses(plan.work).categories
    assert plan.pieces > 3
    pieces = [piece(number, plan) for number in range(plan.pieces)]
    asking = tables_of(data)["applications"]["business_id"].unique()
    for name, frame in tables_of(data).items():
        found = pl.concat(one[name] for one in pieces)
        ids = names.gather(found["business_id"])
        wanted = frame.filter(pl.col("business_id").is_in(asking.implode()))
        key = TABLES[name].key
        both = found.with_columns(ids.alias("business_id")).sort(key)
        assert both.select(key, "business_id").equals(wanted.sort(key).select(key, "business_id"))
    whose = [set(one["applications"]["business_id"]) for one in pieces]
    assert sum(map(len, whose)) == len(set().union(*whose)) == asking.len()


@pytest.mark.usefixtures("small_parts")
def test_the_pieces_follow_each_other_in_order_of_business(base: Path, tmp_path: Path) -> None:
    plan = _laid_out(rearranged(base, tmp_path / "data"), tmp_path)
    seen = [number for n in range(plan.pieces) for number in _asking(n, plan)]
    assert seen == list(range(len(seen)))
    assert businesses(plan.work).categories.is_sorted()


def _asking(number: int, plan: Layout) -> list[int]:
    return sorted(set(piece(number, plan)["applications"]["business_id"]))


@pytest.mark.usefixtures("small_parts")
def test_a_run_holds_no_more_rows_than_it_may(base: Path, tmp_path: Path) -> None:
    plan = layout(rearranged(base, tmp_path / "data"), _work(tmp_path))
    assert all(sum(one.rows for one in run.slices) <= module.RUN_ROWS for run in plan.runs)
    assert any(len(run.slices) > 1 for run in plan.runs)
    assert {run.table for run in plan.runs} == set(READ)


@pytest.mark.usefixtures("small_parts")
def test_tables_in_memory_are_cut_as_a_layout_is(base: Path, tmp_path: Path) -> None:
    data = rearranged(base, tmp_path / "data")
    plan = _laid_out(data, tmp_path)
    in_memory = list(in_pieces(tables_of(data)))
    assert len(in_memory) == plan.pieces
    for number, tables in enumerate(in_memory):
        laid_out = piece(number, plan)
        assert tables.keys() == laid_out.keys()
        for name, frame in tables.items():
            key = TABLES[name].key
            assert frame.sort(key).equals(laid_out[name].sort(key))

"""The made-up export is a data set, the same in either order, and the baseline can read it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks import export
from benchmarks.features import refuse_to_differ
from benchmarks.frames import read as read_frames
from benchmarks.fused.compute import compute as baseline
from benchmarks.reading import READERS
from features.catalogue import compute
from training.datasets import read
from training.engines.kernel import known

BUSINESSES, ROWS = 12, 100


@pytest.fixture(params=[False, True], ids=["by time", "by business"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(export, "PART", 100)
    export.write(tmp_path / "made", BUSINESSES, ROWS, by_business=request.param)
    return tmp_path / "made"


def test_both_orders_hold_the_same_payments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PART", 100)
    for by_business in (False, True):
        export.write(tmp_path / str(by_business), BUSINESSES, ROWS, by_business=by_business)
    by_time, grouped = (read(tmp_path / name)["payments"] for name in ("False", "True"))
    assert by_time.sort("payment_id").equals(grouped.sort("payment_id"))
    assert by_time["occurred_at"].is_sorted()
    assert grouped["business_id"].rle().len() == BUSINESSES
    assert by_time["business_id"].rle().len() > 10 * BUSINESSES


def test_parts_are_small_and_hold_every_payment_once(folder: Path) -> None:
    sizes = [pl.read_parquet(file).height for file in (folder / "payments").iterdir()]
    assert len(sizes) >= BUSINESSES
    assert max(sizes) <= 100
    assert sum(sizes) == BUSINESSES * ROWS == read(folder)["payments"]["payment_id"].n_unique()


def test_the_balance_is_what_came_in_less_what_went_out(folder: Path) -> None:
    payments = read(folder)["payments"].sort("business_id", "occurred_at")
    moved = pl.when(pl.col("direction") == "in").then("amount").otherwise(-pl.col("amount"))
    balance = 5_000_000 + moved.cum_sum().over("business_id")
    stated = payments.filter(pl.col("balance_after").is_not_null())
    off = payments.with_columns(off=pl.col("balance_after") - balance)["off"].drop_nulls()
    assert off.len() == stated.height > 200
    assert off.abs().max() == 0


def test_some_payments_come_after_the_application_and_parties_come_again(folder: Path) -> None:
    data = read(folder)
    joined = data["payments"].join(data["applications"], on="business_id")
    assert 0 < joined.filter(pl.col("occurred_at") >= pl.col("as_of")).height < joined.height / 5
    parties = data["payments"]["counterparty"].drop_nulls()
    assert parties.n_unique() < parties.len() / 2


def test_the_baseline_reads_it_and_agrees_with_the_catalogue(folder: Path) -> None:
    frames = read_frames(folder)
    data = read(folder)
    ids = frames["applications"]["application_id"].tolist()
    assert ids == data["applications"]["application_id"].to_list()
    ours = compute(known(data.tables, data["applications"]))
    refuse_to_differ({"lumbung": ours, "pandas": baseline(frames).to_numpy()})
    assert np.count_nonzero(~np.isnan(ours)) > 30 * BUSINESSES


def test_each_reader_reads_every_row(folder: Path) -> None:
    for reader in READERS.values():
        assert sum(reader(folder / "payments")) == BUSINESSES * ROWS

"""Pieces of whole businesses: together they are the data set, and none is much too large."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from features.errors import BadTable
from features.records import TABLES
from tests.training.engines.small import small_data
from training.about import read_about, write_about
from training.checks import schema
from training.engines import pieces
from training.engines.kernel import feature_rows
from training.engines.slices import slices


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_data(tmp_path_factory.mktemp("small"))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "SLICE", 400)
    monkeypatch.setattr(pieces, "PIECE", 700)


BASKETS = 3


def baskets(data: Path) -> dict[int, list[bytes]]:
    out: dict[int, list[bytes]] = {}
    for part in slices(data, pieces.SLICE):
        seen = pieces.seen(part, read_about(data))
        for basket, its in pieces.scattered(seen, BASKETS):
            out.setdefault(basket, []).append(its)
    return out


def all_seen(data: Path) -> pl.DataFrame:
    return pl.concat(map(pieces.summed, baskets(data).values()))


def sealed(data: Path, asking: pl.DataFrame) -> dict[int, list[tuple[str, bytes]]]:
    out: dict[int, list[tuple[str, bytes]]] = {}
    for part in slices(data, pieces.SLICE):
        for piece, records in pieces.sealed(part, read_about(data), asking):
            out.setdefault(piece, []).append((part.table, records))
    return out


def test_the_rows_of_the_pieces_one_after_another_are_the_table(data: Path) -> None:
    of_pieces = sealed(data, pieces.cut(all_seen(data)))
    names = {part.table for part in slices(data, pieces.SLICE)}
    made = pl.concat(
        [pieces.computed(of_pieces[n], names, feature_rows) for n in range(len(of_pieces))]
    )
    assert len(of_pieces) > 5
    assert made.equals(pl.read_parquet(data.with_name("expected.parquet")))


def test_whatever_is_seen_is_in_one_basket_and_what_stands_twice_is_found(data: Path) -> None:
    found = baskets(data)
    assert sorted(found) == list(range(BASKETS))
    held = {
        basket: pl.concat(map(pieces.unseal, its)).select("what", "value").unique()
        for basket, its in found.items()
    }
    whole = pl.concat(held.values())
    assert whole.height == whole.unique().height > 1000
    twice = pieces.summed([*found[0], *found[0]])
    keys = held[0].filter(pl.col("what") != pieces.BUSINESS)
    assert set(keys.rows()) <= set(twice.select("what", "value").rows())
    assert set(all_seen(data)["what"]) == {pieces.BUSINESS}


def test_a_piece_goes_beyond_its_size_by_its_last_business_at_most(data: Path) -> None:
    seen = all_seen(data)
    rows = seen.filter(pl.col("what") == pieces.BUSINESS).select(business_id="value", rows="rows")
    cut = pieces.cut(seen).join(rows, on="business_id", maintain_order="left")
    assert cut["business_id"].is_sorted()
    for _, piece in cut.group_by("piece"):
        assert piece["rows"].sum() - piece["rows"][-1] < 700
    of_pieces = sealed(data, pieces.cut(seen))
    held = sum(pieces.unseal(rows).height for one in of_pieces.values() for _, rows in one)
    assert held == cut["rows"].sum()


def test_a_piece_without_a_consent_is_not_one_that_needs_none() -> None:
    """Only applications and payments come; the data set has consents, of other businesses."""
    day = pl.lit("2026-01-01").str.to_datetime(time_zone="UTC", time_unit="us")
    asked = blank("applications", application_id="a", as_of=day, amount=1)
    paid = blank(
        "payments",
        payment_id="p",
        occurred_at=day.dt.offset_by("-3d"),
        known_at=day.dt.offset_by("-3d"),
        amount=100,
        direction="in",
        channel="qris",
        kind="sale",
    )
    records = [("applications", pieces.seal(asked)), ("payments", pieces.seal(paid))]
    every = {"applications", "payments", "consents"}
    free = pieces.computed(records, {"applications", "payments"}, feature_rows)
    bound = pieces.computed(records, every, feature_rows)
    silent = pieces.computed(records[:1], every, feature_rows)
    assert bound.equals(silent)
    assert not bound.equals(free)


def blank(name: str, **given: object) -> pl.DataFrame:
    """Return a row of a table about one business, with what is given and else nothing."""
    made = {"business_id": "b", **given}
    values = [
        (value if isinstance(value := made.get(column), pl.Expr) else pl.lit(value))
        .cast(kind)
        .alias(column)
        for column, kind in schema(TABLES[name]).items()
    ]
    return pl.select(values)


def test_tasks_are_of_a_bounded_size_and_hold_every_slice_once(data: Path) -> None:
    every = slices(data, pieces.SLICE)
    tasks = pieces.tasks(every)
    assert [part for task in tasks for part in task] == every
    assert max(sum(part.rows for part in task) for task in tasks) <= 400
    assert len(tasks) < len(every)


def test_an_empty_file_is_found_empty(tmp_path: Path, data: Path) -> None:
    write_about(read_about(data), tmp_path)
    for name in ("applications", "consents"):
        rows = pl.read_parquet(data / name / "*.parquet")
        rows.head(0).write_parquet(tmp_path / f"{name}.parquet")
    with pytest.raises(BadTable) as caught:
        pieces.cut(all_seen(tmp_path))
    assert (caught.value.code, caught.value.where) == ("empty-table", "applications.parquet")

"""Rows that stand twice: repeated ones are left out, those that differ are set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from features.sources import PAYMENTS
from tests.training.cases import Row, payment
from training.checks import FAULT, shaped
from training.importing import duplicates


def written(folder: Path, name: str, rows: Sequence[Row]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    frame = pl.DataFrame(rows, infer_schema_length=None)
    shaped(frame, PAYMENTS, name).write_parquet(folder / name)
    return folder / name


def keys(files: Sequence[Path]) -> list[pl.Series]:
    return [pl.read_parquet(file)["payment_id"].hash() for file in files]


def judged(new: list[Path], before: list[Path]) -> list[tuple[int, str, bool]]:
    """Return (place, id, whether it is set aside) of what is found."""
    suspects = duplicates.suspects(keys(new), before, PAYMENTS)
    found = duplicates.judge(new, before, PAYMENTS, suspects)
    assert found.columns == [duplicates.PLACE, *PAYMENTS.names, FAULT]
    return [
        (row[duplicates.PLACE], row["payment_id"], row[FAULT] is not None)
        for row in found.iter_rows(named=True)
    ]


def test_rows_that_stand_once_are_not_looked_at(tmp_path: Path) -> None:
    new = [written(tmp_path, "0.parquet", [payment(1), payment(2)])]
    before = [written(tmp_path, "old.parquet", [payment(3)])]
    assert duplicates.suspects(keys(new), before, PAYMENTS).is_empty()
    assert judged(new, before) == []


def test_the_second_of_two_equal_new_rows_is_repeated(tmp_path: Path) -> None:
    new = [
        written(tmp_path, "0.parquet", [payment(1), payment(2)]),
        written(tmp_path, "1.parquet", [payment(3), payment(1)]),
    ]
    assert judged(new, []) == [(3, "p1", False)]


def test_a_new_row_that_equals_an_old_one_is_repeated(tmp_path: Path) -> None:
    new = [written(tmp_path, "0.parquet", [payment(1), payment(2)])]
    before = [written(tmp_path, "old.parquet", [payment(2)])]
    assert judged(new, before) == [(1, "p2", False)]


def test_new_rows_that_share_an_id_and_differ_are_all_set_aside(tmp_path: Path) -> None:
    rows = [payment(1), payment(1, amount=7), payment(2), payment(1)]
    new = [written(tmp_path, "0.parquet", rows)]
    assert judged(new, []) == [(0, "p1", True), (1, "p1", True), (3, "p1", True)]


def test_a_new_row_that_differs_from_an_old_one_is_set_aside_and_the_old_one_stays(
    tmp_path: Path,
) -> None:
    new = [written(tmp_path, "0.parquet", [payment(1, amount=7), payment(2)])]
    before = [written(tmp_path, "old.parquet", [payment(1)])]
    assert judged(new, before) == [(0, "p1", True)]
    assert pl.read_parquet(before[0]).height == 1


def test_a_missing_value_equals_a_missing_value_and_no_other(tmp_path: Path) -> None:
    none = payment(1, counterparty=None)
    new = [written(tmp_path, "0.parquet", [none, none, payment(2, counterparty=None), payment(2)])]
    assert judged(new, []) == [(1, "p1", False), (2, "p2", True), (3, "p2", True)]


def test_rows_are_taken_out_by_their_place_in_all_files_together(tmp_path: Path) -> None:
    files = [
        written(tmp_path, "0.parquet", [payment(1), payment(2)]),
        written(tmp_path, "1.parquet", [payment(3), payment(4), payment(5)]),
    ]
    untouched = files[0].read_bytes()
    assert duplicates.without(pl.Series([2, 4], dtype=pl.UInt32), files) == 2
    assert files[0].read_bytes() == untouched
    left = pl.read_parquet(files[1])
    assert left["payment_id"].to_list() == ["p4"]
    assert left.columns == list(PAYMENTS.names)


ROWS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 2)), max_size=8)


@given(old=ROWS, new=ROWS, cut=st.integers(0, 8))
def test_judging_is_counting(
    tmp_path_factory: Any, old: list[tuple[int, int]], new: list[tuple[int, int]], cut: int
) -> None:
    """Recounted in plain Python: a row is its id and its amount."""
    folder = tmp_path_factory.mktemp("judged")
    old = list(dict(old).items())
    parts = [part for part in (new[:cut], new[cut:]) if part]
    files = [
        written(folder, f"{i}.parquet", [payment(n, amount=a) for n, a in part])
        for i, part in enumerate(parts)
    ]
    before = [written(folder, "old.parquet", [payment(n, amount=a) for n, a in old])] if old else []
    different = Counter(number for number, _ in set(old) | set(new))
    seen, expected = set(old), []
    for place, (number, amount) in enumerate(new):
        if different[number] > 1:
            expected.append((place, f"p{number}", True))
        elif (number, amount) in seen:
            expected.append((place, f"p{number}", False))
        seen.add((number, amount))
    assert judged(files, before) == expected

"""The report tells what became of the rows: how many, of which days, and with which gap."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import BadTable
from tests.training.cases import payment, refused, utc
from training.checks import FAULT
from training.importing.report import SAMPLE, Report

FIRST = utc(2025, 1, 1)


def written(folder: Path, *days: list[int]) -> list[Path]:
    """Write a file for each list, with a payment on each of its days after the first."""
    files = []
    for i, each in enumerate(days):
        rows = [payment(d, occurred_at=FIRST + timedelta(days=d, hours=5)) for d in each]
        file = folder / f"{i}.parquet"
        pl.DataFrame(rows, infer_schema_length=None).write_parquet(file)
        files.append(file)
    return files


def described(folder: Path, *days: list[int]) -> Report:
    report = Report("payments")
    report.describe(written(folder, *days))
    return report


@pytest.mark.parametrize(
    ("days", "gap"),
    [
        ([0], 0),
        ([0, 0, 0], 0),
        ([0, 1], 0),
        ([0, 2], 1),
        ([0, 1, 10, 11], 8),
        ([11, 0, 4], 6),
    ],
)
def test_the_longest_gap_is_the_most_days_in_a_row_without_a_row(
    tmp_path: Path, days: list[int], gap: int
) -> None:
    report = described(tmp_path, days)
    assert report.longest_gap_days == gap
    assert report.first == date(2025, 1, 1) + timedelta(days=min(days))
    assert report.last == date(2025, 1, 1) + timedelta(days=max(days))
    assert report.kept == len(days)


def test_a_gap_may_lie_between_two_files(tmp_path: Path) -> None:
    report = described(tmp_path, [0, 1], [20, 2], [8])
    assert (report.longest_gap_days, report.kept) == (11, 5)
    assert (report.first, report.last) == (date(2025, 1, 1), date(2025, 1, 21))


@given(st.sets(st.integers(0, 60), min_size=1))
def test_a_gap_is_as_long_as_when_days_are_counted_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, days: set[int]
) -> None:
    longest = run = 0
    for day in range(min(days), max(days) + 1):
        run = 0 if day in days else run + 1
        longest = max(longest, run)
    found = described(tmp_path_factory.mktemp("gap"), sorted(days))
    assert found.longest_gap_days == longest


def test_nothing_kept_has_no_days(tmp_path: Path) -> None:
    report = described(tmp_path)
    assert (report.kept, report.first, report.last, report.longest_gap_days) == (0, None, None, 0)
    assert report.sample is None


def test_a_table_without_a_time_has_no_days(tmp_path: Path) -> None:
    file = tmp_path / "0.parquet"
    pl.DataFrame({"business_id": ["a", "b"], "gender": ["female", None]}).write_parquet(file)
    report = Report("protected")
    report.describe([file])
    assert (report.kept, report.first, report.longest_gap_days) == (2, None, 0)


def test_the_sample_is_the_first_rows(tmp_path: Path) -> None:
    report = described(tmp_path, list(range(30)), [99])
    assert report.sample is not None
    assert report.sample["payment_id"].to_list() == [f"p{i}" for i in range(SAMPLE)]


def test_faults_are_counted_by_their_code() -> None:
    report = Report("payments")
    faults = ["bad-amount: amount", "bad-amount: balance", "unread-value: x: y"]
    report.reject(pl.DataFrame({FAULT: faults}))
    report.reject(pl.DataFrame({FAULT: faults[:1]}))
    report.reject(pl.DataFrame({FAULT: []}, schema={FAULT: pl.String}))
    assert report.rejected == {"bad-amount": 3, "unread-value": 1}


def counted(kept: int, rejected: int, passed_over: int = 0, repeated: int = 0) -> Report:
    report = Report("payments", kept=kept, passed_over=passed_over, repeated=repeated)
    report.read = kept + rejected + passed_over + repeated
    report.rejected["bad-amount"] = rejected
    return report


@pytest.mark.parametrize(
    ("report", "most"),
    [
        (counted(99, 1), 0.01),
        (counted(0, 5), 1.0),
        (counted(3, 0), 0.0),
        (counted(0, 0, repeated=4), 0.0),
        (counted(1, 1, repeated=98), 0.01),
    ],
)
def test_up_to_the_share_allowed_rows_may_be_set_aside(report: Report, most: float) -> None:
    report.refuse_too_many(most)


@pytest.mark.parametrize(
    ("report", "most"),
    [
        (counted(98, 2), 0.01),
        (counted(3, 1), 0.0),
        # rows passed over are no rows of the table, so they make no room
        (counted(98, 2, passed_over=900), 0.01),
    ],
)
def test_above_it_the_import_fails_with_the_counts(report: Report, most: float) -> None:
    with pytest.raises(BadTable, match=f"{report.rejected['bad-amount']} bad-amount") as caught:
        report.refuse_too_many(most)
    refused(caught, "too-many-rejected")
    assert caught.value.where == "payments"


@pytest.mark.parametrize(("passed_over", "found"), [(0, "no rows"), (7, "no row that `keep`")])
def test_a_table_that_comes_out_empty_is_refused(passed_over: int, found: str) -> None:
    with pytest.raises(BadTable, match=found) as caught:
        counted(0, 0, passed_over=passed_over).refuse_too_many(1.0)
    refused(caught, "empty-table")


def test_as_plain_values_the_report_holds_all_but_the_sample(tmp_path: Path) -> None:
    report = described(tmp_path, [0, 3])
    report.read, report.passed_over, report.repeated = 9, 4, 1
    report.reject(pl.DataFrame({FAULT: ["unread-value: a", "bad-amount: b"]}))
    assert report.as_json() == {
        "table": "payments",
        "read": 9,
        "passed_over": 4,
        "repeated": 1,
        "kept": 2,
        "rejected": {"bad-amount": 1, "unread-value": 1},
        "first": "2025-01-01",
        "last": "2025-01-04",
        "longest_gap_days": 2,
        "already": False,
    }
    assert Report("payments").as_json()["first"] is None

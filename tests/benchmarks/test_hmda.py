"""The audit of the Boston denials finds what is published of them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from audit.fairness.audit import audit
from audit.fairness.measures import IMPACT, PARITY, PAST_ANSWERS
from benchmarks.hmda import cases, regression


@pytest.fixture(scope="module")
def frame(real_data: Path) -> pl.DataFrame:
    return pl.read_parquet(real_data / "hmda_boston" / "hmda_aer.parquet")


def test_it_finds_the_gap_and_what_the_other_columns_leave_of_it(frame: pl.DataFrame) -> None:
    """28.3% against 9.3% denied; the published regression leaves 8.4 points of it."""
    found = {f.measure: f.found for f in audit(cases(frame)) if f.group == "Black"}
    parity, left = found[PARITY], found[PAST_ANSWERS].gap
    assert parity.group is not None
    assert parity.rest is not None
    assert 1 - parity.group.value == pytest.approx(0.283, abs=5e-4)
    assert 1 - parity.rest.value == pytest.approx(0.093, abs=5e-4)
    assert parity.gap is not None
    assert parity.gap.high < -0.1
    assert left is not None
    assert parity.gap.value < left.value < 0
    assert left.low < -0.084 < left.high < 0
    assert found[IMPACT].gap is not None


def test_the_regression_is_that_of_stock_and_watson(frame: pl.DataFrame) -> None:
    """Table 11.2, column 1: 0.084 with a standard error of 0.023."""
    found = regression(frame)
    assert found.value == pytest.approx(0.084, abs=5e-4)
    assert (found.high - found.low) / 2 / 1.959964 == pytest.approx(0.023, abs=5e-4)

"""What remains of a gap given other columns: as published, and nothing where none can say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from audit.fairness.given import remaining
from features.rows import Flags, Floats

RANDOM = np.random.default_rng(11)
N = 3_000
INCOME = RANDOM.normal(0, 1, N)
GROUP: Flags = RANDOM.random(N) < 1 / (1 + np.exp(INCOME))


def denials(own: float) -> Floats:
    """Return denials by income, and by *own* log-odds of the group."""
    log_odds = -1.5 - INCOME + own * GROUP
    return (RANDOM.random(N) < 1 / (1 + np.exp(-log_odds))).astype(np.float64)


def boston(real_data: Path) -> tuple[Floats, Flags, Floats]:
    """Return denials, race, and the regressors of Stock & Watson's table 11.2, columns 1 and 2."""
    frame = pl.read_parquet(real_data / "hmda_boston" / "hmda_aer.parquet")
    value = frame["lvrat"].to_numpy()
    flags = [(frame[name] == "yes").to_numpy() for name in ("phist", "insurance", "selfemp")]
    counts = [frame[name].to_numpy() for name in ("pirat", "hirat", "chist", "mhist")]
    classes = [(value >= 0.8) & (value <= 0.95), value > 0.95]
    denied = (frame["deny"] == "yes").to_numpy().astype(np.float64)
    others = np.column_stack([*flags, *counts, *classes]).astype(np.float64)
    return denied, (frame["afam"] == "yes").to_numpy(), others


def test_boston_is_as_published(real_data: Path) -> None:
    """Linear 0.084 (0.023), logistic 0.688 (0.182), a gap of 6.0 points: their table 11.2."""
    found = remaining(*boston(real_data), 0.95)
    assert found is not None
    assert found.raw == pytest.approx(-0.191, abs=5e-4)
    assert found.linear.value == pytest.approx(-0.084, abs=5e-4)
    assert (found.linear.high - found.linear.low) / 2 / 1.96 == pytest.approx(0.023, abs=5e-4)
    assert found.log_odds.value == pytest.approx(0.688, abs=5e-4)
    assert (found.log_odds.high - found.log_odds.low) / 2 / 1.96 == pytest.approx(0.182, abs=5e-4)
    assert found.logistic.value == pytest.approx(-0.060, abs=5e-4)
    assert found.p < 0.001


def test_a_gap_that_income_explains_goes_away_and_one_of_its_own_stays() -> None:
    explained, own = (remaining(denials(x), GROUP, INCOME[:, None], 0.95) for x in (0.0, 1.0))
    assert explained is not None
    assert own is not None
    assert explained.raw < -0.1
    assert explained.logistic.low < 0 < explained.logistic.high
    assert own.logistic.high < 0
    assert own.log_odds.low < 1 < own.log_odds.high


def test_columns_on_any_scale_or_told_twice_change_nothing() -> None:
    denied = denials(0.5)
    plain = remaining(denied, GROUP, INCOME[:, None], 0.95)
    more = np.column_stack([1e6 * INCOME + 3, INCOME, np.ones(N)])
    again = remaining(denied, GROUP, more, 0.95)
    assert plain is not None
    assert again is not None
    assert again.columns == plain.columns == 1
    assert again.logistic.value == pytest.approx(plain.logistic.value, abs=1e-6)
    assert again.linear.low == pytest.approx(plain.linear.low, abs=1e-6)


def test_without_other_columns_the_gap_remains_as_it_is() -> None:
    found = remaining(denials(0.5), GROUP, np.empty((N, 0)), 0.95)
    assert found is not None
    assert found.linear.value == pytest.approx(found.raw)
    assert found.logistic.value == pytest.approx(found.raw, abs=1e-6)


def test_where_the_data_cannot_tell_nothing_is_said() -> None:
    denied = denials(0.0)
    assert remaining(denied, GROUP, denied[:, None], 0.95) is None
    assert remaining(denied, GROUP, GROUP[:, None].astype(float), 0.95) is None
    assert remaining(denied, np.zeros(N, dtype=bool), INCOME[:, None], 0.95) is None
    few = np.arange(N) < 60
    assert remaining(denied[few], GROUP[few], RANDOM.normal(0, 1, (60, 9)), 0.95) is None

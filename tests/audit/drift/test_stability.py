"""The stability index by its formula, and what it promises of chance, by samples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from audit.drift import stability
from features.rows import Floats

TENTHS = np.full(10, 0.1)
TILTED = np.array([0.05, 0.06, 0.08, 0.1, 0.1, 0.1, 0.11, 0.12, 0.13, 0.15])


def test_the_index_is_that_of_its_formula() -> None:
    """Two in ten move from the lowest tenth to the highest, of 1000 before and 500 after."""
    before = np.arange(1000.0)
    after = np.concatenate([np.arange(100.0, 1000.0, 2), np.full(50, 950.0)])
    counted = {0: (100, 0), 9: (100, 100)} | dict.fromkeys(range(1, 9), (100, 50))
    expected = 0.0
    for b, a in counted.values():
        share_b, share_a = (b + 0.5) / (1000 + 5), (a + 0.5) / (500 + 5)
        expected += (share_a - share_b) * math.log(share_a / share_b)
    found = stability.index_of_scores(before, np.ones(1000), after, np.ones(500))
    assert found == pytest.approx(expected, rel=1e-12)
    order_kept = stability.index_of_scores(before**3, np.ones(1000), after**3, np.ones(500))
    assert order_kept == pytest.approx(expected, rel=1e-12)


def test_loans_count_by_their_weight() -> None:
    random = np.random.default_rng(2)
    scores = random.normal(size=400)
    heavy = np.where(scores > 0, 3.0, 1.0)
    repeated = np.repeat(scores, heavy.astype(int))
    weighed = stability.index_of_scores(scores, np.ones(400), scores, heavy)
    copied = stability.index_of_scores(scores, np.ones(400), repeated, np.ones(repeated.size))
    assert weighed == pytest.approx(copied, rel=0.02)


def test_chance_stays_below_its_bound_in_95_of_100_samples() -> None:
    random = np.random.default_rng(0)
    found = [
        stability.index_of_scores(
            random.normal(size=500), np.ones(500), random.normal(size=300), np.ones(300)
        )
        for _ in range(600)
    ]
    below = np.mean(np.array(found) <= stability.by_chance(500, 300))
    assert 0.93 <= below <= 0.985


def shifts(before: Floats, after: Floats, n: int, m: int, many: int) -> list[stability.Shift]:
    """Return the shift of many samples of n and m, drawn from these shares."""
    random = np.random.default_rng(5)
    counts = zip(
        random.multinomial(n, before, many), random.multinomial(m, after, many), strict=True
    )
    return [stability.shift(b.astype(np.float64), a.astype(np.float64)) for b, a in counts]


@pytest.mark.parametrize("after", [TENTHS, TILTED])
def test_an_interval_holds_the_index_of_everybody_in_95_of_100_samples(after: Floats) -> None:
    """Within four standard errors of 95%; where there is no shift it may hold it more often."""
    true = float(np.sum((after - TENTHS) * np.log(after / TENTHS)))
    found = shifts(TENTHS, after, 3000, 400, 400)
    held = np.mean([one.index.low <= true <= one.index.high for one in found])
    assert 0.95 - 4 * math.sqrt(0.95 * 0.05 / 400) <= held <= 1


def test_without_a_shift_a_p_value_below_a_level_is_as_rare_as_the_level() -> None:
    p = np.array([one.p for one in shifts(TENTHS, TENTHS, 3000, 400, 600)])
    assert np.mean(p < 0.05) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 600)
    assert 0.42 <= np.mean(p < 0.5) <= 0.58


def test_a_value_that_is_hardly_ever_missing_rings_no_more_often() -> None:
    """One in 200 is missing, so of 200 applicants one is expected: χ² would not hold."""
    shares = np.array([*(TENTHS * 0.995), 0.005])
    p = np.array([one.p for one in shifts(shares, shares, 3000, 200, 60)])
    assert np.sum(p < 0.05) <= 9  # 3 are expected, and more than 9 come once in 700 times


def test_the_interval_reaches_none_exactly_where_the_p_value_says_so() -> None:
    for one in shifts(TENTHS, TILTED, 900, 90, 100):
        assert (one.index.low == 0) == (one.p >= 0.025)


def test_a_shift_that_is_tolerated_is_no_more_shown_than_none() -> None:
    """What is drawn has an index of 0.092, and that is what is tolerated."""
    true = float(np.sum((TILTED - TENTHS) * np.log(TILTED / TENTHS)))
    random = np.random.default_rng(6)
    counts = zip(
        random.multinomial(3000, TENTHS, 400), random.multinomial(400, TILTED, 400), strict=True
    )
    p = [stability.shift(b.astype(np.float64), a.astype(np.float64), true).p for b, a in counts]
    assert np.mean(np.array(p) < 0.05) <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 400)
    assert 0.35 <= np.mean(np.array(p) < 0.5) <= 0.65


def test_bins_that_nobody_is_in_do_not_count() -> None:
    before, after = np.array([50.0, 0, 50]), np.array([30.0, 0, 20])
    assert stability.shift(before, after) == stability.shift(before[[0, 2]], after[[0, 2]])
    alone = stability.shift(np.array([50.0, 0]), np.array([9.0, 0]))
    assert (alone.index.value, alone.p) == (0, 1)

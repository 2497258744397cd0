"""The ranges come from some businesses, the line from others, and the share holds."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from features.catalogue import NAMES
from models.novelty import Range
from tests.conftest import made_up_table, table_of
from training.fitting.novelty import SHARE, line, novelty, spread

TABLE = made_up_table(1000, seed=8)


@pytest.mark.parametrize("n", [99, 100, 198, 199, 1000])
def test_the_line_is_the_conformal_order_statistic(n: int) -> None:
    """Of n measures 1 … n: the smallest k for which k ÷ (n + 1) is at least 99%."""
    measures = np.random.default_rng(0).permutation(np.arange(1.0, n + 1))
    smallest = next(k for k in range(1, n + 1) if 100 * k >= 99 * (n + 1))
    assert line(measures, 0.01) == smallest


@pytest.mark.parametrize("n", [0, 1, 98])
def test_too_few_draw_no_line(n: int) -> None:
    assert line(np.arange(float(n)), 0.01) is None


def test_a_line_at_infinity_is_none() -> None:
    assert line(np.full(200, math.inf), 0.01) is None


def test_at_most_the_stated_share_of_the_like_lies_beyond() -> None:
    """Measures uniform on 0 … 1: the chance of the next beyond is 1 - line; its mean is known."""
    random = np.random.default_rng(1)
    beyond = [1 - (line(random.random(150), 0.01) or math.nan) for _ in range(4000)]
    exact = 1 - math.ceil(151 * 0.99) / 151
    assert exact <= 0.01
    assert np.mean(beyond) == pytest.approx(exact, rel=0.1)


def test_held_out_applicants_are_seldom_unlike_and_wrong_units_always() -> None:
    """1% at most, and at most 2.9% of 3,000 would be a chance below one in a million."""
    known = novelty(TABLE, seed=0)
    others = made_up_table(3000, seed=9).vectors
    assert known.unlike(others).mean() < 0.029
    assert known.unlike(100 * others).all()


def test_the_line_is_drawn_on_businesses_that_gave_no_range() -> None:
    """One of them made far stranger moves no range, and the line only outwards."""
    known = novelty(TABLE, seed=0)
    assert (known.drawn_on, known.share) == (300, SHARE)
    on_the_line = known.measure(TABLE.vectors) == known.line
    assert on_the_line.sum() == 1
    stranger = np.where(on_the_line[:, None], 1e6, 1.0) * TABLE.vectors
    moved = novelty(replace(TABLE, vectors=stranger), seed=0)
    assert moved.ranges == known.ranges
    assert moved.line is not None
    assert known.line is not None
    assert moved.line > known.line


def test_loans_of_one_business_stay_together() -> None:
    """Twice the same rows under the same businesses: each measure stands twice among those held."""
    twice = np.tile(TABLE.vectors[:200], (2, 1))
    names = np.tile(TABLE.businesses[:200], 2)
    paired = novelty(table_of(twice, np.zeros(400, int), businesses=names), seed=3)
    assert paired.drawn_on == 120
    once = novelty(table_of(twice[:200], np.zeros(200, int), businesses=names[:200]), seed=3)
    assert once.drawn_on == 60
    assert paired.ranges.keys() == once.ranges.keys()
    for name in NAMES:
        assert paired.ranges[name].low == pytest.approx(once.ranges[name].low, rel=0.5, abs=0.5)


def test_the_same_table_and_seed_give_the_same() -> None:
    assert novelty(TABLE, seed=5) == novelty(TABLE, seed=5)
    assert novelty(TABLE, seed=5) != novelty(TABLE, seed=6)


def test_a_range_holds_all_but_the_tails() -> None:
    values = np.append(np.arange(101.0), math.nan)
    assert spread(values) == Range(1.0, 99.0, 98.0, always=False)
    assert spread(values[:-1]) == Range(1.0, 99.0, 98.0, always=True)


def test_where_nearly_all_are_one_value_the_width_is_that_of_all() -> None:
    assert spread(np.array([0.0] * 999 + [8.0])) == Range(0.0, 0.0, 8.0, always=True)


@pytest.mark.parametrize("values", [[], [math.nan], [3.0, 3.0, math.nan]])
def test_what_is_always_the_same_or_never_there_tells_nothing(values: list[float]) -> None:
    assert spread(np.array(values)) is None

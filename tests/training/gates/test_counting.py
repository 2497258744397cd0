"""Bounds of shares and of chance, against what is drawn and what is published."""

from __future__ import annotations

import math

import numpy as np
import pytest

from training.gates.counting import (
    FALSE_ALARMS,
    by_chance,
    least_difference,
    share,
    strictness,
)
from training.validation.evaluate import auc


@pytest.mark.parametrize(
    ("p", "q", "n", "m", "low"),
    [(56 / 70, 48 / 80, 70, 80, 0.0524), (9 / 10, 3 / 10, 10, 10, 0.1705), (1, 0, 10, 20, 0.6791)],
)
def test_the_least_difference_is_that_of_newcombe(
    p: float, q: float, n: int, m: int, low: float
) -> None:
    """Table II of Newcombe (1998), method 10, 95%: rows a, b and one of shares 1 and 0."""
    assert least_difference(p, n, q, m, 1.959964) == pytest.approx(low, abs=1e-4)
    assert least_difference(q, m, p, n, 1.959964) == least_difference(p, n, q, m, 1.959964)


def test_no_loans_differ_in_nothing() -> None:
    assert least_difference(0, 0, 1, 50, 2.0) == 0.0
    assert share(np.zeros(0, dtype=bool), np.zeros(0)) == 0.0
    assert by_chance(np.zeros(9, dtype=np.int64), np.ones(9), 2.0) == 0.5


def test_more_looks_are_held_to_more() -> None:
    """The two tails beyond it have the chance of a false alarm, shared among the looks."""
    for looks in (1, 20, 3000):
        tails = math.erfc(strictness(looks) / math.sqrt(2))
        assert tails == pytest.approx(FALSE_ALARMS / looks, rel=1e-6)


def test_chance_takes_an_auc_as_far_as_it_is_said_to() -> None:
    random = np.random.default_rng(0)
    bad = (np.arange(60) < 15).astype(np.int64)
    drawn = [auc(random.normal(size=60), bad, np.ones(60)) for _ in range(300)]
    assert by_chance(bad, np.ones(60), 1.0) == pytest.approx(np.std(drawn), rel=0.15)

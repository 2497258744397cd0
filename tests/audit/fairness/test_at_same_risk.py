"""The gap at the same risk is the Mantel-Haenszel difference, and its error grows as it should."""

from __future__ import annotations

import numpy as np
import pytest

from audit.fairness.at_same_risk import gap
from audit.fairness.cases import Cases


def side(risk: list[float], denied: list[float]) -> Cases:
    n = len(risk)
    return Cases.of({"g": np.full(n, "a")}, probability=np.array(risk), denied=np.array(denied))


def test_it_is_the_difference_of_shares_in_each_stratum_weighed_by_its_size() -> None:
    risk = [0.01 * k for k in range(1, 101)]
    random = np.random.default_rng(2)
    group = side(risk[::2] * 3, random.integers(0, 2, 150).astype(float).tolist())
    rest = side(risk[1::2] * 2, random.integers(0, 2, 100).astype(float).tolist())
    every = np.concatenate([group.probability, rest.probability])
    bounds = [float(np.quantile(every, k / 10)) for k in range(1, 10)]
    top = bottom = 0.0
    for k in range(10):
        a, b = (
            [
                d
                for p, d in zip(s.probability, s.denied, strict=True)
                if sum(p > x for x in bounds) == k
            ]
            for s in (group, rest)
        )
        weight = len(a) * len(b) / (len(a) + len(b))
        top += weight * (sum(b) / len(b) - sum(a) / len(a))
        bottom += weight
    assert gap(group, rest, 1.0).value == pytest.approx(top / bottom)


def test_a_gap_that_risk_explains_is_no_gap() -> None:
    """The group is riskier; everyone above a line is denied, nobody below."""
    random = np.random.default_rng(3)
    risky, safe = random.uniform(0.2, 1, 4_000), random.uniform(0, 0.8, 4_000)
    group, rest = (side(list(p), list((p > 0.5).astype(float))) for p in (risky, safe))
    assert group.denied.mean() - rest.denied.mean() > 0.2
    found = gap(group, rest, 1.96)
    assert abs(found.value) < 0.02


def test_its_error_is_that_of_a_difference_where_all_have_one_risk() -> None:
    group = side([0.1] * 400, [1.0] * 120 + [0.0] * 280)
    rest = side([0.1] * 500, [1.0] * 100 + [0.0] * 400)
    found = gap(group, rest, 1.0)
    plain = (0.3 * 0.7 / 400 + 0.2 * 0.8 / 500) ** 0.5
    assert found.value == pytest.approx(-0.1)
    assert found.high - found.value == pytest.approx(plain, rel=0.01)


def test_without_anyone_of_the_same_risk_nothing_is_ruled_out() -> None:
    found = gap(side([0.9] * 30, [1.0] * 30), side([0.1] * 300, [0.0] * 300), 1.96)
    assert (found.low, found.high) == (-1.0, 1.0)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of 200 samples without a gap at the same risk, 95% intervals miss about 10."""
    random = np.random.default_rng(4)
    missed = 0
    for _ in range(200):
        risk = random.beta(1, 8, 300)
        denied = (random.random(300) < risk).astype(float)
        group, rest = (side(list(risk[k]), list(denied[k])) for k in (slice(100), slice(100, 300)))
        found = gap(group, rest, 1.96)
        missed += not found.low <= 0 <= found.high
    assert 2 <= missed <= 20

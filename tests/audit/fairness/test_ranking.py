"""AUC within a group is counted pair by pair, and its error is DeLong's."""

from __future__ import annotations

import math

import numpy as np
import pytest

from audit.fairness.ranking import auc
from tests.audit.fairness.cases import made_up


def test_it_is_the_weighted_share_of_pairs_in_order_with_the_error_of_delong() -> None:
    cases = made_up(120)
    cases = cases.part(~np.isnan(cases.bad))
    probability = np.round(cases.probability, 1)  # ties
    loans = list(zip(probability, cases.bad, cases.weights, strict=True))
    bad = [(p, w) for p, b, w in loans if b == 1]
    good = [(p, w) for p, b, w in loans if b == 0]

    def kernel(x: float, y: float) -> float:
        return (x > y) + 0.5 * (x == y)

    every = sum(v for _, v in bad) * sum(w for _, w in good)
    value = sum(v * w * kernel(x, y) for x, v in bad for y, w in good) / every
    variance = 0.0
    for one, other, sign in ((bad, good, 1), (good, bad, -1)):
        total, facing = sum(w for _, w in one), sum(w for _, w in other)
        for x, v in one:
            of = sum(w * kernel(x * sign, y * sign) for y, w in other) / facing
            variance += (v / total * (of - value)) ** 2
    reach = math.sqrt(variance) / (value * (1 - value))
    logit = math.log(value / (1 - value))
    found = auc(type(cases)(**{**vars(cases), "probability": probability}), 1.0)
    assert found.value == pytest.approx(value)
    assert found.low == pytest.approx(1 / (1 + math.exp(reach - logit)))
    assert found.high == pytest.approx(1 / (1 + math.exp(-reach - logit)))


def test_perfect_order_is_one_and_its_interval_stays_below_two() -> None:
    cases = made_up(100)
    cases = cases.part(~np.isnan(cases.bad))
    perfect = type(cases)(**{**vars(cases), "probability": 0.2 + 0.5 * cases.bad})
    found = auc(perfect, 1.96)
    assert found.value == 1
    assert 0 <= found.low <= found.high <= 1

"""The gaps of many samples at once are those that the audit measures, one sample at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audit.fairness.audit import audit
from audit.fairness.measures import CALIBRATION, IMPACT, OPPORTUNITY, TOLERATED
from tests.audit.fairness.cases import made_up
from training.recipes.gaps import SEARCHED, aucs, comparable, gaps
from training.validation.evaluate import auc

CASES = made_up(800)
CASES = CASES.part(~np.isnan(CASES.bad))


def test_each_is_the_largest_of_the_audit_in_units_of_what_is_tolerated() -> None:
    random = np.random.default_rng(0)
    place = random.choice(["x", "y", "z", "few"], CASES.n, p=[0.4, 0.3, 0.28, 0.02])
    cases = replace(CASES, groups={**CASES.groups, "place": place})
    compared = comparable(cases)
    draws = random.integers(1, 4, (5, cases.n)).astype(float)
    found = gaps(cases, compared, draws)
    for draw in range(5):
        weighted = replace(cases, weights=draws[draw])
        for measure in SEARCHED:
            every = [
                (measure.equal - one.found.gap.value) / (measure.equal - TOLERATED[measure])
                for one in audit(weighted, (measure,))
                if one.group != "few" and one.found.gap is not None
            ]
            assert found[measure][draw] == pytest.approx(max(0.0, *every))


def test_auc_is_that_of_each_sample() -> None:
    random = np.random.default_rng(1)
    margin = np.round(CASES.probability, 1)
    draws = random.integers(0, 3, (4, CASES.n)).astype(float)
    found = aucs(margin, CASES.bad, draws)
    for draw, value in zip(draws, found, strict=True):
        assert value == pytest.approx(auc(margin, CASES.bad.astype(int), draw))


def test_only_comparisons_with_enough_data_count() -> None:
    assert comparable(CASES).inside[IMPACT].shape == (CASES.n, 2)
    few = CASES.part(np.arange(CASES.n) < 40)
    compared = comparable(few)
    assert not compared.any
    nothing = gaps(few, compared, np.ones((3, few.n)))
    assert all(np.array_equal(of, np.zeros(3)) for of in nothing.values())


def test_the_gate_tolerates_something_of_everything_searched() -> None:
    assert {IMPACT, OPPORTUNITY, CALIBRATION} == set(SEARCHED) <= set(TOLERATED)

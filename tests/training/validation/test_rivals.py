"""What stands beside a model: the same loans, the same draws, differences in pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import rules
from models.risk import RiskModel
from tests.conftest import made_up_table
from tests.training.validation.test_evaluate import auc_by_pairs
from training.recipes.recipe import STANDING, Recipe, trees
from training.splits import out_of_time
from training.validation.evaluate import bootstrap
from training.validation.rivals import RULES_ONLY, SCORECARD, UNCONSTRAINED, against, rivals
from training.validation.scorecard import scorecard

LOANS = made_up_table(80, seed=4)
QUICK = replace(STANDING, rounds=30)


def test_the_auc_of_a_rival_and_the_difference_are_those_by_hand() -> None:
    random = np.random.default_rng(1)
    ours, theirs = random.normal(size=(2, LOANS.bad.size))
    (found,) = against(ours, {"other": theirs}, LOANS, draws=30)
    assert found.name == "other"
    assert found.auc.value == pytest.approx(auc_by_pairs(theirs, LOANS.bad))
    drawn = [
        auc_by_pairs(ours[s], LOANS.bad[s]) - auc_by_pairs(theirs[s], LOANS.bad[s])
        for s in bootstrap(LOANS.bad, 30)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (found.ahead.low, found.ahead.high) == pytest.approx((low, high))
    apart = auc_by_pairs(ours, LOANS.bad) - auc_by_pairs(theirs, LOANS.bad)
    assert found.ahead.value == pytest.approx(apart)


def test_a_rival_that_orders_alike_is_nothing_apart() -> None:
    ours = np.random.default_rng(2).normal(size=LOANS.bad.size)
    (twin,) = against(ours, {"twin": 3 * ours + 1}, LOANS, draws=20)
    assert (twin.ahead.value, twin.ahead.low, twin.ahead.high) == (0, 0, 0)


def test_a_model_stands_beside_a_card_the_rules_and_free_trees(model: RiskModel) -> None:
    split = out_of_time(made_up_table(300, seed=3))
    found = {rival.name: rival.auc.value for rival in rivals(split, model, QUICK, 7)}
    later = split.later
    free = trees(split.fit, Recipe(rounds=30, monotone=False), 7)
    expected = {
        SCORECARD: scorecard(split.fit, 7).probability(later.vectors),
        RULES_ONLY: -rules.points(later.vectors),
        UNCONSTRAINED: np.asarray(free.predict(later.vectors)),
    }
    assert found == pytest.approx({n: auc_by_pairs(p, later.bad) for n, p in expected.items()})

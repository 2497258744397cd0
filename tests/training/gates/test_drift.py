"""G13: later applicants are like those fitted on."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from models.risk import RiskModel
from tests.conftest import made_up_table
from training.gates import drift

TABLE = made_up_table(2000, seed=9)


def margins(model: RiskModel) -> np.ndarray:
    return np.asarray(model.trees.predict(TABLE.vectors, raw_score=True))


def test_it_is_green_when_the_same_applicants_come_again(model: RiskModel) -> None:
    gate = drift.gate(model, margins(model), TABLE, TABLE)
    assert (gate.code, gate.colour) == ("G13", "green")
    assert gate.found == "population stability index 0.000 of the score"
    assert gate.expected.startswith("at most 0.100")


def test_it_is_amber_and_never_red_when_they_differ(model: RiskModel) -> None:
    shifted = drift.gate(model, margins(model) + 0.8, TABLE, TABLE)
    apart = drift.gate(model, margins(model) + 99, TABLE, TABLE)
    assert [shifted.colour, apart.colour] == ["amber", "amber"]


def test_among_few_loans_chance_is_allowed_more(model: RiskModel) -> None:
    """The same shift, told of 100 loans on either side, might be chance."""
    few = TABLE.part(np.arange(100))
    shifted = np.asarray(model.trees.predict(few.vectors, raw_score=True)) + 0.5
    gate = drift.gate(model, shifted, few, few)
    assert gate.colour == "green"
    assert gate.expected.startswith("at most 0.338")
    many = few.part(np.tile(np.arange(100), 50))
    assert drift.gate(model, np.tile(shifted, 50), many, many).colour == "amber"


def test_the_index_is_that_of_its_formula() -> None:
    """Two in ten move from the lowest tenth to the highest, of 1000 before and 500 after."""
    before = np.arange(1000.0)
    after = np.concatenate([np.arange(100.0, 1000.0, 2), np.full(50, 950.0)])
    counted = {0: (100, 0), 9: (100, 100)} | dict.fromkeys(range(1, 9), (100, 50))
    expected = 0.0
    for b, a in counted.values():
        share_b, share_a = (b + 0.5) / (1000 + 5), (a + 0.5) / (500 + 5)
        expected += (share_a - share_b) * math.log(share_a / share_b)
    found = drift.stability_index(before, np.ones(1000), after, np.ones(500))
    assert found == pytest.approx(expected, rel=1e-12)
    order_kept = drift.stability_index(before**3, np.ones(1000), after**3, np.ones(500))
    assert order_kept == pytest.approx(expected, rel=1e-12)


def test_loans_count_by_their_weight() -> None:
    random = np.random.default_rng(2)
    scores = random.normal(size=400)
    heavy = np.where(scores > 0, 3.0, 1.0)
    repeated = np.repeat(scores, heavy.astype(int))
    weighed = drift.stability_index(scores, np.ones(400), scores, heavy)
    copied = drift.stability_index(scores, np.ones(400), repeated, np.ones(repeated.size))
    assert weighed == pytest.approx(copied, rel=0.02)


def test_chance_stays_below_its_bound_in_95_of_100_samples() -> None:
    random = np.random.default_rng(0)
    found = [
        drift.stability_index(
            random.normal(size=500), np.ones(500), random.normal(size=300), np.ones(300)
        )
        for _ in range(600)
    ]
    below = np.mean(np.array(found) <= drift.by_chance(500, 300))
    assert 0.93 <= below <= 0.985


def test_weights_that_differ_make_chance_larger(model: RiskModel) -> None:
    few = TABLE.part(np.arange(300))
    uneven = replace(few, weights=np.where(np.arange(300) % 10 == 0, 50.0, 1.0))
    own = np.asarray(model.trees.predict(few.vectors, raw_score=True))
    plain, weighed = (
        float(drift.gate(model, own, t, t).expected.split()[2][:-1]) for t in (few, uneven)
    )
    assert weighed > plain

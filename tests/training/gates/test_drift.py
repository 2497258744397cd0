"""G13: later applicants are like those fitted on."""

from __future__ import annotations

from dataclasses import replace

import lightgbm
import numpy as np

from models.risk import RiskModel
from tests.conftest import made_up_table
from training.gates import drift

TABLE = made_up_table(2000, seed=9)


def margins(model: RiskModel) -> np.ndarray:
    return np.asarray(lightgbm.Booster(model_str=model.text).predict(TABLE.vectors, raw_score=True))


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
    shifted = (
        np.asarray(lightgbm.Booster(model_str=model.text).predict(few.vectors, raw_score=True))
        + 0.5
    )
    gate = drift.gate(model, shifted, few, few)
    assert gate.colour == "green"
    assert gate.expected.startswith("at most 0.338")
    many = few.part(np.tile(np.arange(100), 50))
    assert drift.gate(model, np.tile(shifted, 50), many, many).colour == "amber"


def test_weights_that_differ_make_chance_larger(model: RiskModel) -> None:
    few = TABLE.part(np.arange(300))
    uneven = replace(few, weights=np.where(np.arange(300) % 10 == 0, 50.0, 1.0))
    own = np.asarray(lightgbm.Booster(model_str=model.text).predict(few.vectors, raw_score=True))
    plain, weighed = (
        float(drift.gate(model, own, t, t).expected.split()[2][:-1]) for t in (few, uneven)
    )
    assert weighed > plain

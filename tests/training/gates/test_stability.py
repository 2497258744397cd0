"""G05: another seed gives the same answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.calibration import Platt
from models.risk import RiskModel
from models.scale import grade
from tests.training.gates.cases import TESTED
from training.gates import stability


def moved(model: RiskModel, by: float) -> RiskModel:
    """Return the model with every log-odds of default *by* higher."""
    platt = model.scaling
    return replace(model, calibration=Platt(platt.intercept + by, platt.slope))


def turned(model: RiskModel) -> RiskModel:
    platt = model.scaling
    return replace(model, calibration=Platt(platt.intercept, -platt.slope))


def test_it_is_green_when_every_seed_gives_the_same(model: RiskModel) -> None:
    gate = stability.gate(model, [replace(model), replace(model)], TESTED)
    assert (gate.code, gate.colour) == ("G05", "green")
    assert gate.found.endswith("two grades off 0.000, over 2 other seeds")


def test_it_is_red_when_a_seed_turns_the_order_round(model: RiskModel) -> None:
    gate = stability.gate(model, [replace(model), turned(model)], TESTED)
    assert gate.colour == "red"
    assert "order changed 2.000" in gate.found


def test_what_is_told_is_of_the_worst_seed(model: RiskModel) -> None:
    found = stability.spread(model, [replace(model), moved(model, 1.5), moved(model, 0.1)], TESTED)
    one, other = (m.probability(TESTED.vectors).tolist() for m in (model, moved(model, 1.5)))
    steps = [
        "ABCDEF".index(grade(q)) - "ABCDEF".index(grade(p)) for p, q in zip(one, other, strict=True)
    ]
    assert found["another grade"] == np.mean([step != 0 for step in steps]) > 0
    assert found["two grades off"] == np.mean([step > 1 for step in steps])
    assert found["spread of AUC"] == pytest.approx(0)
    assert found["order changed"] == pytest.approx(0)


@pytest.mark.parametrize("name", stability.LIMITS)
def test_each_measure_is_amber_above_its_first_limit_and_red_above_its_second(
    model: RiskModel, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    amber, red = stability.LIMITS[name]
    for value, colour in (
        (amber, "green"),
        (amber + 1e-9, "amber"),
        (red, "amber"),
        (red + 1e-9, "red"),
    ):
        told = dict.fromkeys(stability.LIMITS, 0.0) | {name: value}
        monkeypatch.setattr(stability, "spread", lambda *_, told=told: told)
        assert stability.gate(model, [model], TESTED).colour == colour


def test_the_rank_correlation_is_that_of_its_formula() -> None:
    """1 - 6·Σd² ÷ (n·(n² - 1)), where no two scores are equal."""
    random = np.random.default_rng(0)
    one = random.random(60)
    other = one + random.random(60)
    d = np.argsort(np.argsort(one)) - np.argsort(np.argsort(other))
    expected = 1 - 6 * int(d @ d) / (60 * (60**2 - 1))
    assert stability.rank_correlation(one, other) == pytest.approx(expected, abs=1e-12)

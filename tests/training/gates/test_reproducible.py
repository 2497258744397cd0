"""G09: the same bytes again."""

from __future__ import annotations

from dataclasses import replace

from models.risk import RiskModel
from training.gates import reproducible


def test_it_is_green_when_the_second_fit_is_the_same(model: RiskModel) -> None:
    gate = reproducible.gate(model, replace(model))
    assert (gate.code, gate.colour) == ("G09", "green")


def test_it_is_red_when_the_second_fit_differs_in_a_byte(model: RiskModel) -> None:
    assert reproducible.gate(model, replace(model, text=model.text + "\n")).colour == "red"

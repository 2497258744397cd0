"""G08: trained with this catalogue."""

from __future__ import annotations

from dataclasses import replace

from features.catalogue import fingerprint
from models.risk import RiskModel
from training.gates import catalogue


def test_it_is_green_for_this_catalogue(model: RiskModel) -> None:
    gate = catalogue.gate(model)
    assert (gate.code, gate.colour, gate.found) == ("G08", "green", fingerprint())


def test_it_is_red_for_another_catalogue(model: RiskModel) -> None:
    other = replace(model.identity, fingerprint="0123456789abcdef")
    assert catalogue.gate(replace(model, identity=other)).colour == "red"

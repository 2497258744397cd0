"""All gates together, by their codes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from models.risk import Identity
from tests.conftest import ROOT
from tests.training.cases import FIRST_TESTED
from training import datasets
from training.fitting.fit import fit, out_of_fold
from training.gates import gates
from training.gates.evidence import Evidence
from training.gates.gate import Gate, red
from training.recipes.recipe import Recipe
from training.splits import out_of_time
from training.table import TrainingTable
from training.validation.evaluate import evaluate


@pytest.fixture(scope="module")
def found(small: Path, small_table: TrainingTable, identity: Identity) -> list[Gate]:
    """Return what the gates find of a small model."""
    split = out_of_time(small_table, FIRST_TESTED)
    fitted, tested = split.fit, split.later
    recipe = Recipe(rounds=100)
    model, other = (fit(fitted, identity, seed, recipe) for seed in (0, 1))
    again = replace(model)
    figures = evaluate(model.probability(tested.vectors), tested.bad, tested.weights, draws=50)
    held_out = out_of_fold(fitted, 0, recipe)
    data = datasets.read(small)
    return gates(
        Evidence(data, fitted, tested, figures, model, again, [other], held_out, cases=None)
    )


def test_all_gates_are_asked_each_once_in_order_of_code(found: list[Gate]) -> None:
    codes = [gate.code for gate in found]
    assert codes == sorted(set(codes))
    assert {"G01", "G02", "G03", "G04", "G05", "G07", "G08", "G09"} < set(codes)
    assert {"G10", "G11", "G12", "G13"} < set(codes)
    assert all(gate.title and gate.found and gate.expected for gate in found)
    assert [gate.code for gate in red(found)] == []


def test_only_red_gates_stop_a_promotion() -> None:
    found = [Gate("G01", "", "green", "", ""), Gate("G03", "", "amber", "", "")]
    assert red(found) == []
    stop = Gate("G09", "", "red", "", "")
    assert red([*found, stop]) == [stop]


def test_every_gate_has_its_section_in_the_documentation(found: list[Gate]) -> None:
    text = (ROOT / "docs" / "gates.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (G\d\d):", text, re.MULTILINE) == [gate.code for gate in found]

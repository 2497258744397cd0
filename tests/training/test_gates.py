"""Each gate, green and red, by its code."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.catalogue import FEATURES, NAMES, fingerprint
from models.risk import RiskModel
from tests.conftest import ROOT, made_up_table
from training import gates
from training.evaluate import Figure
from training.gates.gate import Gate, red
from training.splits import out_of_time
from training.table import TrainingTable

SPLIT = out_of_time(made_up_table(400))
FITTED, TESTED = SPLIT.fit, SPLIT.later
GOOD = Figure(1.0, 0.9, 1.1)


def figures(ratio: Figure = GOOD, slope: Figure = GOOD) -> dict[str, Figure]:
    return {"observed_to_expected": ratio, "calibration_slope": slope}


def with_feature(table: TrainingTable, values: np.ndarray) -> TrainingTable:
    """Return the table with its third feature replaced."""
    vectors = table.vectors.copy()
    vectors[:, 2] = values
    return replace(table, vectors=vectors)


# G01: no single feature gives the outcome away


def test_g01_is_green_when_no_feature_knows_too_much() -> None:
    gate = gates.leak.gate(FITTED)
    assert (gate.code, gate.colour) == ("G01", "green")


@pytest.mark.parametrize("sign", [1, -1])
def test_g01_is_red_when_a_feature_is_the_outcome_in_disguise(sign: int) -> None:
    noise = np.random.default_rng(0).normal(size=FITTED.bad.size) * 0.1
    gate = gates.leak.gate(with_feature(FITTED, sign * FITTED.bad + noise))
    assert gate.colour == "red"
    assert gate.found.startswith(f"{NAMES[2]} alone reaches AUC 1.000")


@pytest.mark.parametrize(("highest_good", "colour"), [(0.0, "red"), (2.0, "green")])
def test_g01_is_red_at_its_bound_and_green_just_below(highest_good: float, colour: str) -> None:
    """Of 400 pairs of a good and a bad loan, 20 stand out of order, or 21: AUC 0.95 or less."""
    values = np.array([highest_good, *[0.0] * 19, -1.0, 1.0, *[3.0] * 18])
    bad = np.repeat([0, 1], 20)
    table = replace(made_up_table(40), bad=bad, vectors=np.zeros((40, len(NAMES))))
    assert gates.leak.gate(with_feature(table, values)).colour == colour


def test_g01_looks_only_where_the_feature_is_there() -> None:
    values = np.where(np.arange(FITTED.bad.size) % 2, FITTED.bad * 1.0, np.nan)
    assert gates.leak.gate(with_feature(FITTED, values)).colour == "red"
    only_good = np.where(FITTED.bad == 1, np.nan, 1.0)
    assert gates.leak.gate(with_feature(FITTED, only_good)).colour == "green"


# G02: tested on later applications only


def test_g02_is_green_when_all_fitted_on_are_earlier() -> None:
    gate = gates.time_order.gate(FITTED, TESTED)
    assert (gate.code, gate.colour) == ("G02", "green")


def test_g02_is_red_when_one_fitted_on_is_as_late_as_one_tested_on() -> None:
    late = FITTED.as_of.copy()
    late[0] = TESTED.as_of.min()
    assert gates.time_order.gate(replace(FITTED, as_of=late), TESTED).colour == "red"
    assert gates.time_order.gate(TESTED, FITTED).colour == "red"


# G03: probabilities fit the outcomes


@pytest.mark.parametrize("name", ["ratio", "slope"])
@pytest.mark.parametrize(
    ("figure", "colour"),
    [
        (Figure(1.0, 0.9, 1.1), "green"),
        (Figure(0.8, 0.5, 1.4), "green"),
        (Figure(1.2, 0.9, 1.5), "green"),
        (Figure(0.79, 0.6, 0.81), "amber"),
        (Figure(1.21, 1.2, 1.5), "amber"),
        (Figure(0.7, 0.6, 0.79), "red"),
        (Figure(1.4, 1.21, 1.6), "red"),
        (Figure(-0.5, -0.9, -0.1), "red"),
    ],
)
def test_g03_is_amber_when_a_value_is_off_and_red_when_its_whole_interval_is(
    name: str, figure: Figure, colour: str
) -> None:
    gate = gates.calibration.gate(figures(**{name: figure}))
    assert (gate.code, gate.colour) == ("G03", colour)


def test_g03_is_red_when_one_is_red_and_the_other_amber() -> None:
    amber, red = Figure(0.7, 0.6, 0.9), Figure(2.0, 1.5, 2.5)
    assert gates.calibration.gate(figures(amber, red)).colour == "red"
    assert gates.calibration.gate(figures(red, amber)).colour == "red"


# G04: the score moves as the catalogue says


def test_g04_is_green_for_a_model_fitted_with_the_constraints(model: RiskModel) -> None:
    gate = gates.monotone.gate(model, TESTED)
    constrained = sum(1 for feature in FEATURES if feature.direction)
    assert (gate.code, gate.colour) == ("G04", "green")
    assert gate.found == f"none of {constrained} against its direction"


def test_g04_is_red_for_a_model_turned_round(model: RiskModel) -> None:
    down = replace(model.scaling, slope=-model.scaling.slope)
    gate = gates.monotone.gate(replace(model, scaling=down), TESTED)
    assert gate.colour == "red"
    assert any(name in gate.found for name in NAMES)


def test_g04_names_only_what_moves_against_its_direction(model: RiskModel) -> None:
    used = model.trees.feature_importance() > 0
    down = replace(model.scaling, slope=-model.scaling.slope)
    gate = gates.monotone.gate(replace(model, scaling=down), TESTED)
    named = gate.found.partition(" of ")[0].split(", ")
    assert set(named) <= {name for name, is_used in zip(NAMES, used, strict=True) if is_used}


def test_g04_passes_over_a_feature_that_is_always_missing(model: RiskModel) -> None:
    empty = replace(TESTED, vectors=np.full_like(TESTED.vectors, np.nan))
    assert gates.monotone.gate(model, empty).colour == "green"


# G07: enough bad loans


@pytest.mark.parametrize(
    ("fitted", "tested", "colour"),
    [(30, 30, "green"), (29, 30, "red"), (30, 29, "red"), (0, 0, "red")],
)
def test_g07_is_red_below_thirty_bad_loans_on_either_side(
    fitted: int, tested: int, colour: str
) -> None:
    table = made_up_table(60)
    sides = [replace(table, bad=(np.arange(60) < n).astype(int)) for n in (fitted, tested)]
    gate = gates.enough.gate(*sides)
    assert (gate.code, gate.colour) == ("G07", colour)
    assert gate.found == f"{fitted} bad loans fitted on, {tested} tested on"


# G08: trained with this catalogue


def test_g08_is_green_for_this_catalogue(model: RiskModel) -> None:
    gate = gates.catalogue.gate(model)
    assert (gate.code, gate.colour, gate.found) == ("G08", "green", fingerprint())


def test_g08_is_red_for_another_catalogue(model: RiskModel) -> None:
    other = replace(model.identity, fingerprint="0123456789abcdef")
    assert gates.catalogue.gate(replace(model, identity=other)).colour == "red"


# G09: the same bytes again


def test_g09_is_green_when_the_second_fit_is_the_same(model: RiskModel) -> None:
    gate = gates.reproducible.gate(model, replace(model))
    assert (gate.code, gate.colour) == ("G09", "green")


def test_g09_is_red_when_the_second_fit_differs_in_a_byte(model: RiskModel) -> None:
    assert gates.reproducible.gate(model, replace(model, text=model.text + "\n")).colour == "red"


# All of them


def test_all_gates_are_asked_each_once_in_order_of_code(model: RiskModel) -> None:
    found = gates.gates(FITTED, TESTED, figures(), model, replace(model))
    codes = [gate.code for gate in found]
    assert codes == ["G01", "G02", "G03", "G04", "G07", "G08", "G09"]
    assert red(found) == []
    assert all(gate.title and gate.found and gate.expected for gate in found)


def test_only_red_gates_stop_a_promotion() -> None:
    found = [Gate("G01", "", "green", "", ""), Gate("G03", "", "amber", "", "")]
    assert red(found) == []
    stop = Gate("G09", "", "red", "", "")
    assert red([*found, stop]) == [stop]


def test_every_gate_has_its_section_in_the_documentation(model: RiskModel) -> None:
    text = Path(ROOT / "docs" / "gates.md").read_text(encoding="utf-8")
    found = gates.gates(FITTED, TESTED, figures(), model, model)
    assert re.findall(r"^## (G\d\d):", text, re.MULTILINE) == [gate.code for gate in found]

"""Four sets, each with the figures that are honest of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.risk import Identity, RiskModel
from tests.conftest import made_up_table
from training.fitting.fit import fit, out_of_fold
from training.recipes.recipe import Recipe
from training.splits import Split, out_of_time
from training.table import TrainingTable
from training.validation import sets
from training.validation.evaluate import MEASURES
from training.validation.sets import FIT, LATER_KNOWN, LATER_NEW, LEVEL, NEW, ORDER, Measured, four

DRAWS = 20
FEW = Recipe(rounds=25)
"""Trees enough to learn something, and fast."""


def parted() -> Split:
    """Return loans of which every third later one is of a business known."""
    table = made_up_table(400)
    businesses = table.businesses.copy()
    businesses[300::3] = businesses[: businesses[300::3].size]
    return out_of_time(replace(table, businesses=businesses))


@pytest.fixture(scope="module")
def split() -> Split:
    return parted()


@pytest.fixture(scope="module")
def fitted(split: Split, identity: Identity) -> RiskModel:
    return fit(split.fit, identity, 0, FEW)


@pytest.fixture(scope="module")
def found(split: Split, fitted: RiskModel) -> dict[str, Measured]:
    measured = four(split, fitted, out_of_fold(split.fit, 0, FEW), DRAWS)
    assert [one.name for one in measured] == [FIT, NEW, LATER_KNOWN, LATER_NEW]
    return {one.name: one for one in measured}


def test_each_set_counts_its_loans(split: Split, found: dict[str, Measured]) -> None:
    parts = (split.fit, split.fit, split.later_known, split.later_new)
    for part, one in zip(parts, found.values(), strict=True):
        assert (one.loans, one.bad) == (part.bad.size, part.bad.sum())
    assert found[LATER_KNOWN].loans + found[LATER_NEW].loans == split.later.bad.size


@pytest.mark.parametrize("name", [FIT, LATER_KNOWN, LATER_NEW])
def test_figures_are_of_the_models_own_probabilities(
    name: str, split: Split, fitted: RiskModel, found: dict[str, Measured]
) -> None:
    part = {FIT: split.fit, LATER_KNOWN: split.later_known, LATER_NEW: split.later_new}[name]
    probability = fitted.probability(part.vectors)
    assert set(found[name].figures) == {*ORDER, *LEVEL}
    for measure, figure in found[name].figures.items():
        assert figure.value == MEASURES[measure](probability, part.bad, part.weights)


def test_earlier_loans_of_new_businesses_are_judged_by_trees_that_never_saw_them(
    split: Split, found: dict[str, Measured]
) -> None:
    figures = found[NEW].figures
    assert set(figures) == set(ORDER)
    margins = out_of_fold(split.fit, 0, FEW)
    assert figures["auc"].value == MEASURES["auc"](margins, split.fit.bad, split.fit.weights)
    assert figures["auc"].value < found[FIT].figures["auc"].value


def test_a_set_without_both_outcomes_has_no_figures(
    table: TrainingTable, fitted: RiskModel
) -> None:
    split = out_of_time(table)
    margins = np.zeros(split.fit.bad.size)
    known = next(one for one in four(split, fitted, margins, DRAWS) if one.name == LATER_KNOWN)
    assert known == sets.Measured(LATER_KNOWN, 0, 0, {})

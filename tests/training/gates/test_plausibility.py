"""G12: each clause, green for a model that keeps the contract and red for one that does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.catalogue import NAMES, compute
from features.known import Known
from features.records import PROTECTED
from models.risk import Identity, RiskModel
from training import datasets
from training.datasets import DataSet
from training.fitting.fit import fit
from training.gates import plausibility
from training.recipes.recipe import Recipe
from training.table import TrainingTable


@pytest.fixture(scope="module")
def data(small: Path) -> DataSet:
    return datasets.read(small)


@pytest.fixture(scope="module")
def keeping(small_table: TrainingTable, identity: Identity) -> RiskModel:
    """Return a model fitted on the small data set."""
    return fit(small_table, identity, 0, Recipe(rounds=100))


@pytest.fixture(scope="module")
def breaking(keeping: RiskModel) -> RiskModel:
    """Return the model that says the opposite."""
    down = replace(keeping.scaling, slope=-keeping.scaling.slope)
    return replace(keeping, scaling=down)


def test_it_is_green_for_a_model_that_keeps_the_contract(
    keeping: RiskModel, data: DataSet, small_table: TrainingTable
) -> None:
    gate = plausibility.gate(keeping, data, small_table)
    assert (gate.code, gate.colour) == ("G12", "green")
    assert "asking more 0 of 100, repaying sooner 0 of 100" in gate.found
    assert gate.found.endswith("another person 0 of 100")


def test_it_is_red_for_a_model_that_says_the_opposite(
    breaking: RiskModel, data: DataSet, small_table: TrainingTable
) -> None:
    gate = plausibility.gate(breaking, data, small_table)
    assert gate.colour == "red"
    broken = [c for c in gate.found.removeprefix("against it: ").split(", ") if " 0 of " not in c]
    assert [clause.rsplit(" ", 3)[0] for clause in broken] == [
        "asking more",
        "repaying sooner",
        "twice as large",
    ]


def test_one_applicant_for_whom_a_clause_fails_is_enough(
    breaking: RiskModel, data: DataSet, small_table: TrainingTable
) -> None:
    asked = small_table.application_ids.tolist()
    alone = {one: plausibility.clauses(breaking, data, [one])[0].against for one in asked[:20]}
    assert set(alone.values()) <= {0, 1}
    assert sum(alone.values()) == plausibility.clauses(breaking, data, asked[:20])[0].against > 0


def test_what_is_known_anew_is_what_was_fitted_on(
    data: DataSet, small_table: TrainingTable
) -> None:
    backwards = small_table.application_ids[::-1].tolist()
    vectors = compute(plausibility.known_of(data, backwards))
    np.testing.assert_array_equal(vectors, small_table.vectors[::-1])


def test_the_two_people_differ_in_everything_that_is_protected() -> None:
    one, other = plausibility.PEOPLE
    columns = {column.name for column in PROTECTED.columns} - {"business_id"}
    assert one.keys() == other.keys() == columns
    assert all(one[name] != other[name] for name in columns)


def test_a_feature_that_looked_at_the_person_would_be_seen(
    keeping: RiskModel, data: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The amount asked is made to depend on the owner's gender where the records are joined."""
    honest = plausibility.known_of

    def peeking(records: DataSet, applications: list[str]) -> Known:
        known = honest(records, applications)
        people = records.tables.get("protected")
        if people is None or people["gender"][0] != "female":
            return known
        return replace(known, amount=known.amount * 1.01)

    monkeypatch.setattr(plausibility, "known_of", peeking)
    found = plausibility.clauses(keeping, data, ["a1", "a2", "a3"])[-1]
    assert found == plausibility.Clause("another person", 3, 3)


def test_a_feature_named_like_a_protected_attribute_is_seen(
    keeping: RiskModel, data: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plausibility, "NAMES", (*NAMES, "gender"))
    assert plausibility.clauses(keeping, data, ["a1"])[-1].against == 1

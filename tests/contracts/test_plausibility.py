"""The three promises of docs/plausibility.md, each for generated records and a fitted model."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import FEATURES, NAMES, compute
from features.known import Known
from features.records import PROTECTED
from features.rows import Floats
from features.sources import SOURCES
from models.risk import Identity, RiskModel
from tests.conftest import ROOT, table_of
from tests.features import generated
from tests.features.cases import Case
from tests.features.generated import cases
from tests.training import cases as training_cases
from training import datasets
from training.datasets import DataSet
from training.fitting.fit import fit
from training.gates.plausibility import PEOPLE, asking, known_of, nothing_below_zero
from training.gates.steadier import evened_out, twice_as_large
from training.recipes.recipe import Recipe
from training.table import training_table

quick = settings(max_examples=25, deadline=None)
EVERYTHING = cases(tuple(SOURCES), 40)
PAYMENTS = cases(("payments", "credit"))

STEADIER = (
    *("income_variation", "daily_income_variation", "months_without_income"),
    *("surplus_variation", "order_variation", "longest_gap_days"),
)
"""Features that fall when income gets steadier."""


@pytest.fixture(scope="module")
def data(base: Path) -> DataSet:
    return datasets.read(training_cases.small_data(base))


def fitted(data: DataSet, identity: Identity) -> RiskModel:
    return fit(training_table(data), identity, 0, Recipe(rounds=60))


@pytest.fixture(scope="module")
def small_model(data: DataSet, identity: Identity) -> RiskModel:
    """Return a model of the small data set, which knows payments only."""
    return fitted(data, identity)


@pytest.fixture(scope="module")
def records() -> list[Known]:
    """Return what generated records of every source say."""
    made = (generated._case(seed, tuple(SOURCES), 40) for seed in range(200))  # noqa: SLF001  as Hypothesis draws them
    return [case.known() for case in made]


@pytest.fixture(scope="module")
def wide_model(records: list[Known], identity: Identity) -> RiskModel:
    """Return a model of generated records, whose outcomes follow the directions of the catalogue.

    By the rank of each value, so that it listens a bit to every feature.
    """
    vectors = np.concatenate([compute(known) for known in records])
    ranks = (vectors[:, None] > vectors[None, ::7]).mean(axis=1) - 0.5
    directions = np.array([feature.direction for feature in FEATURES])
    log_odds = 1.5 * np.where(np.isnan(vectors), 0, ranks) @ directions
    bad = np.random.default_rng(0).random(log_odds.size) < 1 / (1 + np.exp(-log_odds))
    return fit(table_of(vectors, bad.astype(np.int64)), identity, 0, Recipe(rounds=150))


def heard(model: RiskModel, records: list[Known], change: Callable[[Known], Floats]) -> float:
    """Return the share of applicants whose score a change moves."""
    moved = [model.points(change(known)) != model.points(compute(known)) for known in records]
    return float(np.concatenate(moved).mean())


def steady(known: Known, share: float = 0.5) -> Floats:
    """Return the vectors with every measure of unsteadiness at a share of what it was."""
    vectors = compute(known)
    vectors[:, [NAMES.index(name) for name in STEADIER]] *= share
    return vectors


def test_the_models_listen_to_what_is_promised(
    data: DataSet, records: list[Known], wide_model: RiskModel, small_model: RiskModel
) -> None:
    """Else a promise would be kept by a model that does not listen."""
    small = [known_of(data, data["applications"]["application_id"].to_list())]
    for model, known in ((wide_model, records), (small_model, small)):
        assert heard(model, known, lambda k: compute(asking(k, more=10))) > 0.1
        assert heard(model, known, lambda k: compute(asking(k, sooner=10))) > 0.1
        assert heard(model, known, lambda k: compute(twice_as_large(k))) > 0.05
    assert heard(wide_model, records, steady) > 0.1
    assert heard(wide_model, records, lambda k: compute(evened_out(k, 1.0)[0])) > 0


@given(given_case=PAYMENTS, more=st.floats(1, 1000), sooner=st.floats(1, 1000))
@quick
def test_asking_for_more_or_repaying_sooner_never_raises_a_score(
    wide_model: RiskModel, small_model: RiskModel, given_case: Case, more: float, sooner: float
) -> None:
    known = given_case.known()
    for one in (wide_model, small_model):
        before = one.points(compute(known))
        assert (one.points(compute(asking(known, more=more))) <= before).all()
        assert (one.points(compute(asking(known, sooner=sooner))) <= before).all()


@given(given_case=EVERYTHING, share=st.floats(0.0, 1.0))
@quick
def test_a_measure_of_steadiness_that_improves_never_lowers_a_score(
    wide_model: RiskModel, given_case: Case, share: float
) -> None:
    known = given_case.known()
    after = wide_model.points(steady(known, share))
    assert (after >= wide_model.points(compute(known))).all()


def test_each_measure_of_steadiness_may_only_raise_the_risk() -> None:
    assert {f.direction for f in FEATURES if f.name in STEADIER} == {1}


@given(given_case=PAYMENTS, share=st.sampled_from([0.1, 0.5, 1.0]))
@quick
def test_evening_out_two_earlier_months_never_lowers_a_score(
    wide_model: RiskModel, small_model: RiskModel, given_case: Case, share: float
) -> None:
    known = given_case.known()
    after = compute(evened_out(known, share)[0])
    for one in (wide_model, small_model):
        assert (one.points(after) >= one.points(compute(known)) - 1e-9).all()


@given(given_case=EVERYTHING)
@quick
def test_the_same_business_twice_as_large_never_scores_lower(
    wide_model: RiskModel, small_model: RiskModel, given_case: Case
) -> None:
    known = given_case.known()
    those = nothing_below_zero(known)
    before, after = compute(known)[those], compute(twice_as_large(known))[those]
    for one in (wide_model, small_model):
        assert (one.points(after) >= one.points(before)).all()


def owned_by(data: DataSet, *people: int) -> DataSet:
    """Return the data set with its businesses owned in turn by those of `PEOPLE`; by none told."""
    tables = {name: frame for name, frame in data.tables.items() if name != "protected"}
    owners = data["applications"]["business_id"].unique(maintain_order=True)
    rows = (
        [{"business_id": b, **PEOPLE[people[i % len(people)]]} for i, b in enumerate(owners)]
        if people
        else []
    )
    if rows:
        tables["protected"] = pl.DataFrame(rows)
    return replace(data, tables=tables)


def test_a_model_fitted_on_other_people_is_the_same_to_the_byte(
    data: DataSet, small_model: RiskModel, identity: Identity
) -> None:
    for people in ((), (0,), (1,), (0, 1)):
        told = owned_by(data, *people)
        assert ("protected" in told.tables) == bool(people)
        again = fitted(told, identity)
        assert again.digest == small_model.digest
        vectors = training_table(told).vectors
        scores = small_model.points(training_table(data).vectors)
        assert again.points(vectors).tobytes() == scores.tobytes()


def test_a_request_has_no_field_for_a_protected_attribute_but_the_place() -> None:
    """What is handed in for the audit alone has schemas of its own, that nothing else speaks of."""
    described = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    schemas = described["components"]["schemas"]
    apart = {name: schemas.pop(name) for name in ("Protected", "ProtectedAsked")}
    others = {at: of for at, of in described["paths"].items() if not at.endswith("/protected")}
    assert len(others) == len(described["paths"]) - 1
    spoken_of = json.dumps([schemas, others])
    assert not any(f'"#/components/schemas/{name}"' in spoken_of for name in apart)
    words = set()
    for schema in schemas.values():
        for field in schema.get("properties", {}):
            words |= {field, *re.split(r"[_\W]+", field)}
    assert "amount" in words
    attributes = {column.name for column in PROTECTED.columns} - {"business_id"}
    like = {"sex", "age", "birth", "religion", "ethnicity", "marital", "nik"}
    # Where the business is says which lenders work there; no feature may read it.
    assert words & (attributes | like) == {"kecamatan"}


def test_no_feature_is_named_like_a_protected_attribute_and_no_source_is_their_table() -> None:
    attributes = {column.name for column in PROTECTED.columns} - {"business_id"}
    assert attributes & {part for name in NAMES for part in (name, *name.split("_"))} == set()
    assert PROTECTED.name not in SOURCES
    columns = [c for table in SOURCES.values() for c in table.columns if c.name in attributes]
    assert [(c.name, c.unseen) for c in columns] == [("kecamatan", True)]

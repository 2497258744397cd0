"""Reasons and next steps of simulated applicants, against shap and against their raw records."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from audit.decide import assess
from audit.decision import Act
from audit.rules import Rules
from audit.steps.candidate import about_records, gentler
from audit.steps.revised import vectors
from benchmarks.applicants import Applicant, applicants, joined
from benchmarks.done import done
from benchmarks.review import champion
from benchmarks.steps import STAMP, Found, in_ones_hands, rules_of, told
from benchmarks.worlds import Tables, world
from features.rows import Floats
from features.steps.catalogue import STEPS
from models.risk import RiskModel
from tests.benchmarks.small import figures
from tests.contracts.blocks import line

EACH = 3
"""How often each step over each of its times is tried."""


@pytest.fixture(scope="module")
def model() -> RiskModel:
    return champion(world(400, 12, 21))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return world(150, 12, 22).tables


def test_every_step_changes_the_features_as_the_records_done_by_hand_do(
    model: RiskModel, tables: Tables
) -> None:
    tried: Counter[Act] = Counter()
    rules = rules_of(model)
    for one in applicants(tables):
        case, known = assess(one.application, one.columns(), rules, STAMP)
        longest = list(about_records(case, known))
        every = [*longest, *(c for one in longest for c in gentler(case, known, one))]
        candidates = [c for c in every if tried[c.acts[0]] < EACH]
        found = vectors(known, np.repeat(case.vector, len(candidates), axis=0), candidates)
        for candidate, vector in zip(candidates, found, strict=True):
            by_hand = vector_by_hand(one, candidate.acts, rules)
            np.testing.assert_allclose(vector, by_hand, rtol=1e-9, atol=1e-9)
            tried[candidate.acts[0]] += 1
    assert set(tried) == {Act(step.name, days) for step in STEPS for days in step.horizons}


def vector_by_hand(one: Applicant, acts: tuple[Act, ...], rules: Rules) -> Floats:
    """Return (features,) of someone who has done what the acts say, from the raw records."""
    application, records = done(one.application, one.records, acts)
    case, _ = assess(application, joined(application.business_id, records), rules, STAMP)
    vector: Floats = case.vector[0]
    return vector


def test_reasons_are_those_of_shap_and_every_promise_is_kept() -> None:
    small = ("--businesses", "400", "120", "--months", "12")
    found = figures(line("lumbung bench steps"), *small)
    assert found["decisions"] == found["adding"] == found["agreeing"] > 60
    assert found["steps"] == found["kept"] > 30
    assert (found["fixed"], found["broken"]) == (0, [])


def test_what_was_found_is_told() -> None:
    found = Found(decisions=3, agreeing=2, fixed=1, milliseconds=[1.0], assessing=[2.0])
    assert "| reasons are those of shap | 2 of 3 |" in told(found)
    assert "| steps about a fixed feature | 1 |" in told(found)


def test_a_step_about_a_fixed_feature_would_be_seen() -> None:
    assert in_ones_hands([Act("keep_books", 30), Act("smaller_amount", 0, amount=5)])
    assert not in_ones_hands([Act("keep_books", 30), Act("be_older", 30)])
    assert not in_ones_hands([Act("bring_document", 0, document="land")])

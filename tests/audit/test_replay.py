"""A replay finds the same decision under the same rules, and every field that is not the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit.decide import decide
from audit.decision import RECORD, Decision
from audit.replay import READ, replay
from audit.result import Policy, Result
from matching.support import load_programmes
from models.risk import RiskModel
from tests.audit.cases import APPLICATION, NO_PAYMENTS, STAMP, alone, history, records_of, rules


@pytest.fixture(scope="module")
def kept(model: RiskModel) -> Decision:
    """Return a decision as it is read back from what was kept."""
    programmes = load_programmes()
    made = decide(APPLICATION, records_of(history()), rules(model, programmes=programmes), STAMP)
    return RECORD.validate_json(RECORD.dump_json(made))


def test_under_the_same_rules_it_is_the_same(kept: Decision, model: RiskModel) -> None:
    replayed = replay(kept, rules(model, programmes=load_programmes()))
    assert (replayed.same, replayed.different, replayed.decision_id) == (True, (), "d1")


def test_what_the_rules_alone_decided_is_the_same_under_them() -> None:
    made = decide(APPLICATION, NO_PAYMENTS, alone(), STAMP)
    assert replay(made, alone()).same


@pytest.mark.parametrize(
    ("changed", "different"),
    [
        ({"probability_of_default": 0.01}, {"probability_of_default"}),
        ({"result": Result("not_yet", ())}, {"result.kind"}),
        ({"grade": "Z"}, {"grade"}),
        ({"reasons": ()}, {"reasons"}),
        ({"offers": ()}, {"offers"}),
    ],
)
def test_whatever_was_changed_in_what_was_decided_is_told(
    kept: Decision, model: RiskModel, changed: dict[str, Any], different: set[str]
) -> None:
    in_force = rules(model, programmes=load_programmes())
    assert set(replay(replace(kept, **changed), in_force).different) == different


def test_the_least_of_a_change_is_told(kept: Decision, model: RiskModel) -> None:
    """One unit in the last place of a probability, and a whole number that became a fraction."""
    assert kept.probability_of_default is not None
    probability = kept.probability_of_default * (1 + 2**-52)
    fraction: Any = float(kept.offers[0].instalment)
    offer = replace(kept.offers[0], instalment=fraction)
    in_force = rules(model, programmes=load_programmes())
    for changed, path in (
        (
            replace(kept, probability_of_default=probability * (1 + 2**-52)),
            "probability_of_default",
        ),
        (replace(kept, offers=(offer, *kept.offers[1:])), "offers.0.instalment"),
    ):
        assert replay(changed, in_force).different == (path,)


def test_a_changed_feature_shows_in_what_follows_from_it(kept: Decision, model: RiskModel) -> None:
    features = {**kept.features, "history_months": 1.0}
    found = replay(replace(kept, features=features), rules(model, programmes=load_programmes()))
    assert "result.kind" in found.different


def test_other_rules_are_told_by_what_they_change(kept: Decision, model: RiskModel) -> None:
    strict = rules(model, policy=Policy(most_probability=0.0, near=0.0))
    assert "result.kind" in replay(kept, strict).different
    other = replay(kept, rules(replace(model, priors={"granary": 0.5})))
    assert "versions.model_digest" in other.different


def test_what_was_read_of_the_records_is_taken_as_it_was_kept(
    kept: Decision, model: RiskModel
) -> None:
    untouched = replace(kept, data_used=(), until={})
    assert replay(untouched, rules(model, programmes=load_programmes())).same
    assert set(READ) <= set(RECORD.dump_python(kept))

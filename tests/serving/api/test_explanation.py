"""An explanation adds up, feature by feature, or says that it cannot any more."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from audit.decision import RECORD, Decision
from features.catalogue import FEATURES, NAMES
from features.signals import SIGNALS
from models.risk import RiskModel
from models.rules import RulesOnly
from models.scale import FACTOR, OFFSET
from serving.api.answers import answer
from serving.api.explanation import Explanation, explanation
from serving.telling.words import said

CLOSE = 1e-9


@pytest.fixture
def explained(made: Decision, model: RiskModel) -> Explanation:
    return explanation(made, model, "Granary")


def test_the_points_of_features_add_up_to_those_of_their_reason(explained: Explanation) -> None:
    for part in explained.parts:
        points = math.fsum(f.points for f in part.features if f.points is not None)
        assert points == pytest.approx(part.exact, abs=CLOSE)


def test_base_and_reasons_add_up_to_the_score_before_and_after_rounding(
    explained: Explanation, made: Decision, model: RiskModel
) -> None:
    assert explained.base is not None
    exact = explained.base + math.fsum(part.exact for part in explained.parts)
    whole = made.points.base + sum(part.points for part in explained.parts)
    assert (round(exact), whole) == (made.points.score, made.points.score)
    kept = [made.features[name] for name in NAMES]
    vector = np.array([[math.nan if value is None else value for value in kept]])
    assert exact == pytest.approx(float(model.points(vector)[0]), abs=CLOSE)


def test_a_features_points_are_its_own_contribution_on_the_scale(
    explained: Explanation, made: Decision, model: RiskModel
) -> None:
    kept = [made.features[name] for name in NAMES]
    vector = np.array([[math.nan if value is None else value for value in kept]])
    log_odds = model.contributions(vector)[0].tolist()
    points = {f.name: f.points for part in explained.parts for f in part.features}
    assert points == {
        name: pytest.approx(-FACTOR * moved, abs=CLOSE)
        for name, moved in zip(NAMES, log_odds[:-1], strict=True)
    }
    assert explained.base == pytest.approx(OFFSET - FACTOR * log_odds[-1], abs=CLOSE)


def test_every_feature_stands_once_under_its_reason_with_label_unit_and_value(
    explained: Explanation, made: Decision
) -> None:
    told = {f.name: (part.code, f) for part in explained.parts for f in part.features}
    assert sum(len(part.features) for part in explained.parts) == len(told) == len(FEATURES)
    for feature in FEATURES:
        code, part = told[feature.name]
        assert (code, part.unit) == (feature.reason, feature.unit)
        assert part.label.model_dump() == said("features", feature.name)
        assert part.value == made.features[feature.name]


def test_the_decision_is_told_as_it_is_answered_and_who_decides(
    explained: Explanation, made: Decision
) -> None:
    assert explained.decision == answer(made)
    assert explained.decides == "Granary"
    assert explained.recomputed


def test_without_what_scored_the_points_of_features_are_left_out_and_that_is_said(
    made: Decision, explained: Explanation
) -> None:
    without = explanation(made, None, "Granary")
    assert (without.recomputed, without.base) == (False, None)
    for part, whole in zip(without.parts, explained.parts, strict=True):
        bare = [f.model_copy(update={"points": None}) for f in whole.features]
        assert part == whole.model_copy(update={"features": bare})


def test_a_decision_older_than_a_feature_is_explained_without_it(made: Decision) -> None:
    older = replace(made, features={name: made.features[name] for name in NAMES[:-1]})
    told = [f.name for part in explanation(older, None, "").parts for f in part.features]
    assert sorted(told) == sorted(NAMES[:-1])


def test_what_the_rules_decided_is_explained_by_the_rules(made: Decision) -> None:
    rules = RulesOnly()
    kept = [made.features[name] for name in NAMES]
    points = rules.points(np.array([[math.nan if v is None else v for v in kept]]))
    explained = explanation(made, rules, "")
    total = math.fsum(
        f.points for part in explained.parts for f in part.features if f.points is not None
    )
    assert explained.base is not None
    assert explained.base + total == pytest.approx(float(points[0]), abs=CLOSE)


def test_an_explanation_reveals_no_signal(made: Decision, model: RiskModel) -> None:
    raised = replace(made, raised=tuple(made.signals), unlike=("penalties",))
    text = explanation(raised, model, "").model_dump_json()
    assert text == explanation(made, model, "").model_dump_json()
    assert not [signal.name for signal in SIGNALS if signal.name in text]


def test_a_decision_read_from_disk_is_explained_with_the_same_bytes(
    made: Decision, model: RiskModel
) -> None:
    read = RECORD.validate_json(RECORD.dump_json(made))
    whole = explanation(made, model, "").model_dump_json()
    assert explanation(read, model, "").model_dump_json() == whole
    assert "NaN" not in whole

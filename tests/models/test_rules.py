"""The rules: what they give is what the table says, the way the catalogue says, exactly."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from features.catalogue import FEATURES, NAMES, fingerprint
from models import rules, scale
from models.reasons import CODES, take_apart
from models.rules import RULES, Rule, RulesOnly
from models.scorer import Scorer

BY_NAME = {feature.name: feature for feature in FEATURES}


def values_of(rule: Rule) -> list[float]:
    """Return values in every range of a rule, on its bounds and a hair below them."""
    edges = [v for b in rule.bounds for v in (math.nextafter(b, -math.inf), b)]
    return [rule.bounds[0] - 1, *edges, rule.bounds[-1] * 2 + 1]


def by_hand(row: list[float]) -> dict[str, int]:
    """Return the points of each rule for one vector, counted in plain Python."""
    given = {}
    for rule in RULES:
        value = row[NAMES.index(rule.feature)]
        reached = sum(value >= bound for bound in rule.bounds)
        given[rule.feature] = 0 if math.isnan(value) else rule.points[reached]
    return given


def made_up(n: int = 200) -> np.ndarray:
    """Return vectors with values of every range of every rule, and with gaps."""
    random = np.random.default_rng(4)
    vectors = random.normal(size=(n, len(NAMES)))
    for rule in RULES:
        vectors[:, NAMES.index(rule.feature)] = random.choice([*values_of(rule), math.nan], n)
    return vectors


VECTORS = made_up()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.feature)
def test_points_move_against_the_risk_as_the_catalogue_directs(rule: Rule) -> None:
    steps = np.diff(rule.points) * -BY_NAME[rule.feature].direction
    assert (steps >= 0).all()
    assert (steps > 0).any()
    assert list(rule.bounds) == sorted(set(rule.bounds))
    assert len(rule.points) == len(rule.bounds) + 1


def test_a_rule_bears_on_each_feature_once_and_on_no_amount_of_money() -> None:
    named = [rule.feature for rule in RULES]
    assert len(set(named)) == len(named)
    assert "money" not in {BY_NAME[name].unit for name in named}


def test_the_score_is_the_base_and_the_points_of_the_rules() -> None:
    expected = [scale.BASE + sum(by_hand(row).values()) for row in VECTORS.tolist()]
    assert rules.points(VECTORS).tolist() == expected
    assert RulesOnly().points(VECTORS).tolist() == expected
    assert len(set(expected)) > 20


def test_an_applicant_of_whom_nothing_is_known_has_the_base() -> None:
    nobody = np.full((1, len(NAMES)), np.nan)
    assert rules.points(nobody).tolist() == [scale.BASE]


def test_points_add_up_by_reason_and_are_those_of_its_rules() -> None:
    for row, points in zip(VECTORS.tolist(), take_apart(RulesOnly(), VECTORS), strict=True):
        given = by_hand(row)
        for code in CODES:
            mine = [p for name, p in given.items() if BY_NAME[name].reason == code]
            assert points.by_reason[code] == sum(mine)
        assert points.base == scale.BASE
        assert points.base + sum(points.by_reason.values()) == points.score


def test_the_worst_rules_are_the_reasons_and_the_best_the_strengths() -> None:
    row = np.full((1, len(NAMES)), np.nan)
    for name, value in {"worst_days_past_due": 120, "history_months": 1, "income_cover": 9}.items():
        row[0, NAMES.index(name)] = value
    (points,) = take_apart(RulesOnly(), row)
    assert (points.reasons(), points.strengths()) == (("R11", "R05"), ("R02",))


def test_the_rules_know_no_probability() -> None:
    assert np.isnan(RulesOnly().probability(VECTORS)).all()
    assert RulesOnly().probability(VECTORS).shape == (len(VECTORS),)


def test_no_rows_give_no_rows() -> None:
    none = np.empty((0, len(NAMES)))
    assert take_apart(RulesOnly(), none) == []
    assert rules.points(none).tolist() == []


def test_they_name_no_data_and_their_digest_is_that_of_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scorer: Scorer = RulesOnly("CZK")
    assert (scorer.identity.currency, scorer.identity.fingerprint) == ("CZK", fingerprint())
    assert (scorer.identity.simulated, scorer.novelty) == (False, None)
    assert scorer.digest == RulesOnly().digest
    monkeypatch.setattr(rules, "RULES", (replace(RULES[0], points=(-21, -8, 0, 8)), *RULES[1:]))
    assert RulesOnly().digest != scorer.digest

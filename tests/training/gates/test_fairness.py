"""G06: red where harm is shown, amber where it may be, and never green without data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audit.fairness import measures
from audit.fairness.cases import Cases
from features.rows import Floats
from training.gates import fairness

N = 4_000


def applicants(shift: float = 0.0, n: int = N, seed: int = 1) -> Cases:
    """Return applicants whose risk is put *shift* too high if they are of the group "b"."""
    random = np.random.default_rng(seed)
    risk = random.beta(1, 9, n).clip(0.001, 0.9)
    group = np.where(random.random(n) < 0.5, "a", "b")
    log_odds = np.log(risk / (1 - risk)) + shift * (group == "b")
    probability = 1 / (1 + np.exp(-log_odds))
    return Cases.of(
        {"group": group},
        probability=probability,
        approved=(probability < 0.12).astype(np.float64),
        bad=(random.random(n) < risk).astype(np.float64),
        denied=(random.random(n) < 0.15).astype(np.float64),
        records=random.integers(100, 300, n).astype(np.float64),
        weights=np.ones(n),
    )


def of_b(values: Floats, cases: Cases, changed: Floats) -> Floats:
    return np.where(cases.groups["group"] == "b", changed, values)


def test_equal_treatment_is_green() -> None:
    gate = fairness.gate(applicants())
    assert (gate.code, gate.colour) == ("G06", "green")
    assert gate.found == (
        "of 12 gaps 0 shown beyond what is tolerated, 0 shown that may be beyond, "
        "0 beyond that may be chance; insufficient data for 0"
    )


def test_a_group_whose_risk_is_put_too_high_is_red_in_three_ways() -> None:
    gate = fairness.gate(applicants(shift=1))
    assert gate.colour == "red"
    for measure in (measures.IMPACT, measures.OPPORTUNITY, measures.CALIBRATION):
        assert f"group b: {measure.name}" in gate.found
    assert "group a" not in gate.found


def test_fewer_records_of_a_group_are_red_but_not_of_a_place() -> None:
    cases = applicants()
    thin = replace(cases, records=of_b(cases.records, cases, cases.records // 2))
    assert "group b: records_ratio" in fairness.gate(thin).found
    place = replace(thin, groups={"kecamatan": thin.groups["group"]})
    gate = fairness.gate(place)
    assert gate.colour == "green"
    assert gate.found.startswith("of 10 gaps")


def test_past_denials_at_the_same_risk_are_red() -> None:
    cases = applicants()
    often = (np.random.default_rng(5).random(N) < 0.3).astype(float)
    gate = fairness.gate(replace(cases, denied=of_b(cases.denied, cases, often)))
    assert gate.colour == "red"
    assert "group b: past_answers" in gate.found


def test_a_ranking_that_fails_within_a_group_is_red() -> None:
    cases = applicants(n=20_000)
    chance = np.random.default_rng(6).permutation(cases.probability)
    gate = fairness.gate(replace(cases, probability=of_b(cases.probability, cases, chance)))
    assert "group b: ranking_difference" in gate.found


def test_the_same_gap_among_few_is_amber() -> None:
    gate = fairness.gate(applicants(shift=0.4, n=500))
    assert gate.colour == "amber"
    assert "0 shown beyond what is tolerated, 1 shown that may be beyond (group b" in gate.found


def test_a_gap_that_may_be_chance_is_counted_and_raises_no_colour() -> None:
    gate = fairness.gate(applicants(shift=0.2, n=100))
    assert gate.colour == "green"
    assert "0 beyond that may be chance" not in gate.found


@pytest.mark.parametrize("cases", [None, applicants(n=20)])
def test_what_cannot_be_assessed_is_amber_and_says_so(cases: Cases | None) -> None:
    gate = fairness.gate(cases)
    assert gate.colour == "amber"
    assert "not assessed" in gate.found or "insufficient data for 12" in gate.found


def test_more_comparisons_ask_for_wider_intervals() -> None:
    cases = applicants()
    places = np.random.default_rng(7).choice([str(k) for k in range(10)], N)
    both = replace(cases, groups={**cases.groups, "place": places})
    few, many = fairness.comparisons(cases), fairness.comparisons(both)
    for one, other in zip(few, many, strict=False):
        assert one.found.gap is not None
        assert other.found.gap is not None
        assert one.found.gap.value == other.found.gap.value
        assert one.found.gap.high < other.found.gap.high


def test_all_comparisons_together_are_seldom_wrong() -> None:
    """Without any gap, an interval lies wholly on the wrong side in at most one world of twenty."""
    wrong = 0
    for seed in range(60):
        found = fairness.comparisons(applicants(n=600, seed=seed))
        wrong += any(fairness.is_unequal(one) for one in found)
    assert wrong <= 8

"""Each figure against its definition, written out in plain Python; intervals that hold."""

from __future__ import annotations

import math

import numpy as np
import pytest

from features.rows import Floats, Ints
from tests.training.fitting.test_calibrating import newton
from training.validation import evaluate
from training.validation.evaluate import MEASURES


def made_up(n: int, seed: int, *, ties: bool = False) -> tuple[Floats, Ints]:
    """Return probabilities and outcomes that follow them; with ties, few different ones."""
    random = np.random.default_rng(seed)
    probability = random.uniform(0.02, 0.9, n)
    if ties:
        probability = np.round(probability, 1).clip(0.05, 0.95)
    bad = (random.random(n) < probability).astype(int)
    bad[:2] = 0, 1
    return probability, bad


def once(bad: Ints) -> Floats:
    """Return weights by which every loan counts once."""
    return np.ones(bad.size)


def auc_by_pairs(probability: Floats, bad: Ints) -> float:
    pairs = [
        1.0 if b > g else 0.5 if b == g else 0.0
        for b, is_bad in zip(probability.tolist(), bad.tolist(), strict=True)
        if is_bad
        for g, other in zip(probability.tolist(), bad.tolist(), strict=True)
        if not other
    ]
    return sum(pairs) / len(pairs)


def ks_by_counting(probability: Floats, bad: Ints) -> float:
    loans = list(zip(probability.tolist(), bad.tolist(), strict=True))
    distances = []
    for bound in probability.tolist():
        shares = []
        for kind in (0, 1):
            mine = [p for p, outcome in loans if outcome == kind]
            shares.append(sum(1 for p in mine if p <= bound) / len(mine))
        distances.append(abs(shares[0] - shares[1]))
    return max(distances)


CASES = [made_up(n, seed, ties=ties) for n, seed, ties in [(80, 1, False), (80, 2, True)]]


@pytest.mark.parametrize(("probability", "bad"), CASES)
def test_auc_is_the_share_of_pairs_in_order_and_ties_count_half(
    probability: Floats, bad: Ints
) -> None:
    assert evaluate.auc(probability, bad, once(bad)) == pytest.approx(
        auc_by_pairs(probability, bad)
    )
    assert evaluate.gini(probability, bad, once(bad)) == pytest.approx(
        2 * auc_by_pairs(probability, bad) - 1
    )


def test_auc_is_one_in_perfect_order_a_half_without_any_and_nought_upside_down() -> None:
    bad = np.array([0, 0, 1, 1])
    assert evaluate.auc(np.array([0.1, 0.2, 0.3, 0.4]), bad, once(bad)) == 1.0
    assert evaluate.auc(np.full(4, 0.3), bad, once(bad)) == 0.5
    assert evaluate.auc(np.array([0.4, 0.3, 0.2, 0.1]), bad, once(bad)) == 0.0


@pytest.mark.parametrize(("probability", "bad"), CASES)
def test_ks_is_the_largest_distance_between_the_distributions(
    probability: Floats, bad: Ints
) -> None:
    assert evaluate.ks(probability, bad, once(bad)) == pytest.approx(
        ks_by_counting(probability, bad)
    )


def test_brier_is_the_mean_square_of_what_was_missed() -> None:
    value = evaluate.brier(np.array([0.1, 0.6, 0.9]), np.array([0, 1, 0]), np.ones(3))
    assert value == pytest.approx((0.01 + 0.16 + 0.81) / 3)


def test_ece_by_hand() -> None:
    """Twenty loans make ten bins of two; only the first and the last bin are off."""
    probability = np.repeat(np.linspace(0.05, 0.95, 10), 2)
    bad = np.array([1, 0, *[0] * 8, *[1] * 8, 1, 0])
    expected = 0.0
    for i in range(10):
        mean = (bad[2 * i] + bad[2 * i + 1]) / 2
        expected += abs(mean - (0.05 + 0.1 * i)) * 2 / 20
    shuffled = np.random.default_rng(0).permutation(20)
    assert evaluate.ece(probability[shuffled], bad[shuffled], np.ones(20)) == pytest.approx(
        expected
    )


def test_ece_of_fewer_loans_than_bins_is_the_mean_distance() -> None:
    value = evaluate.ece(np.array([0.2, 0.5, 0.9]), np.array([0, 1, 1]), np.ones(3))
    assert value == pytest.approx((0.2 + 0.5 + 0.1) / 3)


def test_observed_to_expected_is_bad_loans_over_those_foretold() -> None:
    probability, bad = np.array([0.1, 0.3, 0.6, 0.5]), np.array([0, 0, 1, 1])
    value = evaluate.observed_to_expected(probability, bad, once(bad))
    assert value == pytest.approx(2 / 1.5)


@pytest.mark.parametrize("seed", range(3))
def test_calibration_slope_is_that_of_newtons_method(seed: int) -> None:
    probability, bad = made_up(200, seed)
    log_odds = np.array([math.log(p / (1 - p)) for p in probability.tolist()])
    _, slope = newton(log_odds, bad)
    assert evaluate.calibration_slope(probability, bad, once(bad)) == pytest.approx(slope, abs=1e-4)


@pytest.mark.parametrize("slope", [0.5, 1.0, 2.0])
def test_calibration_slope_finds_the_slope_outcomes_were_drawn_with(slope: float) -> None:
    random = np.random.default_rng(4)
    log_odds = random.normal(size=40_000) - 1
    bad = (random.random(40_000) < 1 / (1 + np.exp(-slope * log_odds))).astype(int)
    found = evaluate.calibration_slope(1 / (1 + np.exp(-log_odds)), bad, once(bad))
    assert found == pytest.approx(slope, abs=0.06)


@pytest.mark.parametrize("name", sorted(set(MEASURES) - {"ece"}))
def test_a_loan_of_weight_three_counts_as_three_loans(name: str) -> None:
    probability, bad = made_up(90, 9)
    times = np.random.default_rng(2).integers(1, 4, 90)
    again = np.repeat(np.arange(90), times)
    weighed = MEASURES[name](probability, bad, times.astype(float))
    repeated = MEASURES[name](probability[again], bad[again], np.ones(again.size))
    assert weighed == pytest.approx(repeated, abs=1e-6)


def test_bins_of_calibration_hold_equal_weight() -> None:
    """Of thirty loans the first ten weigh three each; over an edge, the middle decides."""
    probability = np.linspace(0.1, 0.9, 30)
    weights = np.array([3.0] * 10 + [1.0] * 20)
    bins = evaluate.tenths(probability, weights)
    assert [weights[b].sum() for b in bins] == [6.0, 3.0, 6.0, 6.0, 3.0, 6.0, *[5.0] * 4]
    assert np.concatenate(bins).tolist() == list(range(30))


def test_every_measure_comes_with_an_interval_that_holds_its_value() -> None:
    probability, bad = made_up(150, 6)
    figures = evaluate.evaluate(probability, bad, once(bad), draws=60)
    assert set(figures) == set(MEASURES)
    for name, figure in figures.items():
        assert figure.value == pytest.approx(MEASURES[name](probability, bad, once(bad)))
        assert figure.low < figure.high
        # A resampled bin is further off than the whole, so this one lies above its value.
        assert figure.low <= figure.value <= figure.high or name == "ece"


def test_the_same_predictions_give_the_same_intervals() -> None:
    probability, bad = made_up(80, 7)
    one, again = (evaluate.evaluate(probability, bad, once(bad), 20) for _ in range(2))
    assert one == again


def test_samples_have_both_kinds_even_when_one_is_rare() -> None:
    probability = np.linspace(0.1, 0.9, 30)
    bad = np.zeros(30, dtype=int)
    bad[29] = 1
    figures = evaluate.evaluate(probability, bad, once(bad), draws=40)
    assert figures["auc"].value == 1.0
    assert all(math.isfinite(figure.high) for figure in figures.values())


def test_the_interval_covers_the_truth_about_as_often_as_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of 200 samples of a population with a known Brier score, 95% intervals cover most."""
    monkeypatch.setattr(evaluate, "MEASURES", {"brier": evaluate.brier})
    truth = 0.3 * (1 - 0.3) ** 2 + (1 - 0.3) * 0.3**2
    random = np.random.default_rng(8)
    covered = 0
    for _ in range(200):
        bad = (random.random(120) < 0.3).astype(int)
        figure = evaluate.evaluate(np.full(120, 0.3), bad, once(bad), draws=200)["brier"]
        covered += figure.low <= truth <= figure.high
    assert 0.88 <= covered / 200 <= 0.99


def test_calibration_slope_is_nought_where_all_probabilities_are_the_same() -> None:
    bad = np.array([0, 1, 0, 0])
    assert evaluate.calibration_slope(np.full(4, 0.3), bad, once(bad)) == 0


@pytest.mark.parametrize("apart", [1e-6, 1e-3, 1.0])
def test_calibration_slope_is_finite_where_good_and_bad_are_parted_wholly(apart: float) -> None:
    """Without a warning too: those are errors here."""
    bad = np.repeat([0, 1], 6)
    log_odds = apart * np.arange(12) - 1
    slope = evaluate.calibration_slope(1 / (1 + np.exp(-log_odds)), bad, once(bad))
    assert 1 / apart < slope < 1e5 / apart

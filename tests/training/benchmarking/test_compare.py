"""The comparison: who was asked what, and that differences are paired."""

from __future__ import annotations

import numpy as np
import pytest

from features.rows import Floats
from tests.conftest import table_of
from training.benchmarking import ours as our_candidate
from training.benchmarking.compare import NAMES, OURS, UNCALIBRATED, Said, compare, run
from training.benchmarking.peers import Predict
from training.benchmarking.splits import by_chance
from training.fitting import calibrating
from training.fitting.fit import out_of_fold
from training.recipes import choose
from training.recipes.recipe import STANDING
from training.table import TrainingTable
from training.validation.evaluate import MEASURES, bootstrap


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "ROUNDS", (10, 20))
    monkeypatch.setattr(choose, "DEPTHS", (1, 2))


def quiet(doing: str, done: int, of: int) -> None:
    assert doing
    assert 0 <= done <= of


@pytest.fixture
def loans() -> TrainingTable:
    random = np.random.default_rng(4)
    vectors: Floats = random.normal(size=(300, 2))
    bad = (random.random(300) < 1 / (1 + np.exp(1 - 2 * vectors[:, 0]))).astype(int)
    weights = random.uniform(0.5, 2, 300)
    return table_of(vectors, bad, names=("a", "b"), directions=(0, 0), weights=weights)


def test_every_candidate_is_asked_of_each_loan_once_a_repeat_by_what_never_saw_it(
    loans: TrainingTable,
) -> None:
    fitted: list[set[str]] = []

    def spy(table: TrainingTable, seed: int) -> Predict:
        assert seed == 5
        fitted.append(set(table.application_ids))
        number = len(fitted)
        return lambda vectors: np.full(len(vectors), number / 100)

    steps: list[tuple[str, int, int]] = []
    repeats = [by_chance(loans, 3, 0), by_chance(loans, 3, 1)]
    said = run(loans, repeats, {"spy": spy}, 5, lambda *told: steps.append(told))
    assert said.rows.tolist() == list(range(300))
    assert set(said.probabilities) == {OURS, UNCALIBRATED, "spy"}
    number = 0
    for repeat, folds in enumerate(repeats):
        for seen, tested in folds:
            number += 1
            assert fitted[number - 1] == set(loans.application_ids[seen])
            assert (said.probabilities["spy"][repeat, tested] == number / 100).all()
    assert len(said.recipes) == 6
    assert steps[-1] == ("done", 12, 12)
    assert [told[1] for told in steps] == list(range(13))


def test_figures_are_means_over_repeats_and_differences_are_paired(loans: TrainingTable) -> None:
    random = np.random.default_rng(1)
    rows = np.arange(100, 300)
    ours, theirs = (random.uniform(0.1, 0.9, (2, 200)) for _ in range(2))
    said = Said(rows, {OURS: ours, "peer": theirs}, [], {})
    compared = compare(said, loans, 20, quiet)
    bad, weights = loans.bad[rows], loans.weights[rows]
    for measure in NAMES:
        of = MEASURES[measure]
        value = (of(ours[0], bad, weights) + of(ours[1], bad, weights)) / 2
        assert compared.figures[OURS][measure].value == pytest.approx(value)
    drawn = [
        np.mean([MEASURES["brier"](p[s], bad[s], weights[s]) for p in ours])
        - np.mean([MEASURES["brier"](p[s], bad[s], weights[s]) for p in theirs])
        for s in bootstrap(bad, 20)
    ]
    figure = compared.behind["peer"]["brier"]
    assert (figure.low, figure.high) == pytest.approx(np.quantile(drawn, [0.025, 0.975]))
    assert OURS not in compared.behind


def test_a_candidate_as_good_as_ours_is_nothing_apart(loans: TrainingTable) -> None:
    same = np.random.default_rng(1).uniform(0.1, 0.9, (1, 300))
    compared = compare(Said(np.arange(300), {OURS: same, "twin": same}, [], {}), loans, 10, quiet)
    for figure in compared.behind["twin"].values():
        assert (figure.value, figure.low, figure.high) == (0, 0, 0)


def test_our_calibration_is_the_one_chosen_on_margins_out_of_fold(loans: TrainingTable) -> None:
    candidate = our_candidate.ours(loans, 3)
    chosen = calibrating.choose(loans, out_of_fold(loans, 3, candidate.recipe))
    assert candidate.calibration == chosen.calibration
    assert candidate.recipe.learning_rate == STANDING.learning_rate
    odds = candidate.uncalibrated(loans.vectors)
    log_odds = chosen.calibration.log_odds(np.log(odds / (1 - odds)))
    expected = 1 / (1 + np.exp(-log_odds))
    np.testing.assert_allclose(candidate.probability(loans.vectors), expected)

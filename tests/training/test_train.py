"""A training run on the small data set: what it says, and that it can be made again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from optuna.distributions import IntDistribution

from features.catalogue import NAMES, fingerprint
from features.errors import BadInput, BadTable, Refused
from models.risk import RiskModel
from tests.training.cases import (
    FIRST_TESTED,
    LINE,
    LOANS,
    application,
    outcome,
    payment,
    refused,
    write,
)
from training import datasets
from training.asked import Asked
from training.fitting.fit import fit
from training.gates.gate import red
from training.progress import UNHEARD
from training.recipes import tune
from training.splits import out_of_time
from training.table import TrainingTable, instant, training_table
from training.target import Target
from training.train import STEPS, Trained, train
from training.validation.evaluate import MEASURES


class FakeTracker:
    """Stands in for the MLflow store: remembers what it was given."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def keep(self, *given: Any) -> None:
        """Remember."""
        self.kept = dict(zip(("model", "run"), given, strict=True))


def test_a_run_says_how_many_loans_it_used_and_leaves_none_out(trained: Trained) -> None:
    assert trained.fitted[0] + trained.tested[0] == LOANS
    assert trained.fitted[1] < trained.fitted[0]
    assert trained.left_out == {}
    assert set(trained.figures) == set(MEASURES)
    assert red(trained.gates) == []


def test_figures_are_those_of_the_model_on_the_later_loans(
    small: Path, small_table: TrainingTable, trained: Trained
) -> None:
    """The run's model is made again by hand, on the earlier loans only."""
    tracker, told = FakeTracker(), list[tuple[str, int, int]]()
    data = datasets.read(small)
    asked = Asked(LINE, FIRST_TESTED)
    again = train(data, tracker, asked, lambda *step: told.append(step))  # type: ignore[arg-type]  # a fake
    assert told == [(doing, done, len(STEPS)) for done, doing in enumerate(STEPS)]
    assert again.figures == trained.figures
    assert again.gates == trained.gates

    split = out_of_time(small_table, FIRST_TESTED)
    earlier, later = split.fit, split.later
    model = tracker.kept["model"]
    assert isinstance(model, RiskModel)
    assert fit(earlier, model.identity, 0).digest == model.digest
    probability = model.probability(later.vectors)
    for name, measure in MEASURES.items():
        assert measure(probability, later.bad, later.weights) == trained.figures[name].value
    assert tracker.kept["run"].params["random_seed"] == 0
    assert model.identity.fingerprint == fingerprint()
    assert model.identity.data_digest == data.digest
    assert model.identity.simulated
    assert model.identity.trained_until == instant(int(earlier.as_of.max())).isoformat()


def test_what_cannot_be_trained_on_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    tracker = FakeTracker()
    only_payments = write(tmp_path / "one", payments=[payment()])
    with pytest.raises(BadTable) as caught:
        train(datasets.read(only_payments), tracker, Asked(LINE), UNHEARD)  # type: ignore[arg-type]  # a fake
    refused(caught, "missing-table")
    assert tracker.kept == {}


def test_a_handful_of_loans_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    tracker, start = FakeTracker(), application()["as_of"]
    few = write(
        tmp_path / "few",
        payments=[payment()],
        applications=[application(i, as_of=start + timedelta(days=i)) for i in range(12)],
        outcomes=[outcome(i, worst_days_past_due=100 * (i % 3 == 0)) for i in range(12)],
    )
    with pytest.raises(BadInput) as caught:
        train(datasets.read(few), tracker, Asked(LINE), UNHEARD)  # type: ignore[arg-type]  # a fake
    refused(caught, "too-few-loans")
    assert tracker.kept == {}


def test_a_column_that_gives_the_outcome_away_stops_the_run_and_is_named(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table of features is made as ever, but its third column was written after the outcome."""

    def leaking(data: datasets.DataSet, target: Target | None) -> TrainingTable:
        table = training_table(data, target)
        vectors = table.vectors.copy()
        vectors[:, 2] = table.bad + np.random.default_rng(0).normal(size=table.bad.size) / 10
        return replace(table, vectors=vectors)

    monkeypatch.setattr("training.train.training_table", leaking)
    tracker = FakeTracker()
    with pytest.raises(Refused, match=NAMES[2]) as caught:
        train(datasets.read(small), tracker, Asked(LINE, FIRST_TESTED), UNHEARD)  # type: ignore[arg-type]  # a fake
    refused(caught, "leak")
    assert tracker.kept == {}


def test_recipes_that_are_tried_are_told_and_written_down(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tune, "SPACE", {**tune.SPACE, "rounds": IntDistribution(2, 500)})
    tracker, told = FakeTracker(), list[tuple[str, int, int]]()
    asked = Asked(LINE, FIRST_TESTED, trials=2, alternatives=1, kept=tmp_path / "tuning.db")
    trained = train(
        datasets.read(small),
        tracker,  # type: ignore[arg-type]  # a fake
        asked,
        lambda *step: told.append(step),
    )
    assert [doing for doing, _, _ in told][1:5] == [
        "recipe",
        "a recipe, 1 of 2",
        "a recipe, 2 of 2",
        "fit",
    ]
    assert {of for _, _, of in told} == {len(STEPS) + 4}
    assert "standing one" in trained.recipe
    assert trained.recipe.endswith("insufficient data to compare groups")
    tried = tracker.kept["run"].texts["tables/tuning.csv"].splitlines()
    assert len(tried) == 3
    assert tried[0].startswith("rounds,learning_rate,max_depth")
    assert (tmp_path / "tuning.db").exists()

"""A training run on the small data set: what it says, and that it can be made again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from features.catalogue import fingerprint
from features.errors import BadInput, BadTable
from models.risk import RiskModel
from tests.training.cases import FIRST_TESTED, LOANS, application, outcome, payment, refused, write
from training import datasets
from training.evaluate import MEASURES
from training.fit import fit
from training.gates.gate import red
from training.novelty import novelty
from training.splits import out_of_time
from training.table import TrainingTable, instant
from training.train import STEPS, Trained, train


class FakeTracker:
    """Stands in for the MLflow store: remembers what it was given."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def keep(self, *given: Any) -> None:
        """Remember."""
        names = ("model", "params", "figures", "gates", "picture")
        self.kept = dict(zip(names, given, strict=True))


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
    tracker, told = FakeTracker(), list[str]()
    data = datasets.read(small)
    again = train(data, tracker, FIRST_TESTED, 0, told.append)  # type: ignore[arg-type]  # a fake
    assert tuple(told) == STEPS
    assert again.figures == trained.figures
    assert again.gates == trained.gates

    split = out_of_time(small_table, FIRST_TESTED)
    earlier, later = split.fit, split.later
    model = tracker.kept["model"]
    assert isinstance(model, RiskModel)
    fitted = fit(earlier, model.identity, 0)
    assert replace(fitted, novelty=novelty(earlier, 0)).digest == model.digest
    probability = model.probability(later.vectors)
    for name, measure in MEASURES.items():
        assert measure(probability, later.bad, later.weights) == trained.figures[name].value
    assert tracker.kept["params"]["random_seed"] == 0
    assert model.identity.fingerprint == fingerprint()
    assert model.identity.data_digest == data.digest
    assert model.identity.simulated
    assert model.identity.trained_until == instant(int(earlier.as_of.max())).isoformat()


def test_what_cannot_be_trained_on_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    tracker = FakeTracker()
    only_payments = write(tmp_path / "one", payments=[payment()])
    with pytest.raises(BadTable) as caught:
        train(datasets.read(only_payments), tracker, None, 0, print)  # type: ignore[arg-type]  # a fake
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
        train(datasets.read(few), tracker, None, 0, lambda _: None)  # type: ignore[arg-type]  # a fake
    refused(caught, "too-few-loans")
    assert tracker.kept == {}

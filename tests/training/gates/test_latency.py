"""G10: the arithmetic of what was measured; no test waits for a clock."""

from __future__ import annotations

import lightgbm
import pytest

from models.risk import RiskModel
from tests.training.gates.cases import TESTED
from training.gates import latency


@pytest.mark.parametrize(
    ("median", "colour"),
    [(0.2, "green"), (2.0, "green"), (2.1, "amber"), (10.0, "amber"), (10.1, "red")],
)
def test_it_goes_by_the_median(model: RiskModel, median: float, colour: str) -> None:
    """One answer in five takes a second: the machine was busy."""
    gate = latency.judged([1000.0, median, median, 0.0, median], model)
    assert (gate.code, gate.colour) == ("G10", colour)


def test_it_tells_whole_milliseconds_and_how_many_trees_and_leaves(model: RiskModel) -> None:
    trees = lightgbm.Booster(model_str=model.text).dump_model()["tree_info"]
    leaves = sum(tree["num_leaves"] for tree in trees)
    found = latency.judged([0.3, 0.4, 2.0], model).found
    assert found == f"within 1 ms of CPU, {len(trees)} trees with {leaves:,} leaves"


def test_so_many_answers_are_measured(model: RiskModel) -> None:
    taken = latency.measured(model, TESTED.vectors[:1])
    assert len(taken) == latency.TIMES
    assert min(taken) >= 0
    assert sum(taken) > 0

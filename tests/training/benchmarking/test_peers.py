"""Every peer learns, takes gaps and strange categories, and says the same twice."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from features.errors import LumbungError
from tests.training.benchmarking.cases import frame, write
from tests.training.cases import refused
from training.benchmarking import peers
from training.benchmarking.peers import LIBRARIES, PEERS
from training.benchmarking.table import Roles, read
from training.table import TrainingTable
from training.validation.evaluate import auc


@pytest.fixture(scope="module")
def loans(tmp_path_factory: pytest.TempPathFactory) -> TrainingTable:
    """Return loans with more categories than some peers take, in a column that says nothing."""
    made = frame(700).drop("weight", "always", "year", "since")
    return read(
        write(tmp_path_factory.mktemp("loans"), made), Roles("outcome", bad="charged off")
    ).table


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_tells_loans_apart_that_it_never_saw(loans: TrainingTable, name: str) -> None:
    library = LIBRARIES.get(name)
    if library and not importlib.util.find_spec(library):
        pytest.skip(f"{library} is not installed: `make peers`")
    if name == "ebm":  # high cardinality makes it slow, and what is tested here is not that
        kept = [i for i, column in enumerate(loans.names) if column != "village"]
        loans = _columns(loans, kept)
    seen, rest = loans.part(np.arange(500)), loans.part(np.arange(500, 700))
    predict = PEERS[name](seen, 0)
    probability = predict(rest.vectors)
    assert probability.shape == (200,)
    assert ((probability > 0) & (probability < 1)).all()
    assert auc(probability, rest.bad, rest.weights) > 0.65

    strange = rest.vectors[:3].copy()
    strange[0, list(loans.categorical)] = 9_999  # a category that no loan had
    strange[1] = np.nan
    assert np.isfinite(predict(strange)).all()


@pytest.mark.parametrize("name", ["logistic", "scorecard", "histogram", "xgboost"])
def test_a_peer_heeds_the_weights_and_says_the_same_twice(loans: TrainingTable, name: str) -> None:
    library = LIBRARIES.get(name)
    if library and not importlib.util.find_spec(library):
        pytest.skip(f"{library} is not installed: `make peers`")
    said = PEERS[name](loans, 0)(loans.vectors)
    np.testing.assert_array_equal(said, PEERS[name](loans, 0)(loans.vectors))
    heavy = _weighed(loans, np.where(loans.bad == 1, 1.0, 5.0))
    assert PEERS[name](heavy, 0)(loans.vectors).mean() < said.mean() - 0.03


@pytest.mark.parametrize("name", ["histogram", "xgboost", "catboost", "ebm"])
def test_a_direction_binds_a_peer(loans: TrainingTable, name: str) -> None:
    library = LIBRARIES.get(name)
    if library and not importlib.util.find_spec(library):
        pytest.skip(f"{library} is not installed: `make peers`")
    numbers = _columns(loans, [loans.names.index("income"), loans.names.index("code")])
    predict = PEERS[name](TrainingTable(**{**vars(numbers), "directions": (1, 0)}), 0)
    grid = np.column_stack([np.linspace(-2, 2, 60), np.full(60, 2.0)])
    assert (np.diff(predict(grid)) >= -1e-9).all()
    assert predict(grid)[-1] > predict(grid)[0]
    assert (np.diff(PEERS[name](numbers, 0)(grid)) < -1e-9).any()


def test_a_peer_without_its_library_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(peers.LIBRARIES, "xgboost", "no_such_library")
    with pytest.raises(LumbungError) as caught:
        peers.chosen(["logistic", "xgboost"])
    refused(caught, "no-peers")
    assert "make peers" in caught.value.hint
    assert list(peers.chosen(["histogram", "logistic"])) == ["logistic", "histogram"]


def _weighed(table: TrainingTable, weights: np.ndarray) -> TrainingTable:
    return TrainingTable(**{**vars(table), "weights": weights})


def _columns(table: TrainingTable, kept: list[int]) -> TrainingTable:
    changed = {
        "vectors": table.vectors[:, kept],
        "names": tuple(table.names[i] for i in kept),
        "directions": (0,) * len(kept),
        "categorical": tuple(kept.index(i) for i in table.categorical if i in kept),
    }
    return TrainingTable(**{**vars(table), **changed})

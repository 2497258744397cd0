"""Trees asked through the C library answer as LightGBM's own package does, to the bit."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import lightgbm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from features.catalogue import NAMES
from features.rows import Floats
from models.risk import RiskModel
from models.trees import Trees
from tests.conftest import ROOT, made_up_vectors

ROWS = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.just(len(NAMES))),
    elements=st.floats(allow_nan=True, allow_infinity=True),
    fill=st.just(np.nan),
)


@pytest.fixture(scope="module")
def package(model: RiskModel) -> lightgbm.Booster:
    """Return the same trees as LightGBM's package reads them."""
    return lightgbm.Booster(model_str=model.text)


@pytest.fixture(scope="module")
def trees(model: RiskModel) -> Trees:
    """Return them as the C library reads them."""
    return Trees(model.text)


@given(rows=ROWS)
def test_margin_and_contributions_are_the_packages_own(
    trees: Trees, package: lightgbm.Booster, rows: Floats
) -> None:
    margin = np.asarray(package.predict(rows, raw_score=True, num_threads=1))
    assert trees.margin(rows).tobytes() == margin.tobytes()
    shap = np.asarray(package.predict(rows, pred_contrib=True, num_threads=1))
    assert trees.contributions(rows).tobytes() == shap.tobytes()


def test_rows_are_read_however_they_lie_in_memory(trees: Trees) -> None:
    rows = made_up_vectors(50, seed=3)
    for lying in (np.asfortranarray(rows), np.repeat(rows, 2, axis=0)[::2]):
        assert trees.margin(lying).tobytes() == trees.margin(rows).tobytes()


def test_threads_may_ask_the_same_trees_at_once(trees: Trees) -> None:
    rows = made_up_vectors(64, seed=4)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: trees.contributions(rows[i : i + 1]), range(64)))
    assert np.concatenate(found).tobytes() == trees.contributions(rows).tobytes()


def test_trees_travel_to_another_process_as_their_text(trees: Trees) -> None:
    rows = made_up_vectors(5, seed=5)
    there = pickle.loads(pickle.dumps(trees))  # noqa: S301  our own bytes
    assert there.margin(rows).tobytes() == trees.margin(rows).tobytes()


@pytest.mark.parametrize("text", ["", "rice", "tree\nversion=v4\n"])
def test_what_are_no_trees_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Trees(text)


def test_another_number_of_features_is_refused(trees: Trees) -> None:
    for ask in (trees.margin, trees.contributions):
        with pytest.raises(ValueError, match="number of features"):
            ask(np.zeros((1, len(NAMES) - 1)))


def test_asking_trees_imports_none_of_lightgbms_package() -> None:
    program = (
        "import sys, models.trees as t; t._library();"
        "print(*({'lightgbm', 'scipy', 'sklearn', 'pandas'} & set(sys.modules)))"
    )
    ran = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert ran.stdout.strip() == ""

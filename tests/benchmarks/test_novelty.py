"""The counts of `benchmarks.novelty` and `benchmarks.review`, at toy size."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.novelty import PEERS, share
from benchmarks.outliers import shuffled
from benchmarks.review import champion, results
from benchmarks.worlds import first, in_unit, vectors, without, world
from features.catalogue import NAMES
from tests.conftest import made_up_vectors
from training.datasets import DataSet

VECTORS = made_up_vectors(400, seed=3)


@pytest.fixture(scope="module")
def small() -> DataSet:
    return world(250, 12, 7)


def test_a_share_has_wilsons_interval() -> None:
    """5 of 100: 2.15% to 11.18%, as tables of the Wilson interval have it."""
    found = share(np.repeat([True, False], [5, 95]))
    assert found == pytest.approx((0.05, 0.0215, 0.1118), abs=1e-4)


def test_shuffled_values_stay_in_their_column_and_gaps_in_their_place() -> None:
    mixed = shuffled(VECTORS, np.random.default_rng(0))
    assert np.array_equal(np.isnan(mixed), np.isnan(VECTORS))
    assert np.array_equal(np.sort(mixed, axis=0), np.sort(VECTORS, axis=0), equal_nan=True)
    assert (mixed != VECTORS).mean() > 0.9


@pytest.mark.parametrize("name", [name for name in PEERS if name != "contrast"])
def test_a_peer_finds_what_lies_far_out(name: str) -> None:
    measure = PEERS[name](VECTORS)
    assert np.median(measure(20 * VECTORS)) > np.quantile(measure(VECTORS), 0.99)


def test_contrast_finds_what_belongs_to_several() -> None:
    together = VECTORS[:, [0]] + 0.05 * VECTORS
    measure = PEERS["contrast"](together)
    mixed = shuffled(together, np.random.default_rng(1))
    assert np.median(measure(mixed)) > np.quantile(measure(together), 0.95)


def test_a_wrong_unit_is_a_factor_on_what_is_named_and_on_nothing_else(small: DataSet) -> None:
    few = first(small.tables, 40)
    assert few["applications"].height == 40
    right, asked = vectors(few), vectors(in_unit(few, 100, "applications"))
    place = NAMES.index("amount_asked")
    assert np.array_equal(asked[:, place], 100 * right[:, place])
    income = NAMES.index("median_monthly_income")
    assert np.array_equal(asked[:, income], right[:, income], equal_nan=True)
    paid = vectors(in_unit(few, 100, "payments"))
    assert paid[:, income] == pytest.approx(100 * right[:, income], nan_ok=True)


def test_without_a_source_its_features_are_missing_and_the_others_are_not(small: DataSet) -> None:
    few = first(small.tables, 40)
    gone, right = vectors(without(few, "payments")), vectors(few)
    assert np.isnan(gone[:, NAMES.index("history_months")]).all()
    age = NAMES.index("business_age_months")
    assert np.array_equal(gone[:, age], right[:, age], equal_nan=True)


def test_every_applicant_has_one_result(small: DataSet) -> None:
    found = results(champion(small), small.tables)
    assert len(found) == small["applications"].height == 250
    assert {"eligible", "human_review"} <= {result.kind for result in found}
    months = vectors(small.tables)[:, NAMES.index("history_months")]
    thin = int((np.isnan(months) | (months < 3)).sum())
    assert sum("thin_file" in result.causes for result in found) == thin

"""Folds: the same for all, by time or by chance."""

from __future__ import annotations

import numpy as np
import pytest

from features.errors import LumbungError
from tests.conftest import made_up_vectors, table_of
from tests.training.cases import refused
from training.benchmarking.splits import by_chance, by_time
from training.table import TrainingTable


@pytest.fixture
def loans() -> TrainingTable:
    bad = np.tile([1, 0, 0], 100)
    return table_of(made_up_vectors(300, 1), bad, as_of=np.arange(300) // 3)


@pytest.mark.parametrize("folds", [1, 3])
def test_each_stretch_is_later_than_all_it_is_fitted_on(loans: TrainingTable, folds: int) -> None:
    parts = by_time(loans, 70, folds)
    assert len(parts) == folds
    for seen, tested in parts:
        assert loans.as_of[seen].max() < loans.as_of[tested].min()
    assert np.concatenate([tested for _, tested in parts]).tolist() == list(range(210, 300))
    assert [seen.size for seen, _ in parts] == [210 + 90 * i // folds for i in range(folds)]


def test_without_a_time_the_latest_three_tenths_are_tested(loans: TrainingTable) -> None:
    ((_, tested),) = by_time(loans, None, 1)
    assert tested.size == 90


@pytest.mark.parametrize(("test_from", "folds"), [(0, 1), (1000, 1), (99, 2)])
def test_a_side_without_both_outcomes_is_refused(
    loans: TrainingTable, test_from: int, folds: int
) -> None:
    with pytest.raises(LumbungError) as caught:
        by_time(loans, test_from, folds)
    refused(caught, "bad-split")


def test_by_chance_every_loan_is_tested_once_with_as_many_bad_in_each(
    loans: TrainingTable,
) -> None:
    parts = by_chance(loans, 5, seed=1)
    assert sorted(np.concatenate([tested for _, tested in parts])) == list(range(300))
    assert {int(loans.bad[tested].sum()) for _, tested in parts} == {20}
    again = by_chance(loans, 5, seed=2)
    assert not np.array_equal(parts[0][1], again[0][1])

"""A regularity that belongs to one outcome is seen; one that both share is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.rows import Floats
from tests.training.gates.cases import of_one_column
from training.gates.counting import strictness
from training.gates.leaks.regular import largest_difference, looks, regularity
from training.table import TrainingTable

BAD = (np.arange(1200) % 3 == 0).astype(np.int64)
RANDOM = np.random.default_rng(5)
ANY = RANDOM.integers(1, 240, BAD.size).astype(float)
STRICT = strictness(looks(1))


def seen(table: TrainingTable) -> str | None:
    return regularity(table.vectors[:, 0], table, STRICT)


def rewritten(step: float, share: float, unit: float = 1.0) -> TrainingTable:
    """Return terms that are multiples of *step* in a share of the good loans, else any."""
    planned = RANDOM.integers(1, 21, BAD.size) * step
    regular = (BAD == 0) & (np.random.default_rng(0).random(BAD.size) < share)
    return of_one_column(np.where(regular, planned, ANY) * unit, BAD)


@pytest.mark.parametrize("step", [7, 12, 30, 100, 365, 1000, 1_000_000])
def test_a_round_number_that_only_good_loans_have_is_seen(step: int) -> None:
    found = seen(rewritten(step, 0.9))
    assert found is not None
    assert found.startswith("is a multiple of ")
    assert int(found.split()[4].replace(",", "")) % step == 0 or step % 10 == 0


def test_the_shares_are_those_of_each_outcome() -> None:
    table = rewritten(12, 0.9)
    multiple = table.vectors[:, 0] % 12 == 0
    bad, good = (multiple[label == BAD].mean() for label in (1, 0))
    assert (
        seen(table)
        == f"is a multiple of 12 in {bad:.0%} of the bad loans and {good:.0%} of the good ones"
    )


@pytest.mark.parametrize(
    ("unit", "what"), [(30.0, "a multiple of 360"), (1 / 12, "a whole number")]
)
def test_the_unit_of_a_term_does_not_matter(unit: float, what: str) -> None:
    assert f"is {what} in " in str(seen(rewritten(12, 0.9, unit)))


@pytest.mark.parametrize(("share", "is_seen"), [(0.45, False), (0.75, True)])
def test_a_difference_counts_when_its_lower_bound_does(share: float, *, is_seen: bool) -> None:
    assert (seen(rewritten(12, share)) is not None) == is_seen


def test_the_same_difference_among_few_loans_is_not_enough() -> None:
    table = rewritten(12, 0.75)
    assert seen(table) is not None
    assert seen(table.part(np.arange(60))) is None


def test_a_regularity_that_both_outcomes_share_says_nothing() -> None:
    assert seen(of_one_column(ANY * 12, BAD)) is None
    assert seen(of_one_column(ANY, BAD)) is None


def test_that_bad_loans_are_larger_is_no_regularity() -> None:
    assert seen(of_one_column(ANY + 200 * BAD, BAD)) is None


@pytest.mark.parametrize("empty", [0.0, np.nan, -1.0, 999.0])
def test_a_field_that_is_filled_in_when_something_happens_is_seen(empty: float) -> None:
    found = seen(of_one_column(np.where(BAD == 1, ANY + 0.5, empty), BAD))
    what = "missing" if np.isnan(empty) else f"{empty:g}"
    assert found == f"is {what} in 0% of the bad loans and 100% of the good ones"


def test_a_fact_of_life_is_no_special_value() -> None:
    """Three in ten bad loans have paid a penalty, and one in twenty good ones."""
    paid: Floats = (RANDOM.random(BAD.size) < np.where(BAD == 1, 0.3, 0.05)) * 1.0
    assert seen(of_one_column(paid, BAD)) is None


def test_zero_is_a_multiple_of_nothing() -> None:
    """Half the good loans are zero and no bad one; the rest are alike."""
    values = np.where((BAD == 0) & (RANDOM.random(BAD.size) < 0.5), 0.0, ANY * 7)
    table = of_one_column(values, BAD)
    assert largest_difference(table.vectors[:, 0], table)[0] < 0.2
    assert seen(table) is None


def test_weights_count() -> None:
    """Irregular good loans that stand for ten each drown the regular ones."""
    table = rewritten(12, 0.9)
    irregular = (BAD == 0) & (table.vectors[:, 0] % 12 != 0)
    assert seen(table) is not None
    assert seen(replace(table, weights=np.where(irregular, 40.0, 1.0))) is None

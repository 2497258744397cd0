"""What every step declares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.catalogue import FEATURES
from features.known import READABLE, nothing
from features.rows import PLACES
from features.sources import SOURCES
from features.steps.catalogue import STEPS
from features.steps.step import Step
from tests.features.cases import Case, ask
from tests.features.hand_made.everything import FULL

EACH = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)


@EACH
def test_a_step_is_done_for_features_in_a_persons_hands_of_the_source_it_changes(
    step: Step,
) -> None:
    assert step.targets
    for target in step.targets:
        assert target.days_to_change is not None
        assert step.source in target.sources


@EACH
def test_a_step_takes_ninety_days_at_most_and_long_enough_for_its_features(step: Step) -> None:
    assert list(step.horizons) == sorted(set(step.horizons))
    assert 0 < step.horizons[0] <= step.horizons[-1] <= 90
    assert all((target.days_to_change or 0) <= step.horizons[-1] for target in step.targets)


@EACH
def test_a_step_says_what_it_changes_and_how_hard_it_is(step: Step) -> None:
    assert step.source in SOURCES
    assert step.meaning.endswith(".")
    assert 1 <= step.effort <= 5
    assert step.codes == tuple(dict.fromkeys(target.reason for target in step.targets))


@EACH
def test_with_no_records_there_is_nothing_to_do_but_to_learn(step: Step) -> None:
    """Training and mentoring are open to everyone."""
    made = step(Case([ask()]).known(), step.horizons[-1])
    assert (made is None) == (step.source != "support" or step.name == "do_what_was_agreed")


def test_there_is_a_step_for_each_feature_in_a_persons_hands_but_for_the_request() -> None:
    done = {target.name for step in STEPS for target in step.targets}
    own = {one.name for one in FEATURES if one.days_to_change is not None}
    assert own - done == {one.name for one in FEATURES if one.asks} & own
    assert done <= own


def test_the_features_that_read_the_request_are_found_by_watching_them() -> None:
    """What they read was looked up in their docstrings."""
    assert {one.name for one in FEATURES if one.asks} == {
        "amount_asked",
        "instalment_asked",
        "income_cover",
        "weakest_month_cover",
        "surplus_cover",
        "balance_cover",
        "lowest_balance_cover",
        "thin_balance_share",
        "debt_service_share",
    }


def test_no_two_steps_share_a_name() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)


@EACH
def test_a_step_goes_by_no_other_source_than_it_says(step: Step) -> None:
    """It does the same where there is nothing of the others."""
    known = FULL.known()
    bare = {
        name: rows if name == step.source or name in step.reads else nothing(rows.table, rows.n)
        for name, rows in known.sources.items()
    }
    for days in step.horizons:
        whole, part = step(known, days), step(replace(known, sources=bare), days)
        assert (whole is None) == (part is None)
        if whole is not None and part is not None:
            for name in (*PLACES, *READABLE[step.source]):
                np.testing.assert_array_equal(whole[name], part[name])

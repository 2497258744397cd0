"""Asking for more, or to repay it sooner, never makes a feature look safer."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import FEATURES, NAMES, compute
from features.known import Known
from features.rows import Floats
from tests.features.cases import Case, ask, bits
from tests.features.generated import cases
from tests.features.hand_made.everything import FULL, HAND_MADE

# Thousands of calls of few lines, which other tests cover too: counting them takes as long again.
pytestmark = pytest.mark.no_cover

DIRECTIONS = np.array([feature.direction for feature in FEATURES])
ASKED = {
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
ASKING = cases(("payments", "credit"))
"""Cases of the sources that features of what is asked read."""

factors = st.one_of(st.just(1.0), st.floats(1.0, 1.001), st.floats(1.0, 1_000.0))
quick = settings(max_examples=40, deadline=None)


def _against(before: Floats, after: Floats) -> dict[str, tuple[float, float]]:
    """Return the features that moved against their direction, or became or ceased to be missing.

    A feature of direction 0 moves against it when it moves at all.
    """
    appeared = np.isnan(before) != np.isnan(after)
    moved = np.nan_to_num(after) - np.nan_to_num(before)
    wrong = appeared | np.where(DIRECTIONS == 0, moved != 0, moved * DIRECTIONS < 0)
    return {
        NAMES[column]: (float(before[row, column]), float(after[row, column]))
        for row, column in np.argwhere(wrong)
    }


def _asking(known: Known, *, more: float = 1.0, sooner: float = 1.0) -> Floats:
    asked = replace(known, amount=known.amount * more, tenor_months=known.tenor_months / sooner)
    return compute(asked)


@given(given_case=ASKING, more=factors)
@quick
def test_asking_for_more_never_moves_a_feature_against_its_direction(
    given_case: Case, more: float
) -> None:
    known = given_case.known()
    assert _against(compute(known), _asking(known, more=more)) == {}


@given(given_case=ASKING, sooner=factors)
@quick
def test_repaying_sooner_never_moves_a_feature_against_its_direction(
    given_case: Case, sooner: float
) -> None:
    known = given_case.known()
    assert _against(compute(known), _asking(known, sooner=sooner)) == {}


@given(given_case=ASKING, shorter=st.integers(1, 60), larger=st.integers(0, 500_000_000))
@quick
def test_whole_months_less_and_whole_rupiah_more_never_move_a_feature_against_its_direction(
    given_case: Case, shorter: int, larger: int
) -> None:
    harder = given_case.asked(
        *(
            ask(a["amount"] + larger, min(a["tenor_months"], shorter), a["business_id"], a["as_of"])
            for a in given_case.applications
        )
    )
    assert _against(compute(given_case.known()), compute(harder.known())) == {}


@pytest.mark.parametrize("name", HAND_MADE)
def test_ever_larger_loans_never_move_a_feature_against_its_direction(name: str) -> None:
    amounts = [1, 2, 3, 10, 999, 1_000, 1_001, 50_000, 10**6, 10**7, 10**8, 10**12]
    values = [compute(HAND_MADE[name].asked(ask(a)).known()) for a in amounts]
    for smaller, larger in itertools.pairwise(values):
        assert _against(smaller, larger) == {}


@given(given_case=ASKING, more=factors, sooner=factors)
@quick
def test_what_is_asked_changes_only_the_features_of_what_is_asked(
    given_case: Case, more: float, sooner: float
) -> None:
    known = given_case.known()
    others = [place for place, name in enumerate(NAMES) if name not in ASKED]
    asked = _asking(known, more=more, sooner=sooner)
    assert bits(asked[:, others]) == bits(compute(known)[:, others])


def test_each_feature_of_what_is_asked_has_a_direction_and_moves_in_it() -> None:
    known = FULL.asked(ask(600_000)).known()
    before, after = compute(known)[0], _asking(known, more=3.0)[0]
    moves = dict(zip(NAMES, np.sign(after - before).tolist(), strict=True))
    assert {name: moves[name] for name in ASKED} == {
        feature.name: feature.direction for feature in FEATURES if feature.name in ASKED
    }
    assert 0 not in {moves[name] for name in ASKED}


def test_the_contract_would_notice_a_feature_that_moves_the_other_way() -> None:
    known = FULL.asked(ask(600_000)).known()
    assert set(_against(compute(known), _asking(known, more=0.3))) == ASKED

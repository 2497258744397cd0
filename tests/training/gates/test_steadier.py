"""Records changed for the better: what moves, what stays, and that no feature minds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.cashflow import all_income, all_spending
from features.catalogue import FEATURES, NAMES, compute
from features.known import Known
from features.rows import Floats
from tests.features.cases import Case, case, pay
from tests.features.generated import cases
from tests.features.hand_made.everything import HAND_MADE
from training.gates.plausibility import nothing_below_zero
from training.gates.steadier import evened_out, twice_as_large

DIRECTIONS = np.array([feature.direction for feature in FEATURES])
quick = settings(max_examples=40, deadline=None)
PAYMENTS = cases(("payments", "credit", "books"))


def against(before: Floats, after: Floats) -> set[str]:
    """Return the features that move against their direction, or at all if they have none."""
    appeared = np.isnan(before) != np.isnan(after)
    moved = np.nan_to_num(after) - np.nan_to_num(before)
    # What is the same but for the rounding of a sum is the same.
    moved[np.abs(moved) <= 1e-12 * np.abs(np.nan_to_num(before))] = 0
    wrong = appeared | np.where(DIRECTIONS == 0, moved != 0, moved * DIRECTIONS > 0)
    return {NAMES[place] for place in np.flatnonzero(wrong.any(axis=0))}


def months_of(known: Known) -> Floats:
    return all_income(known).months("amount", 12)


def a_year(incomes: Mapping[int, int], *spent: int) -> Case:
    """Return a business with an income in the middle of each month back, and spending to match."""
    sold = [pay(30 * month + 15, amount) for month, amount in incomes.items()]
    bought = [
        pay(30 * month + 10, amount, "supplier")
        for month, amount in zip(incomes, spent, strict=False)
    ]
    return case(*sold, *bought, pay(360, 1))


def test_half_the_gap_moves_from_the_best_of_the_earlier_months_to_the_weakest() -> None:
    known = a_year({0: 10, 6: 500, 7: 900, 8: 100, 9: 500, 11: 9999}).known()
    after, moved = evened_out(known, 1.0)
    assert moved.tolist() == [True]
    expected = months_of(known).copy()
    expected[0, 7] = expected[0, 8] = 500
    assert months_of(after) == pytest.approx(expected)
    quarter = months_of(evened_out(known, 0.25)[0])[0]
    assert quarter[7:9] == pytest.approx([800, 200])


def test_no_more_moves_than_brings_the_surplus_nearer() -> None:
    """The best month spends 600 more than the weakest: 800 - 600 leaves a gap of 200."""
    known = a_year({6: 900, 7: 100}, 600, 0).known()
    after, moved = evened_out(known, 1.0)
    assert moved.tolist() == [True]
    assert months_of(after)[0, 6:8] == pytest.approx([800, 200])


@pytest.mark.parametrize(
    "incomes", [{0: 900, 5: 100}, {6: 500, 7: 500}, {6: 500}, {11: 900, 6: 100}, {}]
)
def test_nothing_moves_where_the_earlier_months_are_even(incomes: dict[int, int]) -> None:
    known = a_year(incomes).known()
    after, moved = evened_out(known, 1.0)
    assert moved.tolist() == [False]
    assert compute(after).tobytes() == compute(known).tobytes()


def test_nothing_moves_where_the_best_month_spends_what_it_earns() -> None:
    assert evened_out(a_year({6: 900, 7: 100}, 900, 0).known(), 1.0)[1].tolist() == [False]


def test_evening_out_swings_less_and_changes_nothing_else() -> None:
    known = a_year({0: 300, 6: 500, 7: 900, 8: 100, 9: 500}).known()
    before, after = compute(known)[0], compute(evened_out(known, 1.0)[0])[0]
    same = np.isclose(before, after, rtol=1e-12, atol=0, equal_nan=True)
    changed = {NAMES[place] for place in np.flatnonzero(~same)}
    assert changed == {"income_variation", "surplus_variation"}
    assert against(compute(known), compute(evened_out(known, 1.0)[0])) == set()


@given(given_case=PAYMENTS, share=st.sampled_from([0.01, 0.5, 1.0]))
@quick
def test_evening_out_never_moves_a_feature_against_its_direction(
    given_case: Case, share: float
) -> None:
    known = given_case.known()
    assert against(compute(known), compute(evened_out(known, share)[0])) == set()


@given(given_case=PAYMENTS)
@quick
def test_evening_out_moves_money_and_makes_none(given_case: Case) -> None:
    known = given_case.known()
    after, moved = evened_out(known, 1.0)
    assert months_of(after).sum(axis=1) == pytest.approx(months_of(known).sum(axis=1))
    spent = all_spending(known).months("amount", 12)
    assert (all_spending(after).months("amount", 12) == spent).all()
    changed = (after.payments["amount"] != known.payments["amount"]).any()
    assert changed == moved.any()


@given(given_case=cases(("payments", "orders", "books", "bills", "invoices", "credit")))
@quick
def test_twice_the_size_never_moves_a_feature_against_its_direction(given_case: Case) -> None:
    known = given_case.known()
    those = nothing_below_zero(known)
    before, after = compute(known)[those], compute(twice_as_large(known))[those]
    assert against(before, after) == set()


@pytest.mark.parametrize("name", HAND_MADE)
def test_twice_the_size_leaves_debts_and_what_is_asked(name: str) -> None:
    known = HAND_MADE[name].known()
    after = twice_as_large(known)
    assert after.amount.tolist() == known.amount.tolist()
    assert after.sources["credit"] is known.sources["credit"]
    assert after.payments["amount"].tolist() == (2 * known.payments["amount"]).tolist()
    assert after.payments["age"].tolist() == known.payments["age"].tolist()


def test_a_loss_twice_as_large_is_not_better() -> None:
    known = a_year({0: 100, 1: 100, 2: 100}, 900, 900, 900).known()
    assert nothing_below_zero(known).tolist() == [False]
    assert "monthly_net_cash_flow" in against(compute(known), compute(twice_as_large(known)))

"""Shifts of lenders: found where they are, near 0 where little is known, and better later."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from features.rows import Floats, Ints
from models.calibration import Platt
from models.risk import RiskModel
from tests.conftest import made_up_vectors, table_of
from training.fitting.priors import FEWEST_LOANS, Shift, probabilities, shifts
from training.table import TrainingTable

TRUE = {"barn": -0.8, "granary": 0.6, "silo": 0.0, "stack": 0.3}


def drawn(loans: dict[str, int], seed: int = 0) -> tuple[TrainingTable, Floats]:
    """Return loans whose outcomes follow their log-odds and their lender's true shift."""
    random = np.random.default_rng(seed)
    partners = random.permutation(np.repeat(list(loans), list(loans.values())))
    log_odds = random.normal(-2, 1, partners.size)
    true = np.array([TRUE.get(partner, 0.0) for partner in partners.tolist()])
    bad = (random.random(partners.size) < chance(log_odds + true)).astype(int)
    return table_of(np.zeros((partners.size, 1)), bad, partners=partners), log_odds


def chance(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def by_partner(found: tuple[Shift, ...]) -> dict[str, float]:
    return {shift.partner: shift.shift for shift in found}


def test_shifts_are_found_within_three_standard_errors() -> None:
    found = shifts(*drawn(dict.fromkeys(TRUE, 3000)))
    assert [shift.partner for shift in found] == sorted(TRUE)
    for shift in found:
        assert shift.loans == 3000
        assert abs(shift.shift - TRUE[shift.partner]) < 3 * shift.error
        assert shift.error < 0.12


def test_the_stated_errors_are_as_large_as_the_errors_made() -> None:
    off = [
        (shift.shift - TRUE[shift.partner]) / shift.error
        for seed in range(60)
        for shift in shifts(*drawn(dict.fromkeys(TRUE, 800), seed))
    ]
    assert len(off) == 60 * len(TRUE)
    assert 0.8 < float(np.std(off)) < 1.2


def test_a_lender_with_few_loans_stays_nearer_to_nought_than_its_own_loans_say() -> None:
    """None of its loans is bad: alone, they would say a shift without bounds."""
    table, log_odds = drawn({**dict.fromkeys(TRUE, 2000), "tiny": FEWEST_LOANS})
    mine = table.partners == "tiny"
    lucky = replace(table, bad=np.where(mine, 0, table.bad))
    assert -2 < by_partner(shifts(lucky, log_odds))["tiny"] < 0
    usual = {shift.partner: shift for shift in shifts(table, log_odds)}
    alone = maximum(log_odds[mine], table.bad[mine])
    assert abs(usual["tiny"].shift) < abs(alone)
    assert usual["tiny"].error > 2 * usual["silo"].error


def maximum(log_odds: Floats, bad: Ints) -> float:
    """Return the shift of the greatest likelihood by halving an interval, in plain Python."""
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        expected = sum(1 / (1 + math.exp(-z - middle)) for z in log_odds.tolist())
        low, high = (middle, high) if expected < bad.sum() else (low, middle)
    return low


def test_the_shift_is_where_slope_of_likelihood_and_of_prior_cancel() -> None:
    """At the top, Σ(bad - p) = shift ÷ spread² for one and the same spread of every lender."""
    table, log_odds = drawn(dict.fromkeys(TRUE, 500), seed=4)
    found = shifts(table, log_odds)
    precisions = []
    for shift in found:
        mine = table.partners == shift.partner
        p = [1 / (1 + math.exp(-z - shift.shift)) for z in log_odds[mine].tolist()]
        precisions.append((table.bad[mine].sum() - sum(p)) / shift.shift)
        information = sum(q * (1 - q) for q in p) + precisions[-1]
        assert shift.error == pytest.approx(information**-0.5, rel=1e-4)
    assert precisions == pytest.approx([precisions[0]] * len(found), rel=1e-3)
    true_spread = math.sqrt(np.mean(np.square(list(TRUE.values()))))
    assert true_spread / 2.5 < precisions[0] ** -0.5 < true_spread * 2.5


def test_lenders_that_do_not_differ_have_no_shift_nearly_always() -> None:
    alike = {"a": 600, "b": 600, "c": 300, "d": 100}
    assert sum(bool(shifts(*drawn(alike, seed))) for seed in range(60)) <= 6


@pytest.mark.parametrize(
    "loans",
    [
        {"granary": 2000},
        {"": 2000},
        {"granary": 2000, "": 2000},
        {"granary": 2000, "barn": FEWEST_LOANS - 1},
    ],
)
def test_a_difference_needs_two_lenders_with_enough_loans(loans: dict[str, int]) -> None:
    assert shifts(*drawn(loans)) == ()


def test_loans_without_a_lender_and_of_too_small_ones_count_for_none() -> None:
    large = dict.fromkeys(TRUE, 2000)
    table, log_odds = drawn({**large, "": 500, "tiny": FEWEST_LOANS - 1})
    kept = np.isin(table.partners, list(TRUE))
    found = shifts(table, log_odds)
    assert set(by_partner(found)) == set(TRUE)
    assert found == shifts(table.part(kept), log_odds[kept])


def test_a_loan_of_weight_two_counts_as_two_loans_where_the_mean_stays_one() -> None:
    """Half of the loans count nothing, nearly; the other half twice."""
    table, log_odds = drawn(dict.fromkeys(TRUE, 1000))
    weights = np.where(np.arange(4000) % 2 == 0, 2 - 1e-12, 1e-12)
    even = np.repeat(np.arange(0, 4000, 2), 2)
    weighed = by_partner(shifts(replace(table, weights=weights), log_odds))
    counted = by_partner(shifts(table.part(even), log_odds[even]))
    assert weighed == pytest.approx(counted, abs=1e-6)


def test_observed_to_expected_of_each_lender_is_nearer_to_one_on_later_loans(
    model: RiskModel,
) -> None:
    """Shifts are estimated on some loans and held against others, by the model they end in."""
    vectors = made_up_vectors(6000, seed=21)
    plain = replace(model, calibration=Platt(-1.5, 0.5), priors={})
    log_odds = plain.log_odds(vectors)
    partners = np.array(list(TRUE))[np.random.default_rng(1).integers(0, 4, 6000)]
    true = np.array([TRUE[partner] for partner in partners.tolist()])
    bad = (np.random.default_rng(2).random(6000) < chance(log_odds + true)).astype(int)
    table = table_of(vectors, bad, partners=partners)
    earlier, later = table.part(np.arange(6000) < 3000), table.part(np.arange(6000) >= 3000)
    knows = replace(plain, priors=by_partner(shifts(earlier, log_odds[:3000])))
    for partner in ("barn", "granary"):
        mine = later.partners == partner
        off = [
            abs(math.log(later.bad[mine].sum() / probabilities(m, later)[mine].sum()))
            for m in (plain, knows)
        ]
        assert off[1] < off[0] / 2
    both = [probabilities(knows, later), knows.probability(later.vectors, "granary")]
    mine = later.partners == "granary"
    np.testing.assert_array_equal(both[0][mine], both[1][mine])

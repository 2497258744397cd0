"""The lines of the policy, at their edges."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.result import Policy, Result, result_of
from matching.offer import Matches, match
from tests.matching.cases import APPLICANT, TODAY, product, rule, untimed

POLICY = Policy("edges", most_probability=0.125, near=0.0625, fewest_months=3.0)
"""Numbers that binary holds exactly: a person looks from 0.0625 to 0.1875."""

LOW, LINE, HIGH = 0.0625, 0.125, 0.1875
HAIR = 2.0**-50
"""A little more than the rounding of one subtraction."""
SAFE, RISKY = 0.03125, 0.5
LONG, SHORT = 3.0, math.nextafter(3.0, 0.0)
NONE = math.nan


def matches(*products: dict[str, object]) -> Matches:
    """Hold the applicant against products, each given by what is changed in it."""
    named = [product(product_id=f"p{i}", **terms) for i, terms in enumerate(products)]
    return match(APPLICANT, named, on=TODAY, examples=False)


FIT: dict[str, object] = {}
SHUT: dict[str, object] = {"amount_max": 2_000_000}
ASKS: dict[str, object] = {"eligibility": [rule(field="documents", op="has_all", value=["npwp"])]}
"""The applicant has told its documents, and the tax number is not among them."""

FITS, NOTHING, NO_FIT = matches(FIT), matches(), matches(SHUT, ASKS)


def unknown(*products: dict[str, object]) -> Matches:
    """Hold an applicant whose income nobody knows against products."""
    quiet = {**vars(APPLICANT), "monthly_income": None, "monthly_spending": None}
    named = [product(product_id=f"p{i}", **terms) for i, terms in enumerate(products)]
    return match(type(APPLICANT)(**quiet), named, on=TODAY, examples=False)


OPEN, PART_OPEN = unknown(FIT), unknown(SHUT, FIT)
KNOWN_BAD = unknown(SHUT)


def test_the_matches_tried_are_what_their_names_say() -> None:
    assert (len(FITS.offers), len(FITS.unfit)) == (1, 0)
    assert [u.open for u in NO_FIT.unfit] == [False, False]
    assert [u.open for u in OPEN.unfit] == [True]
    assert [u.open for u in PART_OPEN.unfit] == [False, True]
    assert [u.open for u in KNOWN_BAD.unfit] == [False]


@pytest.mark.parametrize(
    ("probability", "months", "found", "kind", "causes"),
    [
        (0.0, LONG, FITS, "eligible", ()),
        (LOW - HAIR, LONG, FITS, "eligible", ()),
        (LOW, LONG, FITS, "human_review", ("near_the_line",)),
        (LINE, LONG, FITS, "human_review", ("near_the_line",)),
        (HIGH, LONG, FITS, "human_review", ("near_the_line",)),
        (HIGH + HAIR, LONG, FITS, "not_yet", ("risk_above_the_line",)),
        (1.0, LONG, FITS, "not_yet", ("risk_above_the_line",)),
        (SAFE, SHORT, FITS, "human_review", ("thin_file",)),
        (SAFE, 0.0, FITS, "human_review", ("thin_file",)),
        (SAFE, NONE, FITS, "human_review", ("thin_file",)),
        (RISKY, SHORT, FITS, "human_review", ("thin_file",)),
        (RISKY, NONE, NO_FIT, "human_review", ("thin_file",)),
        (LINE, SHORT, FITS, "human_review", ("thin_file", "near_the_line")),
        (LINE, NONE, OPEN, "human_review", ("thin_file", "near_the_line", "unknown_facts")),
        (SAFE, LONG, OPEN, "human_review", ("unknown_facts",)),
        (SAFE, LONG, PART_OPEN, "human_review", ("unknown_facts",)),
        (RISKY, LONG, OPEN, "not_yet", ("risk_above_the_line",)),
        (SAFE, LONG, KNOWN_BAD, "not_yet", ("no_product_fits",)),
        (SAFE, LONG, NO_FIT, "not_yet", ("no_product_fits",)),
        (SAFE, LONG, NOTHING, "not_yet", ("no_product_fits",)),
        (LINE, LONG, NOTHING, "human_review", ("near_the_line",)),
        (SAFE, LONG, Matches(FITS.offers, OPEN.unfit), "eligible", ()),
    ],
)
def test_the_result_at_each_edge(
    probability: float, months: float, found: Matches, kind: str, causes: tuple[str, ...]
) -> None:
    result = result_of(probability, months, found, POLICY)
    assert (result.kind, result.causes) == (kind, causes)


@untimed
@given(st.floats(0, 1), st.floats(0, 1))
def test_more_risk_never_makes_a_better_result(one: float, other: float) -> None:
    order = ["eligible", "human_review", "not_yet"]
    low, high = (result_of(p, LONG, FITS, POLICY).kind for p in sorted((one, other)))
    assert order.index(low) <= order.index(high)


@untimed
@given(
    st.floats(0, 1),
    st.floats(0, 30) | st.just(NONE),
    st.sampled_from([FITS, NOTHING, NO_FIT, OPEN, PART_OPEN]),
)
def test_whatever_is_not_eligible_says_why(
    probability: float, months: float, found: Matches
) -> None:
    result = result_of(probability, months, found, Policy())
    assert (result == Result("eligible", ())) == (not result.causes)
    assert result.kind != "eligible" or found.offers


def test_the_policy_in_force_looks_at_what_lies_between_ten_and_fourteen_percent() -> None:
    kinds = [result_of(p, LONG, FITS, Policy()).kind for p in (0.099, 0.101, 0.139, 0.141)]
    assert kinds == ["eligible", "human_review", "human_review", "not_yet"]

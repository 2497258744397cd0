"""The lines of the policy, at their edges."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.result import Judged, Policy, Result, raised, result_of
from features.signals import SIGNALS
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
HAND = ("circled_share",)


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
    result = result_of(Judged(probability, months), found.reach, POLICY)
    assert (result.kind, result.causes) == (kind, causes)


@untimed
@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from([(), HAND]))
def test_more_risk_never_makes_a_better_result(
    one: float, other: float, hands: tuple[str, ...]
) -> None:
    order = ["eligible", "human_review", "not_yet"]
    judged = (Judged(p, LONG, hands=hands) for p in sorted((one, other)))
    low, high = (result_of(j, FITS.reach, POLICY).kind for j in judged)
    assert order.index(low) <= order.index(high)


@untimed
@given(
    st.floats(0, 1),
    st.floats(0, 30) | st.just(NONE),
    st.sampled_from([(), HAND]),
    st.sampled_from([FITS, NOTHING, NO_FIT, OPEN, PART_OPEN]),
)
def test_whatever_is_not_eligible_says_why(
    probability: float, months: float, hands: tuple[str, ...], found: Matches
) -> None:
    result = result_of(Judged(probability, months, hands=hands), found.reach, Policy())
    assert (result == Result("eligible", ())) == (not result.causes)
    assert result.kind != "eligible" or found.offers


def test_the_policy_in_force_looks_at_what_lies_between_ten_and_fourteen_percent() -> None:
    kinds = [
        result_of(Judged(p, LONG), FITS.reach, Policy()).kind for p in (0.099, 0.101, 0.139, 0.141)
    ]
    assert kinds == ["eligible", "human_review", "human_review", "not_yet"]


@pytest.mark.parametrize(
    ("probability", "months", "found", "kind", "causes"),
    [
        (SAFE, LONG, FITS, "human_review", ("transactions_to_check",)),
        (SAFE, LONG, NOTHING, "human_review", ("transactions_to_check",)),
        (LINE, LONG, FITS, "human_review", ("near_the_line", "transactions_to_check")),
        (RISKY, LONG, FITS, "not_yet", ("risk_above_the_line",)),
        (RISKY, SHORT, FITS, "human_review", ("thin_file", "transactions_to_check")),
        (SAFE, LONG, OPEN, "human_review", ("transactions_to_check", "unknown_facts")),
    ],
)
def test_a_raised_hand_asks_for_a_person_unless_the_risk_is_above_the_line(
    probability: float, months: float, found: Matches, kind: str, causes: tuple[str, ...]
) -> None:
    result = result_of(Judged(probability, months, hands=HAND), found.reach, POLICY)
    assert (result.kind, result.causes) == (kind, causes)


@untimed
@given(
    st.floats(0, 1),
    st.floats(0, 30) | st.just(NONE),
    st.sampled_from([FITS, NOTHING, NO_FIT, OPEN, PART_OPEN]),
    st.permutations(list(POLICY.lines)),
    st.integers(1, len(SIGNALS)),
)
def test_hands_never_make_a_not_yet_nor_an_eligible_however_many_and_whichever(
    probability: float, months: float, found: Matches, names: list[str], many: int
) -> None:
    without = result_of(Judged(probability, months), found.reach, POLICY)
    result = result_of(Judged(probability, months, hands=tuple(names[:many])), found.reach, POLICY)
    assert result == result_of(Judged(probability, months, hands=HAND), found.reach, POLICY)
    assert result.kind == "human_review" or result == without == Result(
        "not_yet", ("risk_above_the_line",)
    )


NOTHING_SEEN: dict[str, float | None] = {signal.name: None for signal in SIGNALS}


def test_every_signal_has_its_own_line_in_the_policy_in_force() -> None:
    assert dict(Policy().lines) == {signal.name: signal.line for signal in SIGNALS}


@pytest.mark.parametrize("name", POLICY.lines)
def test_a_hand_is_raised_from_the_line_on(name: str) -> None:
    line = POLICY.lines[name]
    for value, hands in [
        (line, (name,)),
        (math.nextafter(line, math.inf), (name,)),
        (math.nextafter(line, -math.inf), ()),
        (None, ()),
    ]:
        assert raised({**NOTHING_SEEN, name: value}, POLICY) == hands


def test_a_signal_without_a_line_raises_no_hand_and_a_line_needs_its_signal() -> None:
    most: dict[str, float | None] = {signal.name: signal.high for signal in SIGNALS}
    assert raised(most, POLICY) == tuple(signal.name for signal in SIGNALS)
    assert raised(most, Policy(lines={"circled_share": 0.5})) == HAND
    assert raised(most, Policy(lines={})) == ()
    with pytest.raises(KeyError, match="circle_share"):
        raised(most, Policy(lines={"circle_share": 0.5}))


@pytest.mark.parametrize(
    ("probability", "months", "found", "kind", "causes"),
    [
        (SAFE, LONG, FITS, "human_review", ("unlike_those_known",)),
        (RISKY, LONG, FITS, "human_review", ("unlike_those_known",)),
        (RISKY, LONG, NO_FIT, "human_review", ("unlike_those_known",)),
        (LINE, SHORT, FITS, "human_review", ("thin_file", "near_the_line", "unlike_those_known")),
    ],
)
def test_whoever_is_unlike_those_known_goes_to_a_person_whatever_the_model_says(
    probability: float, months: float, found: Matches, kind: str, causes: tuple[str, ...]
) -> None:
    result = result_of(Judged(probability, months, unlike=("employees",)), found.reach, POLICY)
    assert (result.kind, result.causes) == (kind, causes)


@pytest.mark.parametrize(
    ("months", "hands", "found", "kind", "causes"),
    [
        (LONG, (), FITS, "human_review", ("rules_only",)),
        (LONG, (), NO_FIT, "not_yet", ("no_product_fits",)),
        (LONG, (), NOTHING, "not_yet", ("no_product_fits",)),
        (LONG, (), OPEN, "human_review", ("unknown_facts", "rules_only")),
        (LONG, HAND, FITS, "human_review", ("transactions_to_check", "rules_only")),
        (SHORT, (), FITS, "human_review", ("thin_file", "rules_only")),
        (NONE, (), NO_FIT, "human_review", ("thin_file", "rules_only")),
    ],
)
def test_by_the_rules_nobody_is_eligible_and_only_hard_facts_say_not_yet(
    months: float, hands: tuple[str, ...], found: Matches, kind: str, causes: tuple[str, ...]
) -> None:
    result = result_of(Judged(None, months, hands=hands), found.reach, POLICY)
    assert (result.kind, result.causes) == (kind, causes)

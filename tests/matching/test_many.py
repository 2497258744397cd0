"""What is computed for many at a time is, to the rupiah, what each would be told alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import many
from matching.applicant import DOCUMENTS, Applicant
from matching.many import Held, held
from matching.offer import match
from matching.offering import Offering
from matching.product import Product
from matching.shelf import load_products
from tests.matching.cases import APPLICANT, TODAY, every_terms, product, rule, untimed
from tests.matching.schedule import schedule_of

# Thousands of calls of few lines, which other tests cover too: counting them takes as long again.
pytestmark = pytest.mark.no_cover

EXAMPLES = load_products()

RULES = [
    rule(),
    rule(relaxed={"document": "training", "value": 3}),
    rule(field="documents", op="has_all", value=["npwp"], above_amount=50_000_000),
    rule(field="documents", op="has_any", value=["nib", "sku"]),
    rule(field="kbli", op="starts_with", value=["47", "10"]),
    rule(field="programme_loan", op="is", value=False),
    rule(field="purpose", op="none_of", value=["other"]),
    rule(field="kecamatan", op="one_of", value=["33.25.08"]),
    rule(field="active_bank_loans", op="at_most", value=0),
]

applicants = st.builds(
    replace,
    st.just(APPLICANT),
    amount=st.integers(1, 2_000_000) | st.integers(1, 600).map(lambda n: n * 1_000_000),
    tenor_months=st.integers(1, 60),
    probability_of_default=st.none() | st.floats(0, 1),
    purpose=st.sampled_from([None, "working_capital", "other"]),
    months_running=st.none() | st.integers(0, 30),
    documents=st.none() | st.frozensets(st.sampled_from(sorted(DOCUMENTS))),
    kbli=st.sampled_from([None, "47112", "10794", "56101"]),
    kecamatan=st.sampled_from([None, "33.25.08", "33.25.01"]),
    active_bank_loans=st.none() | st.integers(0, 2),
    programme_loan=st.sampled_from([None, True, False]),
    held_products=st.none() | st.frozensets(st.sampled_from(["p8", "p9"])),
    monthly_income=st.none() | st.floats(0, 1e9),
    monthly_spending=st.none() | st.floats(0, 1e7),
    monthly_purchases=st.floats(0, 1e7),
    existing_instalments=st.integers(0, 1_000_000),
).map(
    # What buys stock is a part of what is spent.
    lambda one: replace(
        one, monthly_purchases=min(one.monthly_purchases, one.monthly_spending or 0.0)
    )
)

shelves = st.lists(
    st.builds(
        lambda terms, **changes: product(
            **terms, amount_max=600_000_000, tenor_max=60, deposit="0.05", **changes
        ),
        every_terms,
        amount_min=st.sampled_from([1_000, 1_000_000]),
        rate=st.integers(0, 1000).map(lambda share: Decimal(share) / 1000),
        fees=st.sampled_from([[], [{"name": "provisi", "kind": "percent", "value": "0.0125"}]]),
        eligibility=st.lists(st.sampled_from(RULES), max_size=3),
        max_pd=st.none() | st.floats(0, 1),
        exclusive_with=st.sampled_from([(), ("p8",), ("p8", "p9")]),
        example=st.booleans(),
    ),
    max_size=4,
)


Loan = tuple[int, int] | None
"""Total cost and monthly burden; None where it is not offered."""


def _one_by_one(asking: Sequence[Applicant], products: Sequence[Product]) -> list[list[Loan]]:
    """Return what `match` tells each alone of each product."""
    told = []
    for applicant in asking:
        offers = match(applicant, products, on=TODAY, examples=True).offers
        loans = {offer.product_id: (offer.total_cost, offer.monthly_burden) for offer in offers}
        told.append([loans.get(one.product_id) for one in products])
    return told


def _told(found: Held) -> list[list[Loan]]:
    assert not found.cost[~found.fits].any()
    assert not found.burden[~found.fits].any()
    return [
        [
            (int(found.cost[i, j]), int(found.burden[i, j])) if found.fits[i, j] else None
            for j in range(found.fits.shape[1])
        ]
        for i in range(found.fits.shape[0])
    ]


@untimed
@given(asking=st.lists(applicants, max_size=8), shelf=shelves)
def test_many_are_told_what_each_would_be_told_alone(
    asking: list[Applicant], shelf: list[Product]
) -> None:
    products = [
        one.model_copy(update={"product_id": f"p{place}"}) for place, one in enumerate(shelf)
    ]
    found = held(asking, Offering(products, on=TODAY, examples=True))
    assert found.fits.shape == (len(asking), len(products))
    assert _told(found) == _one_by_one(asking, products)


@untimed
@given(asking=st.lists(applicants, min_size=1, max_size=8))
def test_the_examples_cost_many_what_they_cost_each_alone(asking: list[Applicant]) -> None:
    assert _told(held(asking, Offering(EXAMPLES, on=TODAY, examples=True))) == _one_by_one(
        asking, EXAMPLES
    )


@untimed
@given(asking=st.lists(applicants, min_size=1, max_size=3), terms=every_terms, data=st.data())
def test_whoever_can_carry_anything_pays_the_exact_price(
    asking: list[Applicant], terms: dict[str, object], data: st.DataObject
) -> None:
    # Rates of many digits leave double precision in doubt more often than printed ones.
    digits = data.draw(st.integers(1, 9))
    rate = Decimal(data.draw(st.integers(0, 10**digits))).scaleb(-digits)
    loan = product(**terms, rate=rate, amount_min=1, amount_max=10**12, tenor_min=3, tenor_max=120)
    able = [
        replace(one, tenor_months=data.draw(st.integers(3, 120)), monthly_income=1e15)
        for one in asking
    ]
    found = held(able, Offering([loan], on=TODAY, examples=False))
    for row, one in enumerate(able):
        whole = schedule_of(loan, one.amount, one.tenor_months)
        carried = one.monthly_spending is not None
        assert found.fits[row, 0] == carried
        assert found.cost[row, 0] == (whole.total_interest if carried else 0)


def test_examples_fit_nobody_in_earnest_and_nobody_asks_for_nothing() -> None:
    earnest = Offering(EXAMPLES, on=TODAY, examples=False)
    assert not held([APPLICANT], earnest).fits.any()
    assert not held([APPLICANT], earnest).open.any()
    assert held([], Offering(EXAMPLES, on=TODAY, examples=True)).fits.shape == (0, len(EXAMPLES))
    assert held([APPLICANT], Offering([], on=TODAY, examples=True)).cost.shape == (1, 0)


@untimed
@given(asking=st.lists(applicants, max_size=8), shelf=shelves)
def test_many_are_ranked_and_reach_as_far_as_each_would_alone(
    asking: list[Applicant], shelf: list[Product]
) -> None:
    products = [
        one.model_copy(update={"product_id": f"p{place}"}) for place, one in enumerate(shelf)
    ]
    found = held(asking, Offering(products, on=TODAY, examples=True))
    for row, (applicant, places) in enumerate(zip(asking, found.ranked(), strict=True)):
        alone = match(applicant, products, on=TODAY, examples=True)
        ids = [products[place].product_id for place in places]
        assert ids == [offer.product_id for offer in alone.offers]
        may_open = {products[place].product_id for place in np.flatnonzero(found.open[row])}
        assert may_open == {unfit.product_id for unfit in alone.unfit if unfit.open}


@untimed
@given(asking=st.lists(applicants, min_size=1, max_size=8), shelf=shelves, data=st.data())
def test_a_risk_given_beside_counts_in_the_place_of_the_applicants_own(
    asking: list[Applicant], shelf: list[Product], data: st.DataObject
) -> None:
    risks = np.array([data.draw(st.just(np.nan) | st.floats(0, 1)) for _ in asking])
    own = [
        replace(one, probability_of_default=None if np.isnan(risk) else float(risk))
        for one, risk in zip(asking, risks, strict=True)
    ]
    offering = Offering(shelf, on=TODAY, examples=True)
    assert np.array_equal(held(asking, offering, risks=risks).bars, held(own, offering).bars)


def test_the_longest_tenor_is_that_of_a_product_open_to_a_business_on_the_day() -> None:
    short, long = product(tenor_max=12), product(tenor_max=24)
    shut = long.model_copy(update={"applicant_kind": "cooperative"})
    shown = long.model_copy(update={"example": True})
    assert Offering([short, long], on=TODAY, examples=False).longest_tenor == 24
    assert Offering([short, shut, shown], on=TODAY, examples=False).longest_tenor == 12
    assert Offering([short, shut, shown], on=TODAY, examples=True).longest_tenor == 24
    assert Offering([shut], on=TODAY, examples=True).longest_tenor == 0


def test_the_largest_shares_of_the_largest_loans_are_exact() -> None:
    """Twice their product is beyond 64 bits."""
    share = {"name": "provisi", "kind": "percent", "value": "0.0123456789"}
    amount = 10**14 + 1
    loan = product(amount_max=10**15, fees=[share, share])
    able = replace(APPLICANT, amount=amount, monthly_income=1e15)
    (offer,) = match(able, [loan], on=TODAY, examples=False).offers
    assert offer.fees == 2 * ((2 * amount * 123456789 + 10**10) // (2 * 10**10))
    assert held([able], Offering([loan], on=TODAY, examples=False)).cost[0, 0] == offer.total_cost


def test_more_pairs_than_are_held_at_a_time_are_held_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offering = Offering(EXAMPLES, on=TODAY, examples=True)
    some = [replace(APPLICANT, amount=amount * 1_000_000) for amount in range(1, 40)]
    whole = held(some, offering)
    monkeypatch.setattr(many, "AT_A_TIME", 3 * len(EXAMPLES))
    parts = held(some, offering)
    assert np.array_equal(parts.bars, whole.bars)
    assert np.array_equal(parts.cost, whole.cost)

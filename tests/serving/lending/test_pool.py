"""The pool holds everyone who takes part against the products as they are on the day."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from audit.days import wib
from audit.decision import Decision
from matching.allocation.pool import Pool
from matching.offer import match
from serving.lending.entries import Entry
from serving.lending.pool import pool_of
from tests.audit.cases import AS_OF, NOW, PRODUCTS
from tests.matching.cases import product
from tests.serving.programme_cases import favoured

TODAY = wib(NOW)


def asking(
    made: Decision, name: str, *groups: str, partner_id: str = "granary"
) -> tuple[Entry, Decision]:
    """Return an entry with its decision."""
    return Entry(f"e-{name}", "batang", name, NOW, groups), favoured(made, name, partner_id)


def pool(*asked: tuple[Entry, Decision]) -> Pool:
    """Return the pool of those who ask, with the products of the audit's cases."""
    return pool_of(asked, frozenset({"women", "youth"}), PRODUCTS, TODAY, examples=False)


def test_a_pool_knows_of_each_what_its_decision_does(made: Decision) -> None:
    found = pool(asking(made, "a", "women"), asking(made, "b"))
    assert found.application_ids == ("a", "b")
    assert found.amount.tolist() == [made.applicant.amount] * 2
    assert found.probability.tolist() == [made.probability_of_default] * 2
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert found.asked_at.tolist() == [(AS_OF - epoch) // timedelta(microseconds=1)] * 2
    assert (found.kecamatan, found.kbli) == (("3325080",) * 2, ("10794",) * 2)
    assert found.groups["women"].tolist() == [True, False]
    assert found.groups["youth"].tolist() == [False, False]


def test_what_fits_and_costs_is_what_the_matcher_says_today(made: Decision) -> None:
    found = pool(asking(made, "a"))
    offers = {
        offer.product_id: offer.total_cost
        for offer in match(made.applicant, PRODUCTS, on=TODAY, examples=False).offers
    }
    fitting = [one.product_id in offers for one in PRODUCTS]
    assert found.fits.tolist() == [fitting]
    assert True in fitting
    assert found.fits[0] @ found.cost[0] == sum(offers.values())


def test_an_offer_made_then_may_not_stand_now(made: Decision) -> None:
    assert made.offers
    ended = product(effective_to=TODAY - timedelta(days=1))
    one = asking(made, "a")
    found = pool_of([one], frozenset(), (ended,), TODAY, examples=False)
    assert not found.fits.any()


def test_two_lenders_may_mean_two_businesses_by_one_name(made: Decision) -> None:
    one, other = asking(made, "a"), asking(made, "b", partner_id="mill")
    same = replace(one[1].application, business_id="same")
    pair = [(entry, replace(decision, application=same)) for entry, decision in (one, other)]
    assert len(set(pool(*pair).business_ids)) == 2


def test_who_works_beside_the_owner_is_counted_without_them(made: Decision) -> None:
    entry, decision = asking(made, "a")
    known = [(entry, replace(decision, features={"employees": n})) for n in (3.0, 0.0, None)]
    found = [float(pool(one).employees[0]) for one in known]
    assert found[:2] == [2.0, 0.0]
    assert math.isnan(found[2])

"""What is shown of a decision: every figure of an offer as it is, and each kind's own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.decision import DataUsed, Decision
from audit.result import Result
from matching.offer import PRICE_WORDS, Offer
from serving.pages.shown import Names, shown
from serving.telling.words import LANGUAGES
from tests.serving.pages.cases import ELIGIBLE, KINDS

NAMES = Names("Granary", {})


@pytest.fixture
def eligible(kinds: tuple[Decision, ...]) -> Decision:
    return kinds[KINDS.index(ELIGIBLE)]


def rupiah(amount: int) -> str:
    """Return an amount as people here write it."""
    return "Rp" + f"{amount:,}".replace(",", ".")


def offering(kept: Decision, **changed: object) -> Decision:
    """Return a decision with one offer, but for what is *changed* of it."""
    offer = replace(kept.offers[0], **changed)  # type: ignore[arg-type]
    return replace(kept, offers=(offer,))


def test_an_offer_of_another_period_says_how_often_and_what_comes_back(
    eligible: Decision,
) -> None:
    weekly = offering(
        eligible,
        period="weekly",
        instalments=50,
        instalment=50_000,
        last_instalment=50_000,
        deposit=100_000,
    )
    (offer,) = shown(weekly, NAMES, "en").offers
    assert (offer.instalment, offer.per, offer.number) == ("Rp50,000", "per week", "50")
    assert (offer.deposit, offer.at_end, offer.last_instalment) == ("Rp100,000", "", "")


def test_a_last_instalment_that_repays_the_loan_is_told_apart_from_rounding(
    eligible: Decision,
) -> None:
    harvest = offering(eligible, period="seasonal", instalment=40_000, last_instalment=1_040_000)
    (offer,) = shown(harvest, NAMES, "id").offers
    assert (offer.per, offer.at_end, offer.last_instalment) == ("per panen", "Rp1.040.000", "")
    rounded = offering(eligible, instalment=40_000, last_instalment=40_003)
    (offer,) = shown(rounded, NAMES, "id").offers
    assert (offer.at_end, offer.last_instalment) == ("", "Rp40.003")
    assert offer.deposit == ""


def test_an_offer_is_told_with_every_figure(eligible: Decision) -> None:
    for offer, told in zip(eligible.offers, shown(eligible, NAMES, "id").offers, strict=True):
        assert (told.instalment, told.amount) == (rupiah(offer.instalment), rupiah(offer.amount))
        assert (told.received, told.total_cost) == (
            rupiah(offer.received),
            rupiah(offer.total_cost),
        )
        assert told.total_repaid == rupiah(offer.total_repaid)
        assert told.apr == f"{round(100 * offer.apr, 1):g}%".replace(".", ",")


def test_a_fee_and_an_uneven_last_instalment_are_told_where_there_are_any(
    eligible: Decision,
) -> None:
    even: Offer = eligible.offers[0]
    plain = offering(eligible, fees=0, last_instalment=even.instalment)
    uneven = offering(eligible, fees=60_000, last_instalment=even.instalment + 7)
    (told,), (other,) = (shown(kept, NAMES, "id").offers for kept in (plain, uneven))
    assert (told.fees, told.last_instalment) == ("", "")
    assert (other.fees, other.last_instalment) == ("Rp60.000", rupiah(even.instalment + 7))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("contract", sorted(set(PRICE_WORDS) - {"conventional"}))
def test_a_sharia_contract_knows_no_interest(
    eligible: Decision, contract: str, language: str
) -> None:
    kept = offering(eligible, contract=contract, price_word=PRICE_WORDS[contract])
    (offer,) = shown(kept, NAMES, language).offers
    assert "bunga" not in offer.price
    assert "interest" not in offer.price


def test_where_no_product_fits_the_reasons_of_the_products_come_first(eligible: Decision) -> None:
    none = replace(eligible, result=Result("not_yet", ("no_product_fits",)))
    assert shown(none, NAMES, "id").unfit_first
    assert not shown(eligible, NAMES, "id").unfit_first
    assert shown(none, NAMES, "id").offers == ()


def test_a_product_is_named_as_people_know_it_or_by_its_id(eligible: Decision) -> None:
    name = eligible.unfit[0].product_id
    told = dict(shown(eligible, NAMES, "id").unfit)
    assert name in told
    assert "Padi" in dict(shown(eligible, Names("Granary", {name: "Padi"}), "id").unfit)


def test_records_of_one_day_name_it_once(eligible: Decision) -> None:
    first = eligible.data_used[0].first
    kept = replace(eligible, data_used=(DataUsed("payments", 1, first, first),))
    (used,) = shown(kept, NAMES, "id").data
    assert used.period == f"{first.day} Mei {first.year}"

"""What is offered fits and is ranked by its cost to the borrower; what is not says why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from features.errors import BadInput
from matching.affordability import Policy
from matching.applicant import Applicant
from matching.offer import PRICE_WORDS, Matches, Offer, Unfit, match
from matching.price import price_of
from matching.product import Lender, Product
from matching.shelf import load_products
from tests.matching.cases import (
    APPLICANT,
    FLAT,
    HUNDRED_THOUSAND,
    LENDER,
    ONE_PERCENT,
    TODAY,
    product,
    rule,
    untimed,
)
from tests.matching.test_price import MEKAAR

EXAMPLES = load_products()

applicants = st.builds(
    replace,
    st.just(APPLICANT),
    amount=st.integers(100_000, 600_000_000),
    tenor_months=st.integers(1, 60),
    months_running=st.none() | st.integers(0, 30),
    documents=st.none() | st.frozensets(st.sampled_from(["ktp", "kk", "nib", "npwp", "bpkb"])),
    monthly_income=st.none() | st.floats(0, 1e8),
    monthly_spending=st.none() | st.floats(0, 5e7),
    held_products=st.none() | st.frozensets(st.sampled_from(["chaff", "straw"])),
    probability_of_default=st.floats(0, 1),
)


@st.composite
def shelves(draw: st.DrawFn) -> list[Product]:
    """Draw up to six products that differ in price, fees, lender, days and cut-off."""
    products = []
    for number in range(draw(st.integers(0, 6))):
        verified = draw(st.none() | st.just(date(2026, 1, 5)) | st.just(date(2026, 12, 5)))
        changes: dict[str, object] = {
            **draw(st.sampled_from([{}, FLAT])),
            "product_id": f"p{number}",
            "lender": {**LENDER, "id": draw(st.sampled_from(["a", "b", "c"]))},
            "rate": Decimal(draw(st.integers(0, 40))) / 100,
            "fees": draw(st.sampled_from([[], [ONE_PERCENT], [ONE_PERCENT, HUNDRED_THOUSAND]])),
            "amount_max": draw(st.integers(1_000_000, 600_000_000)),
            "effective_to": draw(st.dates(date(2026, 6, 1), date(2027, 6, 1))),
            "verified_by": None if verified is None else "an officer",
            "verified_at": verified,
            "example": draw(st.booleans()),
            "max_pd": draw(st.none() | st.floats(0, 1)),
            "eligibility": draw(st.sampled_from([[], [rule()]])),
            "exclusive_with": draw(st.sampled_from([[], ["chaff"]])),
        }
        products.append(product(**changes))
    return products


def _match(*products: Product, applicant: Applicant = APPLICANT, examples: bool = False) -> Matches:
    return match(applicant, products, on=TODAY, examples=examples)


def _ids(answers: Iterable[Offer | Unfit]) -> list[str]:
    return [answer.product_id for answer in answers]


def test_an_offer_states_every_rupiah() -> None:
    (offer,) = _match(product(fees=[ONE_PERCENT, HUNDRED_THOUSAND])).offers
    repaid = price_of(product(), 24).repaid(10_000_000)
    assert (offer.product_id, offer.lender_id, offer.lender_name) == ("seed", "granary", "Granary")
    assert (offer.amount, offer.tenor_months) == (10_000_000, 24)
    assert (offer.fees, offer.received) == (200_000, 9_800_000)
    assert offer.instalment == 443_206
    assert offer.total_repaid == 23 * offer.instalment + offer.last_instalment == repaid.total
    assert offer.total_cost == repaid.total - 10_000_000 + 200_000
    assert round(100 * offer.apr, 1) == 8.0
    assert offer.dscr == pytest.approx(2_400_000 / repaid.largest)
    assert offer.instalment_share == pytest.approx(repaid.largest / 4_000_000)
    assert offer.source == "the lender's letter of 2 January 2026"
    assert not offer.example


def test_a_weekly_offer_states_its_deposit_and_what_it_weighs_in_a_month() -> None:
    asked = replace(APPLICANT, amount=2_000_000, tenor_months=12)
    (offer,) = _match(product(**MEKAAR, deposit="0.05"), applicant=asked).offers
    assert (offer.period, offer.instalments, offer.tenor_months) == ("weekly", 50, 12)
    assert (offer.instalment, offer.last_instalment) == (50_000, 50_000)
    # 50,000 · 52 ÷ 12 = 216,666.67 a month.
    assert offer.monthly_burden == 216_667
    assert offer.instalment_share == pytest.approx(216_667 / 4_000_000)
    assert (offer.deposit, offer.received) == (100_000, 1_900_000)
    assert (offer.total_repaid, offer.total_cost) == (2_500_000, 500_000)
    assert round(100 * offer.apr) == 52


def test_a_harvest_offer_is_carried_by_the_months_of_its_season() -> None:
    # 10 million at 12% over one season of four months: 10,400,000 ÷ 4 = 2,600,000 a month.
    harvest = {"period": "seasonal", "season_months": 4, "tenor_min": 4, "repayment": "bullet"}
    asked = replace(APPLICANT, tenor_months=5, monthly_income=20_000_000.0)
    (offer,) = _match(product(rate="0.12", **harvest), applicant=asked).offers
    assert (offer.period, offer.instalments, offer.tenor_months) == ("seasonal", 1, 4)
    assert (offer.total_repaid, offer.monthly_burden) == (10_400_000, 2_600_000)
    assert offer.apr == pytest.approx(0.12)


def test_an_offer_kept_before_there_were_other_periods_had_one_instalment_a_month() -> None:
    (offer,) = _match(product()).offers
    later = ("period", "instalments", "monthly_burden", "deposit")
    kept = {name: value for name, value in asdict(offer).items() if name not in later}
    assert TypeAdapter(Offer).validate_python(kept) == offer


def test_an_offer_and_a_refusal_can_be_kept_as_json() -> None:
    matches = match(APPLICANT, EXAMPLES, on=TODAY, examples=True)
    assert matches.offers
    assert matches.unfit
    again = json.loads(json.dumps(asdict(matches)))
    assert _ids(matches.offers) == [offer["product_id"] for offer in again["offers"]]


@pytest.mark.parametrize(("contract", "word"), sorted(PRICE_WORDS.items()))
def test_a_sharia_contract_knows_no_interest(contract: str, word: str) -> None:
    rate = "0" if contract == "qardh" else "0.06"
    (offer,) = _match(product(contract=contract, rate=rate)).offers
    assert (offer.contract, offer.price_word) == (contract, word)
    assert (offer.price_word == "interest") == (contract == "conventional")


def test_murabahah_has_a_margin() -> None:
    assert _match(product(contract="murabahah", **FLAT)).offers[0].price_word == "margin"


def test_the_cheapest_comes_first_and_fees_count() -> None:
    matches = _match(
        product(product_id="dear", rate="0.12"),
        product(product_id="fees", rate="0.05", fees=[HUNDRED_THOUSAND, ONE_PERCENT]),
        product(product_id="flat", rate="0.06", **FLAT),
        product(product_id="cheap", rate="0.06"),
    )
    assert _ids(matches.offers) == ["cheap", "fees", "flat", "dear"]


def test_a_lower_cost_comes_before_a_lower_rate() -> None:
    # A fee is paid at the start, so it weighs more in the rate than in the rupiah.
    fee = {"name": "admin", "kind": "fixed", "value": "107000"}
    by_fee, by_rate = _match(
        product(product_id="rate", rate="0.06"), product(product_id="fee", rate="0.05", fees=[fee])
    ).offers
    assert (by_fee.product_id, by_rate.product_id) == ("fee", "rate")
    assert by_fee.total_cost < by_rate.total_cost
    assert by_fee.apr > by_rate.apr


def test_offers_of_the_same_cost_stand_in_order_of_product_id() -> None:
    matches = _match(*(product(product_id=name) for name in ("c", "a", "b")))
    assert _ids(matches.offers) == ["a", "b", "c"]


def test_reasons_of_every_kind_are_told_together() -> None:
    terms = product(amount_max=5_000_000, rate="0.5", eligibility=[rule(value=24)], max_pd=0.03)
    poor = replace(APPLICANT, monthly_income=5_000_000.0)
    (unfit,) = _match(terms, applicant=poor).unfit
    assert [reason.code for reason in unfit.reasons] == ["R23", "R06", "R01", "R02"]
    assert unfit.beyond_cut_off
    assert (unfit.product_id, unfit.lender_id) == ("seed", "granary")


@pytest.mark.parametrize(("risk", "offered"), [(0.03, True), (0.05, True), (0.051, False)])
def test_the_cut_off_is_the_largest_risk_the_lender_takes(risk: float, *, offered: bool) -> None:
    riskier = replace(APPLICANT, probability_of_default=risk)
    matches = _match(product(max_pd=0.05), applicant=riskier)
    assert bool(matches.offers) is offered


def test_a_cut_off_cannot_be_held_against_a_risk_that_nobody_knows() -> None:
    unknown = replace(APPLICANT, probability_of_default=None)
    matches = _match(product(max_pd=0.05), product(product_id="open"), applicant=unknown)
    assert _ids(matches.offers) == ["open"]
    (unfit,) = matches.unfit
    assert (unfit.reasons, unfit.beyond_cut_off, unfit.open) == ((), False, True)


def test_a_cut_off_is_not_told_to_the_applicant() -> None:
    (unfit,) = _match(product(max_pd=0.0123)).unfit
    assert unfit.beyond_cut_off
    assert unfit.reasons == ()
    assert not unfit.open
    assert "0.0123" not in repr(unfit)


def test_what_only_lacks_a_known_fact_stays_open() -> None:
    unknown = replace(APPLICANT, months_running=None, monthly_income=None)
    terms = product(eligibility=[rule()])
    (unfit,) = _match(terms, applicant=unknown).unfit
    assert [reason.code for reason in unfit.reasons] == ["R06", "R25"]
    assert unfit.open
    (closed,) = _match(terms, applicant=replace(unknown, amount=60_000_000)).unfit
    assert not closed.open


def test_the_policy_decides_what_is_affordable() -> None:
    strict = Policy(largest_share=0.05)
    matches = match(APPLICANT, [product()], on=TODAY, examples=False, policy=strict)
    assert [reason.code for reason in matches.unfit[0].reasons] == ["R02"]


def test_without_products_there_is_nothing_to_tell() -> None:
    assert _match() == Matches((), ())


@untimed
@given(products=shelves(), applicant=applicants, later=st.integers(0, 400), examples=st.booleans())
def test_what_is_expired_unverified_or_an_example_in_earnest_is_never_offered(
    products: list[Product],
    applicant: Applicant,
    later: int,
    *,
    examples: bool,
) -> None:
    on = TODAY + timedelta(days=later)
    matches = match(applicant, products, on=on, examples=examples)
    shown = {*_ids(matches.offers), *_ids(matches.unfit)}
    for terms in products:
        verified = terms.verified_at is not None and terms.verified_at <= on
        stale = not verified or on < terms.effective_from or on > terms.effective_to
        assert (terms.product_id in shown) == (not stale and (examples or not terms.example))


@untimed
@given(products=shelves(), applicant=applicants)
def test_every_product_on_offer_is_answered_once_and_costs_rise(
    products: list[Product], applicant: Applicant
) -> None:
    matches = _match(*products, applicant=applicant, examples=True)
    answered = _ids(matches.offers) + _ids(matches.unfit)
    assert len(answered) == len(set(answered))
    costs = [offer.total_cost for offer in matches.offers]
    assert costs == sorted(costs)
    assert all(unfit.reasons or unfit.beyond_cut_off for unfit in matches.unfit)


DECIDING = frozenset(
    {
        *("amount_min", "amount_max", "tenor_min", "tenor_max"),
        *("price_kind", "rate", "fees", "deposit"),
        *("period", "season_months", "instalments_max", "repayment"),
        *("eligibility", "applicant_kind", "exclusive_with", "max_pd"),
        *("effective_from", "effective_to", "verified_by", "verified_at", "example"),
        "product_id",
    }
)
"""What may decide: price, amount, tenor, rules, days, and among equals the product's own name."""

WISHES = Product.model_fields.keys() - DECIDING
"""Every other field, those still to come among them: none may move an offer."""


@st.composite
def as_lenders_wish(draw: st.DrawFn, terms: Product) -> Product:
    """Draw the same terms with every field that is the lender's own changed at will."""

    def any_of(record: type[BaseModel], name: str) -> Any:
        return draw(st.from_type(record.model_fields[name].annotation))  # type: ignore[arg-type]

    wishes = {name: any_of(Product, name) for name in WISHES - {"lender"}}
    lender = {name: any_of(Lender, name) for name in Lender.model_fields}
    return terms.model_copy(update={**wishes, "lender": Lender.model_construct(**lender)})


UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""To make shelves with all their wishes small takes over a minute, and says little more."""


def test_a_lender_has_wishes() -> None:
    assert {"lender", "name", "scheme", "contract", "quota", "source", "note"} <= WISHES


@settings(untimed, phases=UNSHRUNK)
@given(
    products=shelves(),
    applicant=applicants | st.builds(replace, st.just(APPLICANT), amount=st.just(1_000_000)),
    data=st.data(),
)
def test_no_field_of_the_lender_and_no_order_of_the_shelf_changes_the_ranking(
    products: list[Product], applicant: Applicant, data: st.DataObject
) -> None:
    # Twins cost the same, so that whatever may break a tie has one to break.
    twins = [one.model_copy(update={"product_id": f"twin-{one.product_id}"}) for one in products]
    products = [*products, *twins]
    wished = [data.draw(as_lenders_wish(one)) for one in data.draw(st.permutations(products))]
    before = _match(*products, applicant=applicant, examples=True)
    after = _match(*wished, applicant=applicant, examples=True)
    assert _ids(before.offers) == _ids(after.offers)
    assert [o.total_cost for o in before.offers] == [o.total_cost for o in after.offers]
    assert [o.apr for o in before.offers] == pytest.approx([o.apr for o in after.offers])
    assert _ids(before.unfit) == _ids(after.unfit)


@untimed
@given(products=shelves(), applicant=applicants, more=st.integers(0, 600_000_000))
def test_asking_for_more_never_makes_an_offer_of_a_product_over_its_limit(
    products: list[Product], applicant: Applicant, more: int
) -> None:
    asked = _match(*products, applicant=applicant, examples=True)
    over = {
        unfit.product_id
        for unfit in asked.unfit
        if any(r.field == "amount" and r.op == "at_most" for r in unfit.reasons)
    }
    greedy = replace(applicant, amount=applicant.amount + more)
    assert over.isdisjoint(_ids(_match(*products, applicant=greedy, examples=True).offers))


@given(applicant=applicants)
@settings(max_examples=200, deadline=None)
def test_an_example_offered_is_within_its_limits_carried_and_priced_at_least_its_rate(
    applicant: Applicant,
) -> None:
    terms = {p.product_id: p for p in EXAMPLES}
    for offer in match(applicant, EXAMPLES, on=TODAY, examples=True).offers:
        offered = terms[offer.product_id]
        assert offered.amount_min <= offer.amount <= offered.amount_max
        assert offered.tenor_min <= offer.tenor_months <= offered.tenor_max
        assert offer.dscr >= 1.25
        assert offer.instalment_share is not None
        assert offer.instalment_share <= 0.4
        assert offer.total_cost == offer.total_repaid - offer.received
        assert offer.apr > float(offered.rate) - 0.001


@untimed
@given(products=shelves(), applicant=applicants)
def test_a_fact_that_becomes_known_never_changes_what_did_not_ask_for_it(
    products: list[Product], applicant: Applicant
) -> None:
    silent = replace(applicant, kbli=None, kecamatan=None)
    assert _match(*products, applicant=applicant) == _match(*products, applicant=silent)


def test_the_documents_in_hand_decide_between_kur_and_the_others() -> None:
    bare = replace(APPLICANT, documents=frozenset())
    matches = match(bare, EXAMPLES, on=TODAY, examples=True)
    assert "kur-super-mikro" not in _ids(matches.offers)
    reasons = {unfit.product_id: unfit.reasons for unfit in matches.unfit}
    assert [reason.code for reason in reasons["kur-super-mikro"]] == ["R25", "R17"]
    held = match(APPLICANT, EXAMPLES, on=TODAY, examples=True)
    assert _ids(held.offers)[0] == "kur-super-mikro"


def test_a_fee_larger_than_an_amount_asked_makes_a_reason_and_not_a_fault() -> None:
    tiny = replace(APPLICANT, amount=50_000)
    terms = product(amount_min=100_001, fees=[HUNDRED_THOUSAND])
    (unfit,) = _match(terms, applicant=tiny).unfit
    assert [reason.code for reason in unfit.reasons] == ["R23"]


def test_a_mistaken_applicant_never_reaches_the_products() -> None:
    with pytest.raises(BadInput):
        replace(APPLICANT, amount=0)


@untimed
@given(applicant=applicants, shelf=shelves())
def test_matches_reach_as_far_as_their_best_product(
    applicant: Applicant, shelf: list[Product]
) -> None:
    found = match(applicant, shelf, on=TODAY, examples=True)
    opened = [unfit.open for unfit in found.unfit]
    assert found.reach == ("fits" if found.offers else "open" if any(opened) else "shut")

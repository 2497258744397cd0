"""What is shown of a decision: every part as text in one language, ready for a page or a notice.

A template decides only where a text stands. Figures are written by `serving.telling.written`,
sentences come from `serving.telling.sentences`; nothing else of a decision leaves here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.days import wib
from audit.decision import DataUsed, Decision, NextStep, Referral
from features.sources import SOURCES
from matching.offer import Offer
from serving.pages import picture
from serving.pages.picture import Row
from serving.telling import sentences, written
from serving.telling.words import wording

LUMP = 2
"""A last instalment so many times the others repays the loan itself."""


@dataclass(frozen=True)
class Names:
    """What a decision knows only by id: the lender that decides, and products by their id."""

    lender: str
    products: Mapping[str, str]


@dataclass(frozen=True)
class ShownOffer:
    """An offer, every figure written.

    Empty where not worth it are ``fees``, ``deposit``, ``last_instalment``, and ``at_end``, the
    last instalment where it repays the loan itself.
    """

    product: str
    lender: str
    instalment: str
    per: str
    number: str
    tenor: str
    amount: str
    fees: str
    received: str
    deposit: str
    last_instalment: str
    at_end: str
    total_repaid: str
    total_cost: str
    price: str
    apr: str
    example: bool


@dataclass(frozen=True)
class ShownStep:
    """A step: what to do, who helps, how long it takes, and what it would change."""

    acts: tuple[str, ...]
    helpers: str
    time: str
    promise: str


@dataclass(frozen=True)
class ShownSupport:
    """A programme that does not depend on a loan."""

    name: str
    about: str
    owner: str
    done: str
    recheck: str


@dataclass(frozen=True)
class ShownData:
    """What was read of one source."""

    source: str
    rows: str
    period: str


@dataclass(frozen=True)
class Shown:
    """A decision in the words of one language.

    Args:
        kind: of the result, as its code.
        headline, told: the result, and a sentence about it; causes: why it is not *eligible*.
        amount, tenor: what was asked.
        asked, decided, decides: the same of whom, when it was assessed, who decides.
        lender: who decides.
        simulated: whether the model learned from simulated data.
        reasons, strengths: sentences with the person's own numbers.
        lacking: of what there is no data, so that the score is lower.
        offers: none where the result is *not yet*.
        unfit: (product, why it does not fit), the nearest to fitting first; unfit_first: whether
            the result follows from these.
        steps, support, data: see their classes; no_step: what is said where there is no step.
        rows: of the picture; base, groups, score: every number of it, and those it gathers.
        sources: (name, label) of every source that a correction may be about.
    """

    kind: str
    headline: str
    told: str
    causes: tuple[str, ...]
    amount: str
    tenor: str
    asked: str
    decided: str
    decides: str
    lender: str
    simulated: bool
    reasons: tuple[str, ...]
    strengths: tuple[str, ...]
    lacking: tuple[str, ...]
    offers: tuple[ShownOffer, ...]
    unfit: tuple[tuple[str, str], ...]
    unfit_first: bool
    steps: tuple[ShownStep, ...]
    no_step: str
    support: tuple[ShownSupport, ...]
    data: tuple[ShownData, ...]
    rows: tuple[Row, ...]
    base: str
    groups: tuple[tuple[str, str], ...]
    score: str
    sources: tuple[tuple[str, str], ...]

    @property
    def by_score(self) -> bool:
        """Return whether the reasons of the score are those of the result."""
        return self.kind == "not_yet" and not self.unfit_first


def shown(kept: Decision, names: Names, language: str) -> Shown:
    """Return a decision as it is shown in a language."""
    words, asked, kind = wording(language), kept.application, kept.result.kind
    page = words["page"]
    amount = written.money(asked.amount, language)
    tenor = written.months(asked.tenor_months, language)
    moved = picture.groups(kept.points, words["groups"])
    return Shown(
        kind=kind,
        headline=words["results"][kind],
        told=words["results_told"][kind],
        causes=tuple(sentences.cause(cause, language) for cause in kept.result.causes),
        amount=amount,
        tenor=tenor,
        asked=page["asked"].format(amount=amount, months=tenor, lender=names.lender),
        decided=page["decided"].format(
            date=written.day(wib(kept.decided_at), language), no=asked.application_id
        ),
        decides=page["decides"].format(lender=names.lender),
        lender=names.lender,
        simulated=kept.versions.simulated,
        reasons=tuple(sentences.moved(kept, code, language) for code in kept.reasons),
        strengths=tuple(sentences.moved(kept, code, language) for code in kept.strengths),
        lacking=tuple(sentences.moved(kept, c, language) for c in kept.points.lacking()),
        offers=tuple(_offer(o, language) for o in kept.offers if kind != "not_yet"),
        unfit=tuple(
            (names.products.get(unfit.product_id, unfit.product_id), why)
            for unfit in sorted(kept.unfit, key=lambda one: len(one.reasons))
            if (why := sentences.unfit(unfit, language))
        ),
        unfit_first="no_product_fits" in kept.result.causes,
        steps=tuple(_step(step, language) for step in kept.next_steps),
        no_step=words["promises"]["none"],
        support=tuple(_support(referral, language) for referral in kept.support),
        data=tuple(_data(used, language) for used in kept.data_used),
        rows=tuple(picture.rows(kept.points, words["groups"], page)),
        base=str(kept.points.base),
        groups=tuple((name, picture.signed(points)) for name, points in moved),
        score=str(kept.points.score),
        sources=tuple((name, words["sources"][name]) for name in SOURCES),
    )


def _offer(offer: Offer, language: str) -> ShownOffer:
    last = written.money(offer.last_instalment, language)
    uneven = offer.last_instalment != offer.instalment
    lump = offer.last_instalment >= LUMP * offer.instalment
    return ShownOffer(
        product=offer.product_name,
        lender=offer.lender_name,
        instalment=written.money(offer.instalment, language),
        per=wording(language)["periods"][offer.period],
        number=written.number(offer.instalments, language),
        tenor=written.months(offer.tenor_months, language),
        amount=written.money(offer.amount, language),
        fees=written.money(offer.fees, language) if offer.fees else "",
        received=written.money(offer.received, language),
        deposit=written.money(offer.deposit, language) if offer.deposit else "",
        last_instalment=last if uneven and not lump else "",
        at_end=last if uneven and lump else "",
        total_repaid=written.money(offer.total_repaid, language),
        total_cost=written.money(offer.total_cost, language),
        price=wording(language)["page"][f"price_{offer.price_word}"],
        apr=written.percent(offer.apr, language),
        example=offer.example,
    )


def _step(step: NextStep, language: str) -> ShownStep:
    return ShownStep(
        acts=tuple(sentences.act(act, language) for act in step.acts),
        helpers=sentences.helpers(step, language),
        time=sentences.time(step, language),
        promise=sentences.promise(step, language),
    )


def _support(referral: Referral, language: str) -> ShownSupport:
    words, name = wording(language), referral.programme
    return ShownSupport(
        name=words["support"][name],
        about=words["support_about"][name],
        owner=words["support_owners"][name],
        done=words["support_done"][name],
        recheck=written.day(referral.recheck_on, language),
    )


def _data(used: DataUsed, language: str) -> ShownData:
    days = [written.day(day, language) for day in dict.fromkeys((used.first, used.last))]
    return ShownData(
        source=wording(language)["sources"][used.source],
        rows=written.number(used.rows, language),
        period=" – ".join(days),  # noqa: RUF001  the dash between two days
    )

"""What a decision is: everything it says, and everything it was made from.

A decision is kept for ever. It holds the digest of the request, the feature
vector, the signals, and the versions of model, catalogue, policy and products,
so that it can be recomputed years later and compared. `audit.decide` makes
decisions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from pydantic import TypeAdapter

from audit.result import Kind, Result
from matching.applicant import Applicant, Documents, HeldProducts
from matching.offer import Offer, Unfit
from models.reasons import Points

Scorer = Literal["champion", "rules"]
"""What scored: the model in force, or the rules in its place."""


@dataclass(frozen=True)
class Business:
    """What the products' rules ask about a business; None where it is not known.

    Args:
        started_on: the day it began.
        kbli: activity code.
        kecamatan: BPS code of where it is.
        documents: what the owner can show; None when nobody has asked.
        active_bank_loans: loans now running at banks.
        programme_loan: whether a government programme loan is running.
        existing_instalments: already paid each month, minor units.
        held_products: product_ids of the loans now running.
    """

    started_on: date | None
    kbli: str | None
    kecamatan: str | None
    documents: Documents | None
    active_bank_loans: int | None
    programme_loan: bool | None
    existing_instalments: int
    held_products: HeldProducts | None = None


@dataclass(frozen=True)
class Application:
    """A request for a loan.

    Args:
        application_id: the partner's own name for it, unique with that partner.
        business_id: the business, as a pseudonym.
        as_of: only what was known before counts.
        amount: asked, minor units, above zero.
        tenor_months: asked, above zero.
        purpose: one of the declared purposes.
        business: what is known of the business itself.
        digest: SHA-256 of the request as it came.
        consented_at: when the owner consented, as the partner says; None when it did not say.
        consents: ids of the consents under which records that are kept were used; none where the
            request carried all.
    """

    application_id: str
    business_id: str
    as_of: datetime
    amount: int
    tenor_months: int
    purpose: str
    business: Business
    digest: str
    consented_at: datetime | None = None
    consents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Versions:
    """Of what a decision was made, each by name and digest.

    Args:
        model: the model's version in the registry; ``rules`` where the rules decided.
        model_digest: SHA-256 of the model, or of the rules.
        catalogue: the fingerprint of the catalogue of features.
        policy: name and digest.
        products: digest.
        simulated: whether the model was trained on simulated data.
        scorer: the champion, or the rules in its place.
        programmes: digest of the programmes of support; empty in a decision older than they.
        examples: whether example products could be offered.
    """

    model: str
    model_digest: str
    catalogue: str
    policy: str
    products: str
    simulated: bool
    scorer: Scorer = "champion"
    programmes: str = ""
    examples: bool = False


@dataclass(frozen=True)
class DataUsed:
    """What was read of one source.

    Args:
        source: its name.
        rows: how many records counted, above zero.
        first, last: the days, WIB, of the earliest and the latest of them.
    """

    source: str
    rows: int
    first: date
    last: date


@dataclass(frozen=True)
class Act:
    """One thing a person can do.

    Args:
        name: which; its words stand under this name.
        days: how long it takes, 0 for at once.
        amount: to ask for instead, minor units; None where the act is another.
        tenor_months: to ask for instead; None where the act is another.
        document: to bring, one of `matching.applicant.DOCUMENTS`; None where the act is another.
    """

    name: str
    days: int
    amount: int | None = None
    tenor_months: int | None = None
    document: str | None = None


@dataclass(frozen=True)
class NextStep:
    """What the very same assessment would say, had these acts been done and all else stayed.

    Args:
        acts: to be done together, one to three.
        effort: of all of them, 1 little … 5 much for each.
        codes: the reasons that it answers to.
        applicant: as the matcher would know it, its risk left out.
        changed: feature → the value it would have, None where missing; the others stay.
        signals: what they would say; empty where they would stay as they are.
        kind: the result promised.
        score: the score promised.
        offers: the products that would be offered, the cheapest first.
        more: those among them that are not offered now.
    """

    acts: tuple[Act, ...]
    effort: int
    codes: tuple[str, ...]
    applicant: Applicant
    changed: dict[str, float | None]
    signals: dict[str, float | None]
    kind: Kind
    score: int
    offers: tuple[str, ...]
    more: tuple[str, ...]

    @property
    def days(self) -> int:
        """Return how long it takes."""
        return max(act.days for act in self.acts)


@dataclass(frozen=True)
class Referral:
    """Support that does not depend on a loan.

    Args:
        programme: its id.
        codes: the reasons it was chosen for.
        recheck_on: the day, WIB, from which on it is worth to ask again.
    """

    programme: str
    codes: tuple[str, ...]
    recheck_on: date


@dataclass(frozen=True)
class Decision:
    """A decision as it is kept for ever.

    Args:
        decision_id: unique.
        partner_id: who asked.
        decided_at: when, UTC.
        application: what was asked; records that it carried are not kept, only their digest.
        applicant: what the matcher knew, an ordinary month's cash flow included.
        result: eligible, human review or not yet.
        probability_of_default: calibrated, 0 … 1; None where the rules decided, which know none.
        grade: A to F; None without a probability.
        points: the score and how it adds up.
        reasons: codes, worst first.
        strengths: codes, best first.
        offers: what fits, the cheapest first.
        unfit: what does not, and why.
        features: name → value, None where missing.
        versions: of what it was made.
        signals: name → value, None where missing; empty in a decision older than signals. They
            are for the person who looks and for a replay, never for an answer.
        raised: the names of those at or beyond their line.
        unlike: the features farthest from those trained on, the farthest first, of an applicant
            unlike them; they too are for the person who looks. None of any other applicant.
        data_used: what was read, in the order of the sources.
        until: reason code → the day, WIB, from which on a fact of the past counts no longer.
        next_steps: what was checked to change the result or to widen the offers, the best first.
        support: programmes, in order of the reasons.
        records_digest: of the records that counted, where some that are kept were used; empty
            where the request, which has a digest of its own, carried all.
    """

    decision_id: str
    partner_id: str
    decided_at: datetime
    application: Application
    applicant: Applicant
    result: Result
    probability_of_default: float | None
    grade: str | None
    points: Points
    reasons: tuple[str, ...]
    strengths: tuple[str, ...]
    offers: tuple[Offer, ...]
    unfit: tuple[Unfit, ...]
    features: dict[str, float | None]
    versions: Versions
    signals: dict[str, float | None] = field(default_factory=dict)
    raised: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    data_used: tuple[DataUsed, ...] = ()
    until: dict[str, date] = field(default_factory=dict)
    next_steps: tuple[NextStep, ...] = ()
    support: tuple[Referral, ...] = ()
    records_digest: str = ""


RECORD: Final = TypeAdapter(Decision)
"""Reads and writes decisions as JSON; a float comes back as the very same float."""

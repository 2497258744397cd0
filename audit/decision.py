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

from audit.result import Result
from matching.applicant import Applicant, Documents
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
    """

    started_on: date | None
    kbli: str | None
    kecamatan: str | None
    documents: Documents | None
    active_bank_loans: int | None
    programme_loan: bool | None
    existing_instalments: int


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
    """

    application_id: str
    business_id: str
    as_of: datetime
    amount: int
    tenor_months: int
    purpose: str
    business: Business
    digest: str


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
    """

    model: str
    model_digest: str
    catalogue: str
    policy: str
    products: str
    simulated: bool
    scorer: Scorer = "champion"


@dataclass(frozen=True)
class Decision:
    """A decision as it is kept for ever.

    Args:
        decision_id: unique.
        partner_id: who asked.
        decided_at: when, UTC.
        application: what was asked; the payments themselves are not kept, only their digest.
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


RECORD: Final = TypeAdapter(Decision)
"""Reads and writes decisions as JSON; a float comes back as the very same float."""

"""What the API gives, as its callers see it; what it takes stands in `serving.reading.request`.

These are neither the records (`features.records`) nor the tables of the
database: each may change without the others. No field has a default.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from audit.decision import Scorer
from audit.result import Cause, Kind
from matching.applicant import Document
from matching.product import Period


class Text(BaseModel):
    """A sentence for the applicant, in both languages."""

    id: str
    en: str


class Reason(BaseModel):
    """A reason for the score: how many points it moved it, and in words."""

    code: str
    points: int
    until: date | None = Field(
        description="The day, WIB, from which on a fact of the past counts no longer."
    )
    text: Text = Field(description="A sentence, with the person's own number and until when.")


class Group(BaseModel):
    """How many points what a code gathers moved the score, and what that is."""

    code: str
    points: int
    name: Text


class Points(BaseModel):
    """The score taken apart: base and reasons add up to the score, to the point."""

    score: int
    base: int
    by_reason: list[Group]


class Sentence(BaseModel):
    """What the applicant is told, in words, by its code."""

    code: str
    text: Text


class Result(BaseModel):
    """The result, and why it is not *eligible*."""

    kind: Kind
    causes: list[Cause]
    told: list[Sentence] = Field(description="Causes that the applicant is told in a sentence.")


class Offer(BaseModel):
    """A product that fits, at the amount and tenor asked; money in whole rupiah."""

    product_id: str
    product_name: str
    lender_id: str
    lender_name: str
    contract: str
    price_word: str
    amount: int
    tenor_months: int = Field(description="Until the last instalment, rounded up.")
    period: Period = Field(description="How often an instalment falls due.")
    instalments: int = Field(description="How many there are.")
    fees: int
    deposit: int = Field(description="Withheld, and given back with the last instalment.")
    received: int = Field(description="The amount less fees and deposit.")
    instalment: int = Field(description="Each but the last.")
    last_instalment: int
    monthly_burden: int = Field(
        description="The largest instalment as rupiah a month, by which affordability is judged."
    )
    total_repaid: int
    total_cost: int = Field(description="Total repaid plus fees minus the amount.")
    apr: float = Field(description="All-in nominal price per year, a share.")
    source: str
    example: bool = Field(description="Terms for demonstration only.")
    note: str


class Requirement(BaseModel):
    """One requirement of a product that is not met, or cannot be judged yet."""

    code: str
    field: str
    found: Any
    required: Any
    unknown: bool
    citation: str
    text: Text


class NotOffered(BaseModel):
    """A product that does not fit, and why."""

    product_id: str
    lender_id: str
    reasons: list[Requirement]
    beyond_cut_off: bool = Field(description="The risk is above the lender's own line.")


class Versions(BaseModel):
    """Of what the decision was made."""

    model: str
    model_digest: str
    catalogue: str
    policy: str
    products: str
    simulated: bool = Field(description="The model was trained on simulated data.")
    scorer: Scorer = Field(
        description="What scored: the champion, or published rules in its place, which know no "
        "probability of default."
    )
    programmes: str
    examples: bool = Field(
        description="Example products were held against the applicant too, as in a demonstration."
    )


class Act(BaseModel):
    """One thing a person can do."""

    name: str
    days: int = Field(description="How long it takes, 0 for at once.")
    amount: int | None = Field(description="To ask for instead, whole rupiah.")
    tenor_months: int | None = Field(description="To ask for instead.")
    document: Document | None = Field(description="To bring.")
    text: Text


class NextStep(BaseModel):
    """Acts to be done together, and what the same assessment would say then, all else equal."""

    acts: list[Act]
    days: int = Field(description="How long all of them take.")
    codes: list[str] = Field(description="The reasons it answers to.")
    changed: dict[str, float | None] = Field(description="Features that would have another value.")
    kind: Kind = Field(description="The result there would be.")
    score: int = Field(description="The score there would be.")
    offers: list[str] = Field(description="Products that would be offered, the cheapest first.")
    more: list[str] = Field(description="Those among them that are not offered now.")
    helpers: Text = Field(description="Who helps.")
    text: Text = Field(description="What would change; it promises no loan.")


class Referral(BaseModel):
    """Support that does not depend on a loan, and is no condition of one."""

    programme: str
    codes: list[str] = Field(description="The reasons it was chosen for.")
    recheck_on: date = Field(description="The day, WIB, from which on to ask again.")
    name: Text
    about: Text
    owner: Text
    done: Text = Field(description="When it is done.")


class DataUsed(BaseModel):
    """What was read of one source."""

    source: str
    rows: int
    first: date = Field(description="The day, WIB, of the earliest.")
    last: date = Field(description="The day, WIB, of the latest.")
    name: Text


class Decision(BaseModel):
    """A decision. The score is not the decision on a loan: the lender decides."""

    decision_id: str
    application_id: str
    business_id: str
    as_of: AwareDatetime
    decided_at: AwareDatetime
    result: Result
    probability_of_default: float | None = Field(description="None where the rules scored.")
    grade: str | None = Field(description="None where the rules scored.")
    points: Points
    reasons: list[Reason] = Field(description="What lowers the score most, worst first.")
    strengths: list[Reason] = Field(description="What raises it most, best first.")
    lacking: list[Reason] = Field(
        description="What lowers the score because no data of it was sent, worst first. It is no "
        "reason of the person; more data may change it."
    )
    next_steps: list[NextStep] = Field(
        description="What was checked to change the result or to widen the offers, the best first."
    )
    offers: list[Offer] = Field(description="What fits, the cheapest for the borrower first.")
    not_offered: list[NotOffered]
    support: list[Referral] = Field(description="Programmes, in order of the reasons.")
    data_used: list[DataUsed] = Field(description="What was read, in the order of the sources.")
    features: dict[str, float | None]
    versions: Versions
    note: Text


class Link(BaseModel):
    """A link for the applicant to one decision, and the code that opens it."""

    url: str
    code: str = Field(description="Eight digits, shown only here.")
    sms: Text = Field(description="A text message with the link, at most 160 characters.")
    expires_at: AwareDatetime

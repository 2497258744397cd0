"""What the API takes and gives of reports of repayment."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, Field, StrictBool, StrictInt

from matching.product import Name as ProductName
from serving.applications.repayments import Report
from serving.reading.rows import MOST_COUNTED, MOST_MONEY, Asked, Name, Time

MOST_AT_ONCE: Final = 1_000
"""Reports of one request."""


class RepaymentAsked(Asked):
    """How a loan that followed upon a decision stands."""

    as_of: Time = Field(description="The time this speaks of.")
    disbursed_at: Time = Field(description="When the loan was paid out.")
    amount: Annotated[StrictInt, Field(gt=0, le=MOST_MONEY)] = Field(
        description="Paid out, whole rupiah."
    )
    product_id: ProductName | None = Field(
        default=None, description="None where it is none of the products offered here."
    )
    worst_days_past_due: Annotated[StrictInt, Field(ge=0, le=MOST_COUNTED)] | None = Field(
        default=None, description="The worst delay up to then; None where none are counted."
    )
    written_off: StrictBool
    restructured: StrictBool | None = Field(
        default=None, description="Eased because the business could not pay; None if not known."
    )
    defaulted_at: Time | None = Field(
        default=None, description="When it first was in default; None where it was not."
    )
    censored: StrictBool = Field(description="Too young to judge.")

    def report(self) -> Report:
        """Return it as it is kept."""
        given = self.model_dump(exclude={"decision_id"})
        return Report(**given)


class RepaymentOf(RepaymentAsked):
    """How a loan stands, and upon which decision it followed."""

    decision_id: Name


class RepaymentsAsked(Asked):
    """Reports on decisions of yours; all are kept or none."""

    reports: Annotated[list[RepaymentOf], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Repayment(BaseModel):
    """A report as it is kept."""

    repayment_id: str
    decision_id: str
    reported_at: AwareDatetime
    as_of: AwareDatetime
    disbursed_at: AwareDatetime
    amount: int
    product_id: str | None
    worst_days_past_due: int | None
    written_off: bool
    restructured: bool | None
    defaulted_at: AwareDatetime | None
    censored: bool


class Repayments(BaseModel):
    """Reports, by the time they speak of; of two of the same time the later corrects the other."""

    repayments: list[Repayment]


class RepaymentMonth(BaseModel):
    """What became of the decisions of a month."""

    month: date = Field(description="Its first day, WIB.")
    judged: int = Field(description="Loans old enough to judge, whose decision a model scored.")
    bad: int = Field(description="Those of them in default.")
    expected: float = Field(description="How many that was said to be.")


class RepaymentMonths(BaseModel):
    """Months, the earliest first."""

    months: list[RepaymentMonth]

"""What the API takes and gives of what lenders answered to applications."""

from __future__ import annotations

from typing import Annotated, Final, get_args

from pydantic import AwareDatetime, BaseModel, Field, StrictInt

from matching.product import Name as ProductName
from serving.applications.lenders import Answer, Outcome
from serving.reading.rows import MOST_MONEY, Asked, OneOf, Time

MOST_PRICE: Final = 100_000
"""Hundredths of a percent a year."""


class LenderAnswerAsked(Asked):
    """What you answered to an application."""

    outcome: Annotated[str, OneOf(get_args(Outcome))] = Field(
        description="`withdrawn` is what the applicant decided, not you."
    )
    answered_at: Time = Field(description="When that was.")
    amount: Annotated[StrictInt, Field(gt=0, le=MOST_MONEY)] | None = Field(
        default=None, description="Lent, whole rupiah."
    )
    price_bp: Annotated[StrictInt, Field(ge=0, le=MOST_PRICE)] | None = Field(
        default=None,
        description="All-in price a year in hundredths of a percent, by whatever name the contract "
        "calls it.",
    )
    product_id: ProductName | None = Field(
        default=None, description="None where it is none of the products offered here."
    )

    def answer(self) -> Answer:
        """Return it as it is kept."""
        return Answer(**self.model_dump())


class LenderAnswer(BaseModel):
    """What you answered to an application, as it is kept."""

    answer_id: str
    decision_id: str
    reported_at: AwareDatetime
    outcome: str
    answered_at: AwareDatetime
    amount: int | None
    price_bp: int | None
    product_id: str | None


class LenderAnswers(BaseModel):
    """Answers, the one that counts at the end."""

    answers: list[LenderAnswer]

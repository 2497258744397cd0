"""What the API gives of products that do not fit yet. No field has a default."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from matching.applicant import Document
from serving.api.schemas import Requirement


class Change(BaseModel):
    """What to ask for, and what to bring; money in whole rupiah."""

    amount: int = Field(description="To ask for; the amount asked where that may stay.")
    tenor_months: int = Field(description="To ask for; the tenor asked where that may stay.")
    documents: list[Document] = Field(description="To bring, in alphabetical order.")


class ProductFit(BaseModel):
    """How far a product is from fitting."""

    product_id: str
    product_name: str
    lender_id: str
    lender_name: str
    fits: bool = Field(description="It fits as asked.")
    reasons: list[Requirement] = Field(description="Why it does not.")
    beyond_cut_off: bool = Field(description="The risk is above the lender's own line.")
    change: Change | None = Field(
        description="The least change with which it fits, all else as it is: the fewest of amount, "
        "tenor and papers, and those by the smallest share of what was asked. None where it fits, "
        "and where none of these helps."
    )
    largest_affordable_amount: int | None = Field(
        description="The largest loan of this product whose instalments are affordable over the "
        "tenor asked, as far as the product has it, whatever its rules; 0 where not even its "
        "smallest is, None where income or spending is not known."
    )


class Fits(BaseModel):
    """Every product that may be offered today. None of this promises a loan: the lender decides."""

    decision_id: str
    on: date = Field(description="Today, WIB.")
    products: list[ProductFit] = Field(description="In order of product_id.")

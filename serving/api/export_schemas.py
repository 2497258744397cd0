"""What the API gives of all that is kept about a business."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from serving.api.schemas import Text

Row = dict[str, Any]


class Withheld(BaseModel):
    """Something that is kept and not given."""

    what: str = Field(description="Where it would stand, such as `decisions.signals`.")
    why: Text


class Export(BaseModel):
    """All that is kept about a business with you, row by row as it is kept, sealed parts opened.

    It is the very document that the owner takes along; rows gain names as more is kept.
    """

    partner_id: str
    business_id: str
    decisions: list[Row]
    cases: list[Row]
    withdrawals: list[Row]
    links: list[Row]
    sessions: list[Row]
    entries: list[Row]
    outcomes: list[Row]
    accesses: list[Row]
    repayments: list[Row]
    lender_answers: list[Row]
    businesses: list[Row]
    consents: list[Row]
    record_chunks: list[Row]
    protected: list[Row]
    withheld: list[Withheld]

"""What the API takes and gives of what owners told for the fairness audit."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StrictBool, StrictInt

from features.records import PROTECTED
from serving.protected.kept import Told
from serving.reading.rows import Asked, OneOf

YEARS = Field(ge=1900, le=2100)


class ProtectedAsked(Asked):
    """What an owner told for the fairness audit; what they did not tell is left out."""

    gender: Annotated[str, OneOf(PROTECTED.column("gender").values)] | None = None
    birth_year: Annotated[StrictInt, YEARS] | None = None
    disability: StrictBool | None = Field(
        default=None, description="Whether the owner has a disability."
    )

    def told(self) -> Told:
        """Return it as it is kept."""
        return Told(**self.model_dump())


class Protected(BaseModel):
    """What an owner told for the fairness audit; null where they did not."""

    gender: str | None
    birth_year: int | None
    disability: bool | None

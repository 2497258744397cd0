"""What the API says of an erasure."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, Field


class Erased(BaseModel):
    """A business that is erased."""

    erasure: str = Field(description="By which the ledger knows it; it says nothing of whom.")
    decisions: int = Field(description="How many decisions can no longer be read.")
    at: AwareDatetime

"""What the API takes and gives of decisions as a list."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, Field

from audit.decision import Scorer
from audit.result import Kind
from serving.api.lists import Listed
from serving.applications.listing import Grade, Wanted
from serving.reading.rows import Name, Time


class DecisionsAsked(Listed):
    """Which decisions, and from where on."""

    result: Kind | None = None
    grade: Grade | None = None
    scorer: Scorer | None = None
    business_id: Name | None = None
    application_id: Name | None = None
    since: Time | None = Field(default=None, description="Decided at or after.")
    before: Time | None = Field(default=None, description="Decided before.")

    def wanted(self) -> Wanted:
        """Return which decisions are asked for."""
        return Wanted(**self.model_dump(exclude={"cursor"}))


class DecisionSummary(BaseModel):
    """A decision in short."""

    decision_id: str
    application_id: str
    business_id: str
    decided_at: AwareDatetime
    result: Kind | None = Field(
        description="None, as grade and scorer, of an erased business, and of a decision older "
        "than this list."
    )
    grade: Grade | None = Field(description="Also None where the rules scored.")
    scorer: Scorer | None


class Decisions(BaseModel):
    """A page of your decisions, the newest first."""

    decisions: list[DecisionSummary]
    next_cursor: str | None = Field(description="Ask with it for the next page; None at the end.")

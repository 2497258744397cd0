"""What the API gives of batches of applications."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, Field

from serving.api.schemas import Decision
from serving.jobs.batches import State
from serving.reading.faults import Problem


class Job(BaseModel):
    """A batch of applications."""

    job_id: str
    state: State
    made_at: AwareDatetime
    ended_at: AwareDatetime | None = Field(description="None while it waits or runs.")
    of: int = Field(description="Lines there are; empty ones do not count.")
    done: int
    bad: int = Field(description="Of those done, how many led to no decision.")


class Jobs(BaseModel):
    """A page of batches, the newest first."""

    jobs: list[Job]
    next_cursor: str | None = Field(description="Where to go on; None at the end.")


class Line(BaseModel):
    """What came of one line: a decision, or a problem."""

    line: int = Field(description="1 for the first application.")
    decision: Decision | None
    problem: Problem | None

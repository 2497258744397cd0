"""What the API takes and gives of cases, as a partner's staff sees them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from audit.result import Kind
from features.feature import Unit
from serving.api.explanation import Explanation
from serving.api.lists import Listed
from serving.api.schemas import Text
from serving.applications.cases import LONGEST, CaseKind, Outcome, Override
from serving.applications.review import ReasonCode, State
from serving.reading.rows import Asked, Name

Written = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"^[^\x00]*$")]


class Answered(BaseModel):
    """An answer to a case."""

    at: AwareDatetime
    officer: str
    outcome: Outcome
    reason_code: str
    reason: Text
    note: str | None = Field(description="The answer in writing, which the applicant reads.")
    override: Override | None = Field(
        description="Against what was recommended: `high` did not lend to an *eligible*, `low` "
        "lent to a *not yet*; None where nothing was recommended, or nothing said of lending."
    )


class Case(BaseModel):
    """Something a person is to look at."""

    case_id: str
    decision_id: str
    kind: CaseKind = Field(
        description="`review`: the decision goes to a person; `objection`: the applicant asks for "
        "one; `correction`: the applicant says that data are wrong; `erasure`: asks that all be "
        "erased; `access`: asks for what the file of their data does not give."
    )
    about: str = Field(description="`result`, `data`, or the source of the data that are wrong.")
    recommended: Kind
    opened_at: AwareDatetime
    due_at: AwareDatetime = Field(
        description="Until when to answer: in 72 hours where UU 27/2022 asks for it."
    )
    wrote: str | None = Field(description="What the applicant wrote.")
    first_seen_at: AwareDatetime | None
    answer: Answered | None = Field(description="None while the case is open.")


class CasesAsked(Listed):
    """Which cases, and from where on."""

    state: State = "open"


class Cases(BaseModel):
    """A page of cases, the first due first."""

    cases: list[Case]
    next_cursor: str | None = Field(description="Ask with it for the next page; None at the end.")


class Signal(BaseModel):
    """A signal that raised its hand: what to ask about, and no finding."""

    name: str
    meaning: str
    unit: Unit
    value: float | None


class CaseSeen(BaseModel):
    """A case with all an officer needs; what is beside the explanation is not for applicants."""

    case: Case
    explanation: Explanation
    signals: list[Signal] = Field(description="Those that raised a hand.")
    unlike: list[str] = Field(
        description="Features that make the applicant unlike those the model knows, farthest first."
    )


class AnswerAsked(Asked):
    """An officer's answer to a case."""

    outcome: Outcome = Field(
        description="To an `erasure`: `erased` (which erases), `kept`, or `unknown` (who asks is "
        "not known to be the owner). To an `access`: `given`, `kept` or `unknown`. To others: the "
        "rest."
    )
    reason_code: ReasonCode = Field(
        description="V10 goes with `erased`, V11 with `kept`, V12 with `given`, V13 with "
        "`unknown`, and V01 to V09 with what comes of the other cases."
    )
    officer: Name = Field(description="Who answers, by your own name for them; no real name.")
    note: Written | None = Field(
        default=None, description="The answer in writing, which the applicant reads."
    )


class Summary(BaseModel):
    """How your staff keeps up with its cases, and whether it ever differs from the score."""

    open: int
    overdue: int
    answered: int
    unseen: int = Field(description="Answered without ever having been opened.")
    hours_to_view: float | None = Field(description="Median; None where nothing was seen.")
    hours_to_answer: float | None = Field(description="Median; None where nothing was answered.")
    judged: int = Field(description="Answers about lending where something was recommended.")
    high_side: int = Field(description="Of those: not lent to an *eligible*.")
    low_side: int = Field(description="Of those: lent to a *not yet*.")
    override_rate: float | None = Field(description="Both, of those judged, 0 to 1.")

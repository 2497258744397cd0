"""A decision to tell of: made by the rules, but for what a test changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from audit.decide import decide
from audit.decision import Act, DataUsed, Decision, NextStep, Referral
from audit.result import Result
from models.reasons import Points
from tests.audit.cases import APPLICATION, STAMP, alone, history, records_of

KEPT = decide(APPLICATION, records_of(history(40)), alone(), STAMP)

BOOKS = Act("keep_books", 60)
SMALLER = Act("smaller_amount", 0, amount=3_000_000)

STEP = NextStep(
    acts=(BOOKS, SMALLER),
    effort=4,
    codes=("R19", "R23"),
    applicant=KEPT.applicant,
    changed={"booked_day_share": 0.6, "amount_asked": 3_000_000.0},
    signals={"circular_share": 0.123},
    kind="eligible",
    score=611,
    offers=("grain", "husk"),
    more=("husk",),
)


def moving(code: str, feature: str, value: float | None, points: int) -> Decision:
    """Return the decision with one code that moved the score, led by a feature of that value.

    No fact of it ends on a day.
    """
    moved = Points(points, 0, {code: points}, {code: float(points)}, {code: feature})
    return replace(
        KEPT,
        points=moved,
        reasons=moved.reasons(),
        strengths=moved.strengths(),
        features={**KEPT.features, feature: value},
        until={},
    )


def helped() -> Decision:
    """Return a decision of *not yet* with a step, a programme, and what it was made from."""
    return replace(
        moving("R11", "worst_days_past_due", 40.0, -21),
        result=Result("not_yet", ("risk_above_the_line",)),
        until={"R11": date(2027, 3, 1)},
        next_steps=(STEP,),
        support=(Referral("debt_counselling", ("R11",), date(2027, 1, 23)),),
        data_used=(DataUsed("payments", 80, date(2026, 10, 11), date(2026, 11, 19)),),
    )

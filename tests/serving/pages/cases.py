"""Decisions to show: one that is not yet, with steps, one that is eligible, one to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from audit.decide import Stamp, decide
from audit.decision import Act, DataUsed, Decision, NextStep, Referral
from audit.result import Policy, Result
from matching.applicant import Applicant
from matching.shelf import load_products
from models.scorer import Scorer
from tests.audit.cases import APPLICATION, NOW, history, records_of, rules

NOT_YET, NO_STEP, ELIGIBLE, LOOK = KINDS = ("not-yet", "no-step", "eligible", "look")

SUPPORT = (
    Referral("bookkeeping", ("R19",), date(2027, 1, 25)),
    Referral("debt_counselling", ("R02",), date(2027, 2, 22)),
)

USED = (
    DataUsed("payments", 400, date(2026, 5, 4), date(2026, 11, 19)),
    DataUsed("bills", 1, date(2026, 8, 2), date(2026, 8, 2)),
)


def steps(applicant: Applicant) -> tuple[NextStep, ...]:
    """Return two steps: one of two acts that takes its time, one that can be done at once."""
    keep = NextStep(
        acts=(Act("keep_books", 60), Act("smaller_amount", 0, amount=3_000_000)),
        effort=3,
        codes=("R19",),
        applicant=applicant,
        changed={"booked_day_share": 0.66},
        signals={},
        kind="eligible",
        score=612,
        offers=("mitra-jateng-25",),
        more=("mitra-jateng-25",),
    )
    bring = replace(
        keep,
        acts=(Act("bring_document", 0, document="sku"),),
        changed={},
        kind="human_review",
        offers=(),
        more=(),
    )
    return keep, bring


def decisions(model: Scorer) -> tuple[Decision, ...]:
    """Return a decision of each kind on the same business, by their names above."""
    shelf = rules(model, products=load_products(), examples=True, policy=Policy())
    made = decide(APPLICATION, records_of(history()), shelf, Stamp("", "granary", NOW))
    made = replace(made, data_used=USED, support=SUPPORT)
    not_yet = Result("not_yet", ("risk_above_the_line",))
    look = Result("human_review", ("transactions_to_check", "near_the_line"))
    return (
        _named(made, NOT_YET, result=not_yet, next_steps=steps(made.applicant)),
        _named(made, NO_STEP, result=not_yet),
        _named(made, ELIGIBLE, result=Result("eligible", ())),
        _named(made, LOOK, result=look, raised=("circled_share",), unlike=("order_rating",)),
    )


def _named(made: Decision, name: str, **changed: object) -> Decision:
    application = replace(made.application, application_id=f"UMKM-{name}")
    return replace(made, decision_id=name, application=application, **changed)  # type: ignore[arg-type]

"""How a decision is made: one function, which serves and will replay.

From the records to the features, from there to the risk and its reasons, to
the offers that fit, to the result, and to what would change it; the signals go from the
records to the result alone. Nothing here reads a clock, a file or a
database: what decides is given whole, so the same inputs give the same decision.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
from opentelemetry import trace

from audit.applicant import applicant_of, told
from audit.days import microseconds, wib
from audit.decision import Application, Decision
from audit.records_digest import records_digest
from audit.result import Judged, raised, result_of
from audit.rules import Rules
from audit.steps.case import Case
from audit.steps.search import judged_again, next_steps
from audit.supported import referrals
from audit.until import until_of
from audit.used import used_of
from features import signals
from features.catalogue import NAMES, compute
from features.flow import ordinary_month
from features.known import Known, known_at_application
from features.rows import Columns, Floats
from matching.applicant import Applicant
from matching.offer import match
from models.reasons import take_apart
from models.scale import grade

TRACER: Final = trace.get_tracer("lumbung")
"""Of spans, which go nowhere unless an operator installs what takes them."""


@dataclass(frozen=True)
class Stamp:
    """What a decision is given from outside: its name, for whom, and when."""

    decision_id: str
    partner_id: str
    decided_at: datetime


def decide(
    application: Application, records: Mapping[str, Columns], rules: Rules, stamp: Stamp
) -> Decision:
    """Return the decision on an application with the records of its business.

    Args:
        application: what is asked.
        records: source → its records, in which the business is number 0; a source may be left out.
        rules: what decides.
        stamp: the decision's name, partner and time.
    """
    case, known = assess(application, records, rules, stamp)
    return replace(
        case.made,
        next_steps=next_steps(case, known),
        data_used=used_of(known),
        until=until_of(known, case.made, rules.policy),
        support=referrals(case.made, case.rules.programmes),
        records_digest=records_digest(known) if application.consents else "",
    )


def assess(
    application: Application, records: Mapping[str, Columns], rules: Rules, stamp: Stamp
) -> tuple[Case, Known]:
    """Return the case without its next steps, and what was known; the arguments are `decide`'s."""
    rules = rules.on(wib(stamp.decided_at))
    known = _known(application, records)
    applicant = applicant_of(application, ordinary_month(known))
    seen = signals.of_one(known, rules.model.identity.currency)
    with TRACER.start_as_current_span("features", record_exception=False):
        vector = compute(known)
    return Case(_judge(application, applicant, vector, seen, rules, stamp), vector, rules), known


def under(made: Decision, rules: Rules) -> Decision:
    """Return the decision that the facts kept with *made* lead to under other rules.

    Under the same rules it is the same decision, to the bit. The records are not kept, so what
    was read of them stays: the data used, and until when facts count. And no other next steps
    are looked for: those there are stay if they still help.
    """
    rules = rules.on(wib(made.decided_at))
    kept = (made.features[name] for name in NAMES)
    vector = np.array([[math.nan if value is None else value for value in kept]])
    stamp = Stamp(made.decision_id, made.partner_id, made.decided_at)
    again = _judge(made.application, made.applicant, vector, dict(made.signals), rules, stamp)
    return replace(
        again,
        next_steps=judged_again(Case(again, vector, rules), made.next_steps),
        data_used=made.data_used,
        until=made.until,
        support=referrals(again, rules.programmes),
        records_digest=made.records_digest,
    )


def _judge(
    application: Application,
    applicant: Applicant,
    vector: Floats,
    seen: dict[str, float | None],
    rules: Rules,
    stamp: Stamp,
) -> Decision:
    """Return the decision on what was found out; the applicant's risk is still to be put in."""
    with TRACER.start_as_current_span("score", record_exception=False):
        probability = told(rules.model.probability(vector, stamp.partner_id))
        points = take_apart(rules.model, vector)[0]
        novelty = rules.model.novelty
        unlike = () if novelty is None else novelty.farthest(vector)[0]
    applicant = replace(applicant, probability_of_default=probability)
    values = dict(zip(NAMES, vector[0].tolist(), strict=True))
    hands = raised(seen, rules.policy) if seen else ()
    day = wib(stamp.decided_at)
    with TRACER.start_as_current_span("match", record_exception=False):
        matches = match(applicant, rules.products, on=day, examples=rules.examples)
    judged = Judged(probability, values["history_months"], unlike, hands)
    return Decision(
        decision_id=stamp.decision_id,
        partner_id=stamp.partner_id,
        decided_at=stamp.decided_at,
        application=application,
        applicant=applicant,
        result=result_of(judged, matches.reach, rules.policy),
        probability_of_default=probability,
        grade=None if probability is None else grade(probability),
        points=points,
        reasons=points.reasons(),
        strengths=points.strengths(),
        offers=matches.offers,
        unfit=matches.unfit,
        features={name: None if math.isnan(v) else v for name, v in values.items()},
        versions=rules.versions,
        signals=seen,
        raised=hands,
        unlike=unlike,
    )


def _known(application: Application, records: Mapping[str, Columns]) -> Known:
    asked = {
        "business_id": np.zeros(1, dtype=np.int64),
        "as_of": np.array([microseconds(application.as_of)]),
        "amount": np.array([float(application.amount)]),
        "tenor_months": np.array([float(application.tenor_months)]),
    }
    return known_at_application(asked, records)

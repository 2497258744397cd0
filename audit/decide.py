"""How a decision is made: one function, which serves and will replay.

From the records to the features, from there to the risk and its reasons, to
the offers that fit, and to the result; the signals go from the records to the
result alone. Nothing here reads a clock, a file or a
database: what decides is given whole, so the same inputs give the same decision.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

import numpy as np

from audit import decision
from audit.decision import Application, Decision, Versions
from audit.result import Judged, Policy, raised, result_of
from features import signals
from features.catalogue import NAMES, compute
from features.flow import Flow, ordinary_month
from features.known import Known, known_at_application
from features.rows import Columns, Floats
from matching.applicant import Applicant
from matching.offer import match
from matching.product import Product
from models import rules as points_by_rules
from models.reasons import take_apart
from models.rules import RulesOnly
from models.scale import grade
from models.scorer import Scorer

WIB: Final = timezone(timedelta(hours=7), "WIB")
"""The time of Batang; a product's dates are days there."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Rules:
    """What decides: the champion, the products and the policy, all of one moment.

    Args:
        model_version: the model's version in the registry; ``rules`` where there is no model.
        model: the model, or the rules in its place.
        products: on offer or not; `matching` judges.
        policy: where the lines are.
        examples: whether example products may be offered.
        until: the last day, WIB, on which the model may decide; None for ever.
        why: why the rules decide in place of a champion; None where one does.
    """

    model_version: str
    model: Scorer
    products: tuple[Product, ...]
    policy: Policy
    examples: bool
    until: date | None = None
    why: str | None = None

    def on(self, day: date) -> Rules:
        """Return what decides on a day (WIB): these, or the rules once the model's time is over."""
        if self.until is None or day <= self.until:
            return self
        return replace(
            self,
            model_version=points_by_rules.VERSION,
            model=RulesOnly(self.model.identity.currency),
            until=None,
            why=f"the override of version {self.model_version} ended on {self.until}",
        )

    @property
    def scorer(self) -> decision.Scorer:
        """Return which of the two decides."""
        return "rules" if isinstance(self.model, RulesOnly) else "champion"


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
    known = _known(application, records)
    applicant = _applicant(application, ordinary_month(known))
    return _judge(application, applicant, compute(known), _signals(known, rules), rules, stamp)


def under(made: Decision, rules: Rules) -> Decision:
    """Return the decision that the facts kept with *made* lead to under other rules.

    Under the same rules it is the same decision, to the bit.
    """
    kept = (made.features[name] for name in NAMES)
    vector = np.array([[math.nan if value is None else value for value in kept]])
    stamp = Stamp(made.decision_id, made.partner_id, made.decided_at)
    return _judge(made.application, made.applicant, vector, dict(made.signals), rules, stamp)


def _judge(
    application: Application,
    applicant: Applicant,
    vector: Floats,
    seen: dict[str, float | None],
    rules: Rules,
    stamp: Stamp,
) -> Decision:
    """Return the decision on what was found out; the applicant's risk is still to be put in."""
    day = wib(stamp.decided_at)
    rules = rules.on(day)
    probability = _told(rules.model.probability(vector, stamp.partner_id))
    applicant = replace(applicant, probability_of_default=probability)
    points = take_apart(rules.model, vector)[0]
    values = dict(zip(NAMES, vector[0].tolist(), strict=True))
    novelty = rules.model.novelty
    unlike = () if novelty is None else novelty.farthest(vector)[0]
    hands = raised(seen, rules.policy) if seen else ()
    matches = match(applicant, rules.products, on=day, examples=rules.examples)
    judged = Judged(probability, values["history_months"], unlike, hands)
    return Decision(
        decision_id=stamp.decision_id,
        partner_id=stamp.partner_id,
        decided_at=stamp.decided_at,
        application=application,
        applicant=applicant,
        result=result_of(judged, matches, rules.policy),
        probability_of_default=probability,
        grade=None if probability is None else grade(probability),
        points=points,
        reasons=points.reasons(),
        strengths=points.strengths(),
        offers=matches.offers,
        unfit=matches.unfit,
        features={name: None if math.isnan(v) else v for name, v in values.items()},
        versions=versions(rules),
        signals=seen,
        raised=hands,
        unlike=unlike,
    )


def versions(rules: Rules) -> Versions:
    """Return what *rules* are made of, each by name and digest."""
    products = [product.model_dump(mode="json") for product in rules.products]
    return Versions(
        model=rules.model_version,
        model_digest=rules.model.digest,
        catalogue=rules.model.identity.fingerprint,
        policy=f"{rules.policy.name}-{digest(asdict(rules.policy))[:16]}",
        products=digest(products)[:16],
        simulated=rules.model.identity.simulated,
        scorer=rules.scorer,
    )


def digest(value: object) -> str:
    """Return SHA-256 of a value's JSON, keys in order."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _known(application: Application, records: Mapping[str, Columns]) -> Known:
    asked = {
        "business_id": np.zeros(1, dtype=np.int64),
        "as_of": np.array([microseconds(application.as_of)]),
        "amount": np.array([float(application.amount)]),
        "tenor_months": np.array([float(application.tenor_months)]),
    }
    return known_at_application(asked, records)


def microseconds(when: datetime) -> int:
    """Return a time as microseconds since 1970 UTC."""
    return (when - EPOCH) // MICROSECOND


def _signals(known: Known, rules: Rules) -> dict[str, float | None]:
    values = signals.compute(known, rules.model.identity.currency)[0].tolist()
    named = zip(signals.SIGNALS, values, strict=True)
    return {signal.name: None if math.isnan(v) else v for signal, v in named}


def wib(when: datetime) -> date:
    """Return the day that a time falls on in Batang."""
    return when.astimezone(WIB).date()


def _applicant(application: Application, month: Flow) -> Applicant:
    """Return what the matcher knows but for the risk: the facts, and an ordinary month."""
    business = application.business
    today = wib(application.as_of)
    started = business.started_on
    spending = _told(month.spending)
    return Applicant(
        as_of=today,
        amount=application.amount,
        tenor_months=application.tenor_months,
        probability_of_default=None,
        purpose=application.purpose,
        months_running=None if started is None else _whole_months(started, today),
        documents=business.documents,
        kbli=business.kbli,
        kecamatan=business.kecamatan,
        active_bank_loans=business.active_bank_loans,
        programme_loan=business.programme_loan,
        monthly_income=_told(month.income),
        monthly_spending=spending,
        monthly_purchases=0.0 if spending is None else float(month.purchases[0]),
        existing_instalments=business.existing_instalments,
    )


def _told(values: Floats) -> float | None:
    """Return the only value; None where it is missing."""
    value = float(values[0])
    return None if math.isnan(value) else value


def _whole_months(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(months - (end.day < start.day), 0)

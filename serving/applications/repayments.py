"""Reports of repayment: what became of the loans that followed upon decisions.

Each report says how one loan stood as of a time. They are kept for ever; what was reported wrongly
a newer report of the same time corrects. The latest is what training learns from
(`features.records.OUTCOMES`) and what a model is held against, month by month.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.days import wib
from audit.decision import Decision
from features.errors import BadInput
from serving.access.callers import no_decision
from serving.applications import decisions
from serving.ledger.entering import enter
from serving.ledger.evidence import repaid
from serving.store import database
from serving.store.sealed import Beside, Seal, place, seal_all_beside, unseal_all
from serving.tables import DecisionRow, RepaymentRow

LATE: Final = 90
"""Days past due from which on a loan counts as in default (DOMAIN.md, section 3)."""

AT_ONCE: Final = 500
"""Loans that are read at a time."""


@dataclass(frozen=True)
class Report:
    """How a loan stood. Times are UTC.

    Args:
        as_of: the time the report speaks of.
        disbursed_at: when the loan was paid out.
        amount: paid out, minor units.
        product_id: of which product; None where it is none of those offered here.
        worst_days_past_due: the worst delay up to then, days; None where none are counted.
        written_off: whether the lender wrote it off.
        restructured: whether its terms were eased because the business could not pay.
        defaulted_at: when it first was in default; None where it was not.
        censored: whether it is too young to judge.
    """

    as_of: datetime
    disbursed_at: datetime
    amount: int
    product_id: str | None
    worst_days_past_due: int | None
    written_off: bool
    restructured: bool | None
    defaulted_at: datetime | None
    censored: bool

    @property
    def bad(self) -> bool:
        """Return whether the loan was in default."""
        late = self.worst_days_past_due is not None and self.worst_days_past_due >= LATE
        return late or self.written_off or self.defaulted_at is not None


REPORT: Final = TypeAdapter(Report)


@dataclass(frozen=True)
class Reported:
    """A report as it is kept, and when it came, UTC."""

    repayment_id: str
    decision_id: str
    reported_at: datetime
    report: Report


@dataclass(frozen=True)
class Month:
    """What became of the decisions of a month, WIB.

    Args:
        month: its first day.
        judged: loans that are old enough to judge, and whose decision a model scored.
        bad: those of them in default.
        expected: how many that was said to be: the sum of their probabilities.
    """

    month: date
    judged: int
    bad: int
    expected: float


def report(
    engine: Engine, partner_id: str, given: Sequence[tuple[str, Report]], now: datetime
) -> list[Reported]:
    """Keep reports on decisions of a partner's own, all or none; one sent again is kept once.

    Raises:
        NotFound: one is on no decision of its own (``no-decision``).
        BadInput: one speaks of a time to come (``future-date``), or of a loan before it was paid
            out (``report-before-loan``).
        Erased: one is on a decision about a person who is erased (``erased``).
    """
    for number, (_, one) in enumerate(given):
        _check(one, now, f"reports/{number}")
    with database.writing(engine) as session:
        return [_keep(session, partner_id, *one, now) for one in given]


def of_decision(engine: Engine, partner_id: str, decision_id: str) -> list[Reported]:
    """Return the reports on a decision of a partner's own, by the time they speak of.

    Raises:
        NotFound: no such decision (``no-decision``).
        Erased: it is about a person who is erased (``erased``).
    """
    with database.session(engine) as session:
        decisions.read(session, _decision(session, partner_id, decision_id))
        return _of(session, decision_id)


def latest(
    session: Session, partner_id: str | None = None, business_id: str | None = None
) -> Iterator[tuple[Decision, Report]]:
    """Yield each decision on which there are reports, and the latest; but for erased ones.

    Args:
        session: of the database.
        partner_id: whose; of all where it is None.
        business_id: on which of its businesses; on all where it is None.
    """
    asked = select(DecisionRow).where(DecisionRow.decision_id.in_(select(RepaymentRow.decision_id)))
    if partner_id is not None:
        asked = asked.where(DecisionRow.partner_id == partner_id)
    if business_id is not None:
        asked = asked.where(DecisionRow.business_id == business_id)
    by = (DecisionRow.decided_at, DecisionRow.decision_id)
    for rows in session.scalars(asked.order_by(*by)).partitions(AT_ONCE):
        made = {one.decision_id: one for one in decisions.read_all(session, rows) if one}
        its = select(RepaymentRow).where(RepaymentRow.decision_id.in_(made))
        order = (RepaymentRow.as_of, RepaymentRow.reported_at)
        last = {row.decision_id: row for row in session.scalars(its.order_by(*order))}
        for one in _read(session, list(last.values())):
            yield made[one.decision_id], one.report


def known(
    session: Session, decision_ids: Collection[str], before: datetime
) -> dict[str, list[Reported]]:
    """Return the reports on some decisions that came before an instant, in the order they came.

    A decision without one is not among them, nor is one about a person who is erased.
    """
    its = (RepaymentRow.decision_id.in_(decision_ids), RepaymentRow.reported_at < before)
    order = (RepaymentRow.reported_at, RepaymentRow.as_of, RepaymentRow.repayment_id)
    found: dict[str, list[Reported]] = defaultdict(list)
    rows = session.scalars(select(RepaymentRow).where(*its).order_by(*order)).all()
    for one in _read(session, rows):
        found[one.decision_id].append(one)
    return found


def by_month(session: Session, partner_id: str | None = None) -> list[Month]:
    """Return how loans fared beside what was said of them, by the month of their decision.

    Args:
        session: of the database.
        partner_id: whose; of all where it is None.
    """
    found: dict[date, list[tuple[bool, float]]] = defaultdict(list)
    for made, one in latest(session, partner_id):
        if made.probability_of_default is not None and (one.bad or not one.censored):
            month = wib(made.decided_at).replace(day=1)
            found[month].append((one.bad, made.probability_of_default))
    return [
        Month(month, len(loans), sum(bad for bad, _ in loans), sum(said for _, said in loans))
        for month, loans in sorted(found.items())
    ]


def _check(one: Report, now: datetime, where: str) -> None:
    if max(one.as_of, one.defaulted_at or one.as_of) > now:
        raise BadInput(
            found="a time to come",
            expected="now or earlier",
            hint="Report how the loan stood at a time that is past.",
            code="future-date",
            where=where,
        )
    if min(one.as_of, one.defaulted_at or one.as_of) < one.disbursed_at:
        raise BadInput(
            found="a loan reported on from before it was paid out",
            expected="as_of and defaulted_at at or after disbursed_at",
            hint="Report loans from the day on which they were paid out.",
            code="report-before-loan",
            where=where,
        )


def _keep(
    session: Session, partner_id: str, decision_id: str, one: Report, now: datetime
) -> Reported:
    of = _decision(session, partner_id, decision_id)
    for before in _of(session, decision_id)[::-1]:
        if before.report == one:
            return before
    made = Reported(str(uuid.uuid4()), decision_id, now, one)
    beside = Beside(partner_id, _place(made.repayment_id), REPORT.dump_json(one), of.sealed)
    (kept,) = seal_all_beside(session, [beside])
    row = RepaymentRow(
        repayment_id=made.repayment_id,
        partner_id=partner_id,
        decision_id=decision_id,
        as_of=one.as_of,
        reported_at=now,
        sealed=kept,
    )
    session.add(row)
    session.flush()
    enter(session, "repayment", *repaid(row))
    return made


def _decision(session: Session, partner_id: str, decision_id: str) -> DecisionRow:
    row = session.get(DecisionRow, decision_id)
    if row is None or row.partner_id != partner_id:
        raise no_decision()
    return row


def _of(session: Session, decision_id: str) -> list[Reported]:
    its = select(RepaymentRow).where(RepaymentRow.decision_id == decision_id)
    order = (RepaymentRow.as_of, RepaymentRow.reported_at, RepaymentRow.repayment_id)
    return _read(session, session.scalars(its.order_by(*order)).all())


def _read(session: Session, rows: Sequence[RepaymentRow]) -> list[Reported]:
    """Return reports, but for those on erased people."""
    seals = [Seal(row.partner_id, _place(row.repayment_id), row.sealed) for row in rows]
    opened = zip(rows, unseal_all(session, seals), strict=True)
    return [
        Reported(row.repayment_id, row.decision_id, row.reported_at, REPORT.validate_json(said))
        for row, said in opened
        if said is not None
    ]


def _place(repayment_id: str) -> str:
    return place("repayments", "sealed", repayment_id)

"""Makes an edition: from what is kept of a period to what officials may be told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.cells import few
from audit.drift.monitored import Drift
from audit.editions import audited, told
from audit.editions.happened import Question, happened
from audit.editions.period import Period
from audit.editions.sections import (
    Allocated,
    Audited,
    Drifted,
    Edition,
    Funnel,
    Ledger,
    Missing,
    Named,
)
from audit.fairness.draws import USUAL, Drawing
from audit.fairness.report import Report
from serving.applications.cases import Case, without_words
from serving.editions.card import Reported, model
from serving.editions.gathering import gather
from serving.ledger.verification import Step, verify
from serving.lending.allocations import OVERVIEW
from serving.store import database
from serving.tables import AllocationRow, CaseRow, Partner


def make(
    engine: Engine,
    period: Period,
    now: datetime,
    report: Callable[[str], Reported],
    step: Step = lambda *_: None,
    drifted: Callable[[Period], Drift | None] = lambda _: None,
    drawing: Drawing = USUAL,
) -> Edition:
    """Return the edition of a period that is over; it is not kept yet.

    Args:
        engine: the database, unlocked (`serving.store.sealed.unlock`).
        period: what it is of.
        now: the time, UTC.
        report: finds what the run of a model's version says (`serving.rules.registry.report`).
        step: is told of the progress.
        drifted: finds what drifted in the period (`serving.editions.drifting.drift`), None where no
            model decides.
        drawing: how the audits draw their samples.

    Raises:
        Unavailable: the database is away (``database-away``), or as *report*.
    """
    gathered = gather(engine, period.since, period.until, step)
    decided, ended = gathered.part(gathered.decided), gathered.part(gathered.ended)
    lenders, questions, allocation = _kept(engine, period)
    step("counts", 0, 1)
    found = told.told(happened(decided, lenders), questions, period.until)
    step("groups", 0, 1)
    fairness = None if found.why else audited.of_decisions(decided, lenders, found.counts, drawing)
    outcomes = audited.of_outcomes(ended, lenders, drawing)
    whole = verify(engine, (), step)
    return Edition(
        format=1,
        name=period.name,
        first=period.first,
        last=period.last,
        made_at=now,
        simulated=bool(gathered.simulated.any()),
        decided=None if found.few else found.decided,
        erased=None if few(gathered.erased) else gathered.erased,
        funnel=_funnel(found, fairness, allocation),
        fairness=found.why or _audited(fairness),
        outcomes=_audited(outcomes),
        reasons=told.reasons(found),
        offers=told.offers(found),
        questions=told.questions(found),
        allocation=allocation,
        drift=found.why or _drifted(drifted(period), told.models(found)),
        model=found.why or model(decided, told.models(found), report),
        ledger=Ledger(whole.number, whole.hash, whole.wrong),
    )


def _funnel(
    found: told.Told, fairness: Report | None, allocation: Allocated | Missing
) -> Funnel | Missing:
    groups = () if fairness is None else fairness.study.counted
    beside = () if isinstance(allocation, Missing) else allocation.made
    return told.funnel(found, groups, beside)


def _audited(report: Report | None) -> Audited | Missing:
    return Missing("no_outcomes") if report is None else Audited(report.json())


def _drifted(found: Drift | None, used: Sequence[Named]) -> Drifted | Missing:
    """Return what drifted, without any number of people: these are told of elsewhere.

    A figure to the last digit would tell them. Nothing is told of the scores where it is not told
    of how many decisions are whose.
    """
    if found is None or not found.reference:
        return Missing("no_reference")
    if any(one.count is None for one in used):
        others = [one for one in found.findings if one.compared.measure != "score"]
        found = replace(found, findings=others)
    said = found.json()
    compared = [
        {name: round(of, _digits(one)) if isinstance(of, float) else of for name, of in one.items()}
        for one in said["compared"]
    ]
    return Drifted(
        {
            "format": said["format"],
            "limits": said["limits"],
            "compared": compared,
            "alarms": said["alarms"],
        }
    )


def _digits(compared: Mapping[str, Any]) -> int:
    return 2 if compared["measure"] in ("score", "feature") else 3


def _kept(
    engine: Engine, period: Period
) -> tuple[dict[str, str], list[Question], Allocated | Missing]:
    """Return the lenders' names by id, and the questions and allocations of a period."""
    with database.snapshot(engine) as session:
        lenders = {one.partner_id: one.name for one in session.scalars(select(Partner))}
        return lenders, _questions(session, period), _allocations(session, period)


def _questions(session: Session, period: Period) -> list[Question]:
    """Return the cases opened in a period, as they stood at its end."""
    its = (CaseRow.opened_at >= period.since, CaseRow.opened_at < period.until)
    rows = session.scalars(select(CaseRow).where(*its).order_by(CaseRow.opened_at)).all()
    return [
        Question(one.kind, one.opened_at, one.due_at, _answered(one, period.until))
        for one in map(without_words, rows)
    ]


def _answered(one: Case, until: datetime) -> datetime | None:
    """Return when a case was answered; None where it was not by the end of the period."""
    at = one.answered_at
    return None if at is None or at >= until else at


def _allocations(session: Session, period: Period) -> Allocated | Missing:
    """Return the last allocation of each programme in a period."""
    its = (AllocationRow.made_at >= period.since, AllocationRow.made_at < period.until)
    rows = session.scalars(select(AllocationRow).where(*its).order_by(AllocationRow.number))
    last = {row.programme_id: OVERVIEW.validate_json(row.overview) for row in rows}
    made = Allocated(tuple(last[name] for name in sorted(last)))
    return made if made.made else Missing("no_allocation")

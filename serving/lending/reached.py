"""How far businesses came, counted of what is kept, for officials to see as `audit.funnel` lets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.decision import Decision
from audit.funnel import STAGES, Funnel, Stage, funnel
from serving.applications import decisions, repayments
from serving.store import database
from serving.store.sealed import Seal, place, unseal_all
from serving.tables import DecisionRow, EntryRow, OutcomeRow

AT_ONCE: Final = 500
"""Rows read at a time."""

NOWHERE: Final = ""
"""The kecamatan of a business of which it is not known."""


def reached(engine: Engine) -> Funnel:
    """Return how far businesses of all lenders came; who is erased is not among them.

    A business counts where its latest decision says it is, at the furthest stage of any of its own.
    *Allocated* is who any allocation served, and *repaid* who of these is reported on last without
    a default.
    """
    with database.snapshot(engine) as session:
        served = set(_allocated(session))
        paying = {one.decision_id for one, said in repayments.latest(session) if not said.bad}
        marks: dict[Stage, set[str]] = {
            "entered": set(session.scalars(select(EntryRow.decision_id))),
            "allocated": served,
            "repaid": served & paying,
        }
        furthest: dict[tuple[str, str], tuple[str, int]] = {}
        for made in _decisions(session):
            whose = (made.partner_id, made.application.business_id)
            _, before = furthest.get(whose, (NOWHERE, 0))
            rank = STAGES.index(_stage(made, marks))
            furthest[whose] = (made.application.business.kecamatan or NOWHERE, max(before, rank))
    return funnel(Counter((code, STAGES[rank]) for code, rank in furthest.values()))


def _decisions(session: Session) -> Iterator[Decision]:
    """Yield the decisions that can be read, in the order they were made."""
    asked = select(DecisionRow).order_by(DecisionRow.decided_at, DecisionRow.decision_id)
    rows = session.scalars(asked.execution_options(yield_per=AT_ONCE))
    for some in rows.partitions():
        yield from (one for one in decisions.read_all(session, some) if one is not None)


def _allocated(session: Session) -> Iterator[str]:
    """Yield the decisions that any allocation served."""
    rows = session.scalars(select(OutcomeRow).execution_options(yield_per=AT_ONCE))
    for some in rows.partitions():
        seals = [Seal(row.partner_id, _place(row), row.record) for row in some]
        for row, told in zip(some, unseal_all(session, seals), strict=True):
            if told is not None and json.loads(told)["code"] == "allocated":
                yield row.decision_id


def _place(row: OutcomeRow) -> str:
    return place("outcomes", "record", row.programme_id, row.number, row.decision_id)


def _stage(made: Decision, marks: Mapping[Stage, Collection[str]]) -> Stage:
    """Return the furthest stage that a decision came to."""
    for stage in reversed(STAGES):
        if made.decision_id in marks.get(stage, ()):
            return stage
    if made.result.kind == "eligible" and made.offers:
        return "offered"
    return made.result.kind

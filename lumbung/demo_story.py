"""The story of the demonstration: three businesses that asked, one of each result.

The three are looked for among those of the simulated data that asked at one lender; nobody's result
is written down beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from sqlalchemy import Engine, select

from audit.decision import Decision
from audit.result import Kind
from lumbung.demo_people import LENDER
from serving.access import links
from serving.access.links import Issued
from serving.applications import cases, decisions
from serving.store import database
from serving.tables import DecisionRow


@dataclass(frozen=True)
class Told:
    """A business of the story.

    Args:
        made: the decision on what it asked for.
        way: by which its owner reads it; links of before are over.
        case_id: of the case that a person is to look at; None where there is none.
    """

    made: Decision
    way: Issued
    case_id: str | None


def story(engine: Engine, now: datetime) -> dict[Kind, Told | None]:
    """Return result → a business that has it; None where nobody has.

    It is the first to whom something can be advised, or just the first.
    """
    return {kind: _told(engine, kind, now) for kind in get_args(Kind)}


def _told(engine: Engine, kind: Kind, now: datetime) -> Told | None:
    first = next(_decided(engine, kind), None)
    made = next((one for one in _decided(engine, kind) if one.next_steps), first)
    if made is None:
        return None
    asked = cases.cases_of(engine, made.decision_id)
    way = links.issue(engine, made.decision_id, now)
    return Told(made, way, asked[0].case_id if asked else None)


def _decided(engine: Engine, kind: Kind) -> Iterator[Decision]:
    """Yield the lender's decisions of a result, in order of time."""
    its = (DecisionRow.partner_id == LENDER, DecisionRow.result == kind)
    asked = select(DecisionRow.decision_id).where(*its)
    with database.session(engine) as session:
        every = session.scalars(asked.order_by(DecisionRow.decided_at, DecisionRow.decision_id))
        names = every.all()
    for name in names:
        found = decisions.find(engine, DecisionRow.decision_id == name)
        if found is not None:
            yield found

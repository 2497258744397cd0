"""The decisions of this very service in a period, read from its database, to be audited.

Only who runs the service has the database; officials see editions, and nobody else any of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from sqlalchemy import select

from audit import lending
from audit.days import midnight
from audit.fairness.cases import Cases
from audit.fairness.measures import MEASURES, Measure
from audit.gathered import Gathered, cases
from audit.origins.proxies import Traits
from features.errors import BadInput
from lumbung.auditing.decisions import Decisions
from lumbung.cli import progress
from serving.editions.gathering import gather
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked
from serving.tables import HeadRow

LENDER: Final = "lender"
"""The group that is no attribute of an applicant: each is looked inside of."""


@dataclass(frozen=True)
class Taken:
    """What is audited.

    Args:
        decisions: as an audit takes them.
        measures: what is measured of them.
        digest: of the file; of our own, where the ledger ended when they were read.
        name: what they are called where nobody says.
    """

    decisions: Decisions
    measures: Sequence[Measure]
    digest: str
    name: str


def own(since: date, until: date, about: str) -> Taken:
    """Read what is audited of a period; who is erased since is left out.

    Args:
        since: its first day, WIB.
        until: the day after its last.
        about: ``decided``, ``ended`` or ``answered``, or the id of a lender whose offers are shown.

    Raises:
        BadInput: nothing of the kind happened in the period (``nothing-decided``).
    """
    engine = unlocked(Settings())
    try:
        with progress("audit") as step:
            gathered = gather(engine, midnight(since), midnight(until), step)
        with database.session(engine) as session:
            digest = session.scalars(select(HeadRow.hash)).one()
    finally:
        engine.dispose()
    found, rows, measures = _about(gathered, about)
    if not found.n:
        raise BadInput(
            found=f"nothing {about} from {since} up to {until}",
            expected="a period in which it happened",
            hint="See lumbung audit --help.",
            code="nothing-decided",
            where="--since",
        )
    return Taken(_decisions(found, rows), measures, digest, f"{about} {since} {until}")


def _about(of: Gathered, about: str) -> tuple[Cases, Gathered, Sequence[Measure]]:
    """Return what is audited, the rows it is of, and what is measured of it."""
    if about == "answered":
        return lending.answers(of), of.part(lending.answered(of)), lending.ANSWERS
    if about in ("decided", "ended"):
        rows = of.part(of.decided if about == "decided" else of.ended)
        return cases(rows), rows, MEASURES
    return lending.exposure(of, about), of.part(of.decided), lending.EXPOSURE


def _decisions(found: Cases, rows: Gathered) -> Decisions:
    """Return cases as an audit takes them, with the features that may give groups away."""
    businesses = rows.business.astype(np.str_)
    return Decisions(
        cases=found,
        within=(LENDER,) if np.unique(rows.partner).size > 1 else (),
        given=(),
        columns=np.empty((found.n, 0)),
        left_out=rows.erased,
        traits=Traits(rows.names, rows.features, businesses),
    )

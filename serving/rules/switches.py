"""The kill switch: an operator lets the rules decide in the champion's place, and a person look.

It is kept in the database, so every worker sees it at its next request and it survives a start.
Each setting of it is an entry of the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, func, select

from audit.decision import Scorer
from audit.digest import digest
from features.errors import BadInput
from serving.ledger import entering
from serving.store import database
from serving.tables import SwitchRow, VersionRow

LONGEST: Final = 500
"""Characters of a reason."""


@dataclass(frozen=True)
class Seen:
    """What in the database changes the rules, read at once.

    Args:
        revision: how many products are verified: it grows whenever one comes into force.
        switch: the number of the last setting of the switch; 0 where it was never touched.
        scorer: who decides by it.
    """

    revision: int
    switch: int
    scorer: Scorer


_LAST: Final = select(func.coalesce(func.max(SwitchRow.number), 0)).scalar_subquery()

SEEN: Final = select(
    select(func.count())
    .select_from(VersionRow)
    .where(VersionRow.kind == "product", VersionRow.verified_at.is_not(None))
    .scalar_subquery(),
    _LAST,
    select(SwitchRow.scorer).where(SwitchRow.number == _LAST).scalar_subquery(),
)
"""One query, for every decision asks it."""


def seen(engine: Engine) -> Seen:
    """Return what in the database changes the rules now."""
    with database.reading(engine) as opened:
        revision, switch, scorer = opened.execute(SEEN).one()
    return Seen(revision, switch, "rules" if scorer == "rules" else "champion")


def switch(engine: Engine, scorer: Scorer, why: str, now: datetime) -> int:
    """Let the rules decide, or the champion again; every worker does so from its next request on.

    Args:
        engine: the database.
        scorer: who is to decide.
        why: for who reads it later; it names no applicant.
        now: the time, UTC.

    Returns:
        The number of the setting: 1, 2, …

    Raises:
        BadInput: there is no reason, or a very long one (``bad-reason``).
    """
    if not 0 < len(why.strip()) <= LONGEST:
        raise BadInput(
            found=f"a reason of {len(why.strip())} characters",
            expected=f"one of 1 to {LONGEST}",
            hint="Say in a sentence why, for who reads it later.",
            code="bad-reason",
        )
    with database.writing(engine) as session:
        number = (session.scalar(select(func.max(SwitchRow.number))) or 0) + 1
        session.add(SwitchRow(number=number, scorer=scorer, why=why.strip(), at=now))
        said = digest({"number": number, "scorer": scorer, "why": why.strip()})
        entering.enter(session, "switch", str(number), said, now)
    return number

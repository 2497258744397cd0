"""Who decides from when on, entered in the ledger: one entry for a swap, however many workers."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select

from audit.rules import Rules
from serving.ledger import entering
from serving.store import database
from serving.tables import LedgerRow

LAST: Final = (
    select(LedgerRow.subject, LedgerRow.digest)
    .where(LedgerRow.kind == "champion")
    .order_by(LedgerRow.number.desc())
    .limit(1)
)


def enter(engine: Engine, rules: Rules, now: datetime) -> None:
    """Enter which version decides from now on, by its digest, unless the last entry says so.

    Args:
        engine: the database.
        rules: what decides.
        now: the time, UTC.

    Raises:
        Unavailable: the database is away (``database-away``).
    """
    decides = (rules.model_version, rules.model.digest)
    with database.writing(engine) as session:
        last = session.execute(LAST).first()
        if last is None or tuple(last) != decides:
            entering.enter(session, "champion", *decides, now)

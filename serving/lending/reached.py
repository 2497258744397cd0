"""How far decisions came in programmes: which took part in one, and which of these were served."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store.sealed import Seal, place, unseal_all
from serving.tables import AllocationRow, EntryRow, OutcomeRow


def entered(session: Session, ids: Collection[str], before: datetime) -> set[str]:
    """Return those of some decisions that took part in a programme before a time, UTC."""
    its = (EntryRow.decision_id.in_(ids), EntryRow.entered_at < before)
    return set(session.scalars(select(EntryRow.decision_id).where(*its)))


def served(session: Session, ids: Collection[str], before: datetime) -> set[str]:
    """Return those of some decisions that any allocation of before a time, UTC, served.

    Whose owner is erased is not among them.
    """
    made = (
        AllocationRow.programme_id == OutcomeRow.programme_id,
        AllocationRow.number == OutcomeRow.number,
        AllocationRow.made_at < before,
    )
    asked = select(OutcomeRow).join(AllocationRow, made[0] & made[1] & made[2])
    rows = session.scalars(asked.where(OutcomeRow.decision_id.in_(ids))).all()
    told = unseal_all(session, [Seal(row.partner_id, _place(row), row.record) for row in rows])
    return {
        row.decision_id
        for row, record in zip(rows, told, strict=True)
        if record is not None and json.loads(record)["code"] == "allocated"
    }


def _place(row: OutcomeRow) -> str:
    return place("outcomes", "record", row.programme_id, row.number, row.decision_id)

"""Decisions as they are kept: sealed for their business, and read nowhere but here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, Engine, insert, select
from sqlalchemy.orm import Session

from audit.decision import RECORD, Decision
from serving.ledger.entering import enter
from serving.ledger.evidence import decided
from serving.store import database
from serving.store.sealed import Seal, place, seal, unseal, unseal_all
from serving.tables import DecisionRow

KEEP: Final = insert(DecisionRow)


def keep(session: Session, made: Decision) -> None:
    """Keep a decision, and enter it into the ledger.

    Args:
        session: of `serving.store.database.writing`.
        made: the decision.

    Raises:
        IntegrityError: there is one with its id, or on the partner's application.
    """
    asked, record = made.application, RECORD.dump_json(made)
    row = {
        "decision_id": made.decision_id,
        "partner_id": made.partner_id,
        "application_id": asked.application_id,
        "business_id": asked.business_id,
        "decided_at": made.decided_at,
        "sealed": seal(
            session, made.partner_id, asked.business_id, _place(made.decision_id), record
        ),
        "result": made.result.kind,
        "grade": made.grade,
        "scorer": made.versions.scorer,
    }
    session.connection().execute(KEEP, row)
    enter(session, "decision", *decided(DecisionRow(**row)))


def read(session: Session, row: DecisionRow) -> Decision:
    """Return a decision; raises as `serving.store.sealed.unseal`."""
    return RECORD.validate_json(unseal(session, *_seal(row)))


def read_all(session: Session, rows: Iterable[DecisionRow]) -> list[Decision | None]:
    """Return decisions, None of an erased business; raises as `serving.store.sealed.unseal`."""
    return [None if one is None else RECORD.validate_json(one) for one in records(session, rows)]


def records(session: Session, rows: Iterable[DecisionRow]) -> list[bytes | None]:
    """Return decisions as JSON (`audit.decision.RECORD`); else as `read_all`."""
    return unseal_all(session, map(_seal, rows))


def find(engine: Engine, *conditions: ColumnElement[bool]) -> Decision | None:
    """Return the decision that meets the conditions, None if none does; raises as `read`."""
    with database.session(engine) as session:
        row = session.scalar(select(DecisionRow).where(*conditions))
        return None if row is None else read(session, row)


def _seal(row: DecisionRow) -> Seal:
    return Seal(row.partner_id, _place(row.decision_id), row.sealed)


def _place(decision_id: str) -> str:
    return place("decisions", "sealed", decision_id)

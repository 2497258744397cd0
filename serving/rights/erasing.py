"""Erasure of a business at a partner (UU 27/2022, Articles 8 and 43; docs/decisions/0039).

The key that its data are sealed with is destroyed, so that what is kept can never be read again,
in whatever copy of the database it lies. What points to the business by the partner's own names
for it points nowhere afterwards, and what is no evidence goes altogether. Rows that the ledger
vouches for stay, without anybody in them, and the ledger stays valid.

A copy of the database from before still has the key. So the ids of destroyed keys stand in a
file beside the master key too, and `again` destroys them anew in what was restored.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Select, delete, literal, select, update
from sqlalchemy.orm import Session

from audit.digest import digest
from features.errors import Refused
from serving.access.callers import NotFound
from serving.business.records import Whose
from serving.jobs import batches
from serving.ledger.entering import enter
from serving.protected.gone import destroy
from serving.store import database
from serving.tables import (
    AccessRow,
    Base,
    BusinessKey,
    BusinessRow,
    CaseRow,
    ChunkRow,
    ClaimRow,
    ConsentRow,
    DecisionRow,
    EntryRow,
    LinkRow,
    SessionRow,
    ShadowScore,
    WithdrawalRow,
)

MARK: Final = "erased/"
"""What the names of an erased business begin with; no partner's own name has a stroke in it."""

OWNERS: Final = ("objection", "correction", "access")
"""Cases that an applicant opened; while one is open, erasing would take away what it is about."""


@dataclass(frozen=True)
class Lock:
    """What keeps a decision from being erased.

    Args:
        days: for so many days after it a decision is kept in any case, 0 for none.
        asked_by_owner: whether the owner asks for themselves: their own open cases then end.
    """

    days: int = 0
    asked_by_owner: bool = False


@dataclass(frozen=True)
class Erasure:
    """What was erased.

    Args:
        erasure: the id of the destroyed key, by which the ledger knows it.
        decisions: how many decisions can no longer be read.
        at: when, UTC.
    """

    erasure: str
    decisions: int
    at: datetime


def erase(engine: Engine, listed: Path, whose: Whose, now: datetime, lock: Lock) -> Erasure:
    """Erase a business at a partner; what others keep of it is theirs.

    Args:
        engine: the database.
        listed: the file of destroyed keys, outside the database.
        whose: which business.
        now: the time, UTC.
        lock: what keeps decisions from being erased.

    Raises:
        NotFound: nothing is kept about such a business (``no-business``).
        Refused: a decision has to be kept still, or a case of the owner's own is open
            (``retention-lock``).
    """
    with database.writing(engine) as session:
        erased = erase_within(session, listed, whose, now, lock)
    database.wipe(engine)
    return erased


def erase_within(
    session: Session, listed: Path, whose: Whose, now: datetime, lock: Lock
) -> Erasure:
    """Erase a business at a partner in a transaction of `database.writing`; else as `erase`.

    The caller lets the database be wiped once it is committed.
    """
    key = session.scalar(select(BusinessKey).where(*of(whose, BusinessKey)))
    if key is None:
        raise no_business()
    _check(session, whose, now, lock)
    erased = Erasure(key.key_id, len(session.scalars(decisions_of(whose)).all()), now)
    # Before the commit: a key that is listed and still there is destroyed when asked again,
    # one that is destroyed and not listed would come back with the next restored copy.
    enlist(listed, [key.key_id])
    _forget(session, whose, key, now)
    return erased


def locked(engine: Engine, whose: Whose, now: datetime, lock: Lock) -> bool:
    """Return whether something of a business has to be kept still; arguments as `erase`."""
    with database.session(engine) as session:
        try:
            _check(session, whose, now, lock)
        except Refused:
            return True
    return False


def again(engine: Engine, keys: Iterable[str], now: datetime) -> int:
    """Erase in a restored database whose keys were destroyed since; return how many businesses.

    Args:
        engine: the database.
        keys: ids of destroyed keys.
        now: the time, UTC.
    """
    done = 0
    for key_id in keys:
        with database.writing(engine) as session:
            key = session.get(BusinessKey, key_id)
            if key is not None and key.business_id is not None:
                _forget(session, Whose(key.partner_id, key.business_id), key, now)
                done += 1
    database.wipe(engine)
    return done


def enlist(listed: Path, keys: Iterable[str]) -> None:
    """Write ids of keys into the file of destroyed keys, and onto the disk."""
    listed.parent.mkdir(parents=True, exist_ok=True)
    with listed.open("a", encoding="ascii") as file:
        file.writelines(f"{key_id}\n" for key_id in keys)
        file.flush()
        os.fsync(file.fileno())


def destroyed(listed: Path) -> list[str]:
    """Return the ids in the file of destroyed keys, each once; none where there is no file."""
    try:
        return list(dict.fromkeys(listed.read_text(encoding="ascii").split()))
    except FileNotFoundError:
        return []


def _forget(session: Session, whose: Whose, key: BusinessKey, now: datetime) -> None:
    """Erase in the transaction that runs, and enter it into the ledger."""
    count = len(session.scalars(decisions_of(whose)).all())
    batches.forget(session, *whose)
    destroy(session, whose)
    for table, its in _gone(whose):
        session.execute(delete(table).where(*its))
    session.execute(
        update(EntryRow).where(*of(whose, EntryRow), EntryRow.left_at.is_(None)).values(left_at=now)
    )
    seen, hidden = f"business/{whose.business_id}", f"business/{MARK}{key.key_id}"
    its = (AccessRow.partner_id == whose.partner_id, AccessRow.subject == seen)
    session.execute(update(AccessRow).where(*its).values(subject=hidden))
    for table in (EntryRow, ConsentRow, DecisionRow):
        session.execute(
            update(table).where(*of(whose, table)).values(_renamed(table, MARK + key.key_id))
        )
    key.business_id = key.wrapped = None
    key.erased_at = now
    session.flush()
    said = digest({"erased": key.key_id, "decisions": count})
    enter(session, "erasure", key.key_id, said, now, whose.partner_id)


def of(whose: Whose, table: type[Any]) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the rows of a table that name a business."""
    return table.partner_id == whose.partner_id, table.business_id == whose.business_id


def decisions_of(whose: Whose) -> Select[str]:
    """Select the ids of the decisions on a business."""
    return select(DecisionRow.decision_id).where(*of(whose, DecisionRow))


def _links(whose: Whose) -> Select[str]:
    return select(LinkRow.link_sha256).where(LinkRow.decision_id.in_(decisions_of(whose)))


def _told(whose: Whose) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of answers kept for who asks twice: of the partner any may tell of it."""
    return ClaimRow.partner_id == whose.partner_id, ClaimRow.sealed.is_not(None)


def _gone(whose: Whose) -> list[tuple[type[Base], tuple[ColumnElement[bool], ...]]]:
    """Return what is deleted, what points to something before it."""
    return [
        (SessionRow, (SessionRow.link_sha256.in_(_links(whose)),)),
        (LinkRow, (LinkRow.decision_id.in_(decisions_of(whose)),)),
        (ShadowScore, (ShadowScore.decision_id.in_(decisions_of(whose)),)),
        (CaseRow, (CaseRow.decision_id.in_(decisions_of(whose)), CaseRow.answered_at.is_(None))),
        (ClaimRow, _told(whose)),
        (WithdrawalRow, of(whose, WithdrawalRow)),
        (ChunkRow, of(whose, ChunkRow)),
        (BusinessRow, of(whose, BusinessRow)),
    ]


def _renamed(table: type[Any], name: str) -> dict[str, Any]:
    """Return the columns of a table that named the business, and what stands there from now on."""
    values: dict[str, Any] = {"business_id": name}
    if table is DecisionRow:
        values["application_id"] = literal(MARK) + DecisionRow.decision_id
        values |= {"result": None, "grade": None, "scorer": None}
    return values


def _check(session: Session, whose: Whose, now: datetime, lock: Lock) -> None:
    """Refuse what the retention lock forbids."""
    last = select(DecisionRow.decided_at).where(*of(whose, DecisionRow))
    made = session.scalar(last.order_by(DecisionRow.decided_at.desc()).limit(1))
    if lock.days and made is not None and now < (until := made + timedelta(days=lock.days)):
        raise _locked("a decision that has to be kept", f"{until:%Y-%m-%d} or later")
    open_case = select(CaseRow.case_id).where(
        CaseRow.decision_id.in_(decisions_of(whose)),
        CaseRow.kind.in_(OWNERS),
        CaseRow.answered_at.is_(None),
    )
    if not lock.asked_by_owner and session.scalar(open_case.limit(1)) is not None:
        raise _locked("an open case of the owner's own", "that it is answered")


def _locked(found: str, expected: str) -> Refused:
    return Refused(
        found=found,
        expected=expected,
        hint="Stop using the data; the owner is told why they are kept still, and until when.",
        code="retention-lock",
    )


def no_business() -> NotFound:
    """Return the error of a business about which a partner keeps nothing."""
    return NotFound(
        found="no such business",
        expected="the id of a business that you keep something about",
        hint="One that is erased is gone for good.",
        code="no-business",
    )

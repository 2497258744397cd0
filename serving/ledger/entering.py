"""The ledger: what was done, entered in the very transaction that does it.

Whatever is evidence makes an entry: `audit.chain` says what one holds. Entries are made inside
`database.writing`, which lets one writer at a time append, whatever process it is in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from audit.chain import Entry
from serving.store import database
from serving.tables import HeadRow, LedgerRow

Kind = Literal[
    "account",
    "allocation",
    "answer",
    "champion",
    "consent",
    "consent-end",
    "decision",
    "edition",
    "erasure",
    "key-end",
    "key-given",
    "lender-answer",
    "repayment",
    "retention",
    "switch",
    "version",
    "withdrawal",
]
"""What is entered."""

HEAD: Final = select(HeadRow.number, HeadRow.hash)
APPEND: Final = insert(LedgerRow)
MOVE: Final = update(HeadRow)


def enter(
    session: Session,
    kind: Kind,
    subject: str,
    digest: str,
    at: datetime,
    partner_id: str | None = None,
) -> None:
    """Append an entry, in the transaction that runs.

    Args:
        session: of `database.writing`.
        kind: what was done.
        subject: to what, by an id of ours that means nothing once a person is erased: never a
            business_id or an application_id. About a business, its `serving.store.sealed.key_id`.
        digest: SHA-256 of what was kept: of sealed bytes, or of what holds nothing personal
            (`audit.digest.digest`).
        at: when, UTC.
        partner_id: by or with which partner; None where it concerns the whole installation.

    Raises:
        RuntimeError: outside `database.writing`.
    """
    if not database.writes(session):
        raise RuntimeError("the ledger is written in database.writing")
    connection = session.connection()
    number, before = connection.execute(HEAD).one()
    made = Entry(number + 1, at, kind, partner_id, subject, digest, before)
    connection.execute(APPEND, {**vars(made), "hash": made.hash})
    connection.execute(MOVE, {"number": made.number, "hash": made.hash})

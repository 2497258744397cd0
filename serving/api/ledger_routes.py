"""The routes by which partners look at the ledger: where it ends, and what of it is theirs."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Query
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select

from serving.access.callers import Caller, caller, scoped
from serving.api.lists import Listed
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.ledger import checkpoints
from serving.store import database
from serving.store.cursors import Order
from serving.tables import HeadRow, LedgerRow

PAGE: Final = 200
"""Entries on one page."""

OLDEST: Final = Order((LedgerRow.number,))

v1 = Router(
    prefix="/v1/ledger",
    tags=["ledger"],
    dependencies=[scoped("audit")],
    responses=responses(401, 403, 422, 503),
)

Asking = Annotated[Caller, Depends(caller)]


class LedgerHead(BaseModel):
    """Where the ledger ends."""

    number: int = Field(description="Of the last entry, and so how many there are.")
    hash: str = Field(description="Of that entry; the next one will hold it.")


class Checkpoint(BaseModel):
    """Where the ledger ended at some time, signed (Ed25519) over the other three as JSON."""

    number: int = Field(description="Of the last entry then.")
    hash: str = Field(description="Of that entry.")
    at: str = Field(description="When, UTC, to the letter as it is signed.")
    signature: str = Field(description="In base64.")
    key: str = Field(description="The public key, in base64; compare it with what was published.")


class Checkpoints(BaseModel):
    """A page of checkpoints, the newest first."""

    checkpoints: list[Checkpoint]
    next_cursor: str | None = Field(description="Ask with it for the next page; None at the end.")


class LedgerEntry(BaseModel):
    """An entry of the ledger: that something was done, and nothing of what."""

    number: int
    at: AwareDatetime
    kind: str
    subject: str = Field(description="Of what, by an id of ours.")
    digest: str = Field(description="SHA-256 of what was kept.")
    previous: str = Field(description="The hash of the entry before.")
    hash: str = Field(description="SHA-256 of all of the above and whose it is.")


class LedgerEntries(BaseModel):
    """A page of your entries, the oldest first; those of others lie between."""

    entries: list[LedgerEntry]
    next_cursor: str | None = Field(description="Ask with it for the next page; None at the end.")


@v1.get("/head", summary="Where does the ledger end?")
def head(by: Asking, service: Running) -> LedgerHead:
    """Return the number and the hash of the last entry, whosever it is.

    Keep it: an entry before it can no longer be changed without showing.
    """
    del by
    with database.session(service.engine) as session:
        row = session.scalars(select(HeadRow)).one()
        return LedgerHead(number=row.number, hash=row.hash)


@v1.get("/checkpoints", summary="List checkpoints")
def list_checkpoints(
    by: Asking, service: Running, asked: Annotated[Listed, Query()]
) -> Checkpoints:
    """Return a page of the checkpoints that the operator signed, the newest first.

    Keep them, or compare them with those you kept: `lumbung ledger verify --checkpoint` holds the
    ledger against one. What lies here alone proves nothing, for who can write here can remove it.
    """
    del by
    with database.session(service.engine) as session:
        found, after = checkpoints.page(session, asked.cursor)
    listed = [Checkpoint.model_validate(one, from_attributes=True) for one in found]
    return Checkpoints(checkpoints=listed, next_cursor=after)


@v1.get("/entries", summary="List your entries")
def entries(by: Asking, service: Running, asked: Annotated[Listed, Query()]) -> LedgerEntries:
    """Return a page of what the ledger holds of yours, the oldest first."""
    its = select(LedgerRow).where(LedgerRow.partner_id == by.partner_id)
    with database.session(service.engine) as session:
        page = OLDEST.page(session, its, asked.cursor, PAGE)
        found = [LedgerEntry.model_validate(row, from_attributes=True) for row in page.rows]
    return LedgerEntries(entries=found, next_cursor=page.next_cursor)

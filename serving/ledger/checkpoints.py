"""Checkpoints: where the ledger ended at some time, signed, to be published or put away.

Who can write to the database can make the whole chain anew, but not so that it agrees with a
checkpoint that lies elsewhere. The key that signs (Ed25519) lies beside the master key.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

import pydantic
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from features.errors import BadInput, Refused
from serving.ledger.entering import HEAD
from serving.settings import Settings
from serving.store import database
from serving.store.cursors import Order
from serving.store.master import make, secrets_of
from serving.tables import CheckpointRow, LedgerRow

PAGE: Final = 100
"""Checkpoints on one page."""

NEWEST: Final = Order((CheckpointRow.at, CheckpointRow.number), newest_first=True)


@dataclass(frozen=True)
class Checkpoint:
    """Where the ledger ended.

    Args:
        number: of the last entry, which is how many there were; 0 before the first.
        hash: of that entry.
        at: when, UTC, as ISO 8601.
    """

    number: int
    hash: str
    at: str

    @property
    def said(self) -> bytes:
        """Return what is signed."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()


class Signed(pydantic.BaseModel, frozen=True):
    """A checkpoint as it is published; signature and public key in base64."""

    number: int
    hash: str
    at: str
    signature: str
    key: str


def take(engine: Engine, settings: Settings, now: datetime) -> Signed:
    """Return a signed checkpoint of the ledger as it stands, and keep it to be listed.

    The key is made if there is none.

    Raises:
        BadInput: the key's file holds something else (``bad-master-key``).
        Refused: the ledger does not end where it should (``ledger-cut``).
    """
    with database.session(engine) as session:
        number, hash_ = session.execute(HEAD).one()
        last = session.scalar(select(LedgerRow.hash).where(LedgerRow.number == number))
    if number and last != hash_:
        raise Refused(
            found="a ledger that does not end where it should",
            expected="a whole one",
            hint="lumbung ledger verify tells what is wrong.",
            code="ledger-cut",
        )
    key, made = _signing(settings), Checkpoint(number, hash_, now.isoformat())
    signature = base64.b64encode(key.sign(made.said)).decode()
    signed = Signed(**asdict(made), signature=signature, key=_public(key))
    with database.session(engine) as session, session.begin():
        session.merge(CheckpointRow(**{**signed.model_dump(), "at": now}))
    return signed


def page(session: Session, cursor: str | None) -> tuple[list[Signed], str | None]:
    """Return a page of the checkpoints that were signed, the newest first, and where to go on.

    Raises BadInput (``bad-cursor``).
    """
    found = NEWEST.page(session, select(CheckpointRow), cursor, PAGE)
    return [_signed(row) for row in found.rows], found.next_cursor


def after(session: Session, number: int) -> Signed | None:
    """Return the first checkpoint that has an entry in it; None while there is none."""
    having = select(CheckpointRow).where(CheckpointRow.number >= number)
    row = session.scalar(having.order_by(CheckpointRow.number, CheckpointRow.at).limit(1))
    return None if row is None else _signed(row)


def _signed(row: CheckpointRow) -> Signed:
    """Return a checkpoint as it was signed, to the letter."""
    at = row.at.astimezone(UTC).isoformat()
    return Signed(number=row.number, hash=row.hash, at=at, signature=row.signature, key=row.key)


def public_key(settings: Settings) -> str:
    """Return the installation's public key, in base64; made if there is none."""
    return _public(_signing(settings))


def read(text: str, key: str) -> tuple[int, str]:
    """Return number and hash of a checkpoint that was signed by a public key, in base64.

    Raises:
        BadInput: it is no checkpoint, or the key is none (``bad-checkpoint``).
        Refused: another key signed it, or it was changed since (``checkpoint-forged``).
    """
    try:
        signed = Signed.model_validate_json(text)
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        signature = base64.b64decode(signed.signature, validate=True)
    except ValueError as error:
        raise BadInput(
            found="no checkpoint, or no public key",
            expected="what lumbung ledger checkpoint made, and the key that it told",
            hint="Give --checkpoint and --key as they were published.",
            code="bad-checkpoint",
        ) from error
    made = Checkpoint(signed.number, signed.hash, signed.at)
    try:
        public.verify(signature, made.said)
    except InvalidSignature as error:
        raise Refused(
            found="a checkpoint that the key did not sign",
            expected="one as it was published",
            hint="Take it from where it was published, and the key too.",
            code="checkpoint-forged",
        ) from error
    return made.number, made.hash


def _signing(settings: Settings) -> Ed25519PrivateKey:
    if not settings.ledger_key.exists():
        make(settings.ledger_key)
    return Ed25519PrivateKey.from_private_bytes(secrets_of(settings.ledger_key)[0])


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()

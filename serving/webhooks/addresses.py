"""The addresses where a lender wants to be told of events, and the secrets that sign the messages.

A secret is shown once. A new one signs beside the old for a while, so that the lender's server
may change over without missing a message.
"""

from __future__ import annotations

import base64
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from features.errors import Refused
from serving.access.callers import NotFound
from serving.access.claims import OWN
from serving.store import database, sealed
from serving.tables import WebhookRow
from serving.webhooks.outbox import Event

MOST: Final = 10
"""Webhooks of one partner."""

BYTES: Final = 32
MARK: Final = "whsec_"

Why = Literal["failing", "gone"]
"""Why one is told nothing any more: it took nothing for days, or answered that it is gone."""


@dataclass(frozen=True)
class Webhook:
    """An address that is told of events. Times are UTC.

    Args:
        webhook_id: unique.
        url: where.
        events: which.
        made_at: when it was named.
        failing_since: since when it takes nothing; None while it takes what it is sent.
        disabled_at: from when on it is told nothing; None while it is.
        why: it is not.
    """

    webhook_id: str
    url: str
    events: tuple[str, ...]
    made_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    why: str | None


@dataclass(frozen=True)
class Named:
    """A webhook and its new secret, which is shown only here."""

    webhook: Webhook
    secret: str


def add(engine: Engine, partner_id: str, url: str, events: Sequence[Event], now: datetime) -> Named:
    """Name an address, which `serving.webhooks.outside` has checked.

    Raises:
        Refused: the partner has as many as it may (``too-many-webhooks``).
    """
    webhook_id, secret = str(uuid.uuid4()), _new_secret()
    of_partner = select(func.count()).where(WebhookRow.partner_id == partner_id)
    with database.writing(engine) as session:
        if (session.scalar(of_partner) or 0) >= MOST:
            raise Refused(
                found=f"{MOST} webhooks",
                expected="fewer",
                hint="Remove one that is not needed any more.",
                code="too-many-webhooks",
            )
        row = WebhookRow(
            webhook_id=webhook_id,
            partner_id=partner_id,
            url=url,
            events=json.dumps(sorted(set(events))),
            secret=_sealed(session, partner_id, webhook_id, secret),
            made_at=now,
        )
        session.add(row)
        return Named(_read(row), secret)


def of_partner(engine: Engine, partner_id: str) -> list[Webhook]:
    """Return a partner's webhooks, the oldest first."""
    its = select(WebhookRow).where(WebhookRow.partner_id == partner_id)
    with database.session(engine) as session:
        rows = session.scalars(its.order_by(WebhookRow.made_at, WebhookRow.webhook_id))
        return [_read(row) for row in rows]


def find(engine: Engine, partner_id: str, webhook_id: str) -> Webhook:
    """Return a partner's webhook; raises NotFound (``no-webhook``)."""
    with database.session(engine) as session:
        return _read(_row(session, partner_id, webhook_id))


def remove(engine: Engine, partner_id: str, webhook_id: str) -> None:
    """Remove a webhook with all that waits for it; raises as `find`."""
    with database.session(engine) as session, session.begin():
        _row(session, partner_id, webhook_id)
        session.execute(delete(WebhookRow).where(WebhookRow.webhook_id == webhook_id))


def rotate(
    engine: Engine, partner_id: str, webhook_id: str, now: datetime, overlap: timedelta
) -> Named:
    """Give a webhook a new secret; the one before signs beside it for a while. Raises as `find`."""
    secret = _new_secret()
    with database.writing(engine) as session:
        row = _row(session, partner_id, webhook_id)
        (before, *_) = secrets_of(session, row, now)
        row.secret = _sealed(session, partner_id, webhook_id, secret)
        row.old_secret = _sealed(session, partner_id, f"{webhook_id}/old", before)
        row.old_until = now + overlap
        return Named(_read(row), secret)


def enable(engine: Engine, partner_id: str, webhook_id: str) -> Webhook:
    """Tell a webhook of events again, from now on; raises as `find`."""
    with database.session(engine) as session, session.begin():
        row = _row(session, partner_id, webhook_id)
        row.failing_since = row.disabled_at = row.why = None
        return _read(row)


def secrets_of(session: Session, row: WebhookRow, now: datetime) -> list[str]:
    """Return the secrets that sign now, the newest first."""
    kept = [(row.webhook_id, row.secret)]
    if row.old_secret is not None and row.old_until is not None and now < row.old_until:
        kept.append((f"{row.webhook_id}/old", row.old_secret))
    return [
        sealed.unseal(session, row.partner_id, _place(name), one).decode() for name, one in kept
    ]


def _new_secret() -> str:
    return MARK + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def _sealed(session: Session, partner_id: str, name: str, secret: str) -> bytes:
    return sealed.seal(session, partner_id, OWN, _place(name), secret.encode())


def _place(name: str) -> str:
    return f"webhooks.secret/{name}"


def _row(session: Session, partner_id: str, webhook_id: str) -> WebhookRow:
    row = session.get(WebhookRow, webhook_id)
    if row is None or row.partner_id != partner_id:
        raise NotFound(
            found="no such webhook",
            expected="the id of a webhook of your own",
            hint="GET /v1/webhooks lists them.",
            code="no-webhook",
        )
    return row


def _read(row: WebhookRow) -> Webhook:
    return Webhook(
        webhook_id=row.webhook_id,
        url=row.url,
        events=tuple(json.loads(row.events)),
        made_at=row.made_at,
        failing_since=row.failing_since,
        disabled_at=row.disabled_at,
        why=row.why,
    )

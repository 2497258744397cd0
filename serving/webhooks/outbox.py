"""What lenders are to be told: written with the event itself, so none is lost and none invented.

A message is thin: which event, the ids of what it is about, and where to read it; nothing in it
is personal. `serving.webhooks.courier` delivers what waits here, each message at least once.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from features.errors import Refused
from serving.access.callers import NotFound
from serving.store import database
from serving.store.cursors import Order, Page
from serving.tables import AttemptRow, DeliveryRow, WebhookRow

Event = Literal[
    "allocation.made",
    "case.answered",
    "case.opened",
    "consent.withdrawn",
    "decision.made",
    "job.done",
    "upload.done",
]

WHERE: Final[dict[Event, str]] = {
    "allocation.made": "/v1/programmes/{programme_id}/allocations/{number}/outcomes",
    "case.answered": "/v1/cases/{case_id}",
    "case.opened": "/v1/cases/{case_id}",
    "consent.withdrawn": "/v1/decisions/{decision_id}",
    "decision.made": "/v1/decisions/{decision_id}",
    "job.done": "/v1/jobs/{job_id}",
    "upload.done": "/v1/uploads/{upload_id}",
}
"""Event → where to read more, by the ids it comes with."""

State = Literal["waiting", "delivered", "failed"]

TOLD: Final = select(WebhookRow.webhook_id, WebhookRow.events).where(
    WebhookRow.partner_id == bindparam("partner"), WebhookRow.disabled_at.is_(None)
)
"""Made once: each decision asks it."""

PAGE: Final = 50
"""Deliveries on one page."""

NEWEST: Final = Order((DeliveryRow.made_at, DeliveryRow.delivery_id), newest_first=True)


@dataclass(frozen=True)
class Attempt:
    """One attempt: when, how long it took, and the status or why there is none."""

    number: int
    at: datetime
    milliseconds: int
    status: int | None
    fault: str | None


@dataclass(frozen=True)
class Delivery:
    """An event on its way to a webhook, or arrived.

    Args:
        delivery_id: the ``webhook-id`` that it is sent under.
        event: which.
        made_at: when, UTC.
        state: waiting, delivered, or failed for good.
        due_at: when it is tried next; None once nothing is.
        attempts: so far, in order.
    """

    delivery_id: str
    event: str
    made_at: datetime
    state: str
    due_at: datetime | None
    attempts: tuple[Attempt, ...]


def tell(
    session: Session, partner_id: str, event: Event, ids: Mapping[str, str | int], now: datetime
) -> None:
    """Put a message into the outbox of every webhook of a partner that asked for the event.

    Args:
        session: in the transaction of the event.
        partner_id: whose webhooks.
        event: which.
        ids: of what it is about, our own ones; no business_id and no application_id.
        now: the time, UTC.
    """
    rows = session.connection().execute(TOLD, {"partner": partner_id}).all()
    for webhook_id, events in rows:
        if event in json.loads(events):
            session.add(_delivery(webhook_id, event, ids, now))


def _delivery(
    webhook_id: str, event: Event, ids: Mapping[str, str | int], now: datetime
) -> DeliveryRow:
    data = {**ids, "url": WHERE[event].format(**ids)}
    return DeliveryRow(
        delivery_id=str(uuid.uuid4()),
        webhook_id=webhook_id,
        event=event,
        body=json.dumps({"type": event, "timestamp": now.isoformat(), "data": data}),
        made_at=now,
        since=now,
        due_at=now,
        state="waiting",
        attempts=0,
    )


def deliveries(engine: Engine, webhook_id: str, cursor: str | None = None) -> Page[Delivery]:
    """Return a page of a webhook's deliveries, the newest first.

    Raises:
        BadInput: no page gave such a cursor (``bad-cursor``).
    """
    its = select(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id)
    with database.session(engine) as session:
        page = NEWEST.page(session, its, cursor, PAGE)
        return Page([_read(session, row) for row in page.rows], page.next_cursor)


def again(engine: Engine, webhook_id: str, delivery_id: str, now: datetime) -> Delivery:
    """Deliver once more what arrived or failed, under the same id.

    Raises:
        NotFound: the webhook has no such delivery (``no-delivery``).
        Refused: it waits already (``still-waiting``).
    """
    with database.session(engine) as session, session.begin():
        row = session.get(DeliveryRow, delivery_id)
        if row is None or row.webhook_id != webhook_id:
            raise NotFound(
                found="no such delivery",
                expected="the id of one of the webhook's deliveries",
                hint="GET /v1/webhooks/{webhook_id}/deliveries lists them.",
                code="no-delivery",
            )
        if row.state == "waiting":
            raise Refused(
                found="a delivery that waits to be tried",
                expected="one that arrived or failed",
                hint="It is tried at due_at.",
                code="still-waiting",
            )
        row.state, row.since, row.due_at = "waiting", now, now
        return _read(session, row)


def _read(session: Session, row: DeliveryRow) -> Delivery:
    its = select(AttemptRow).where(AttemptRow.delivery_id == row.delivery_id)
    tried = session.scalars(its.order_by(AttemptRow.number))
    return Delivery(
        delivery_id=row.delivery_id,
        event=row.event,
        made_at=row.made_at,
        state=row.state,
        due_at=row.due_at if row.state == "waiting" else None,
        attempts=tuple(
            Attempt(one.number, one.at, one.milliseconds, one.status, one.fault) for one in tried
        ),
    )

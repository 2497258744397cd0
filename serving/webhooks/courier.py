"""Who delivers the outbox: some at a time, each signed anew, again and later where it fails.

Every process of the service has one. A message that is being sent is due again a while later, so
that of all processes one sends it, and another takes over from one that died. The pause between
attempts is as long as it has failed so far, at least `SOONEST` and at most `LATEST`, and not
quite the same for all; after `TRIED_FOR` it fails for good.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Engine, Select, func, select, update
from sqlalchemy.orm import Session
from standardwebhooks import Webhook

from features.errors import LumbungError
from serving.store import database
from serving.tables import AttemptRow, DeliveryRow, WebhookRow
from serving.webhooks import addresses
from serving.webhooks.outside import Outside, Posted

log = logging.getLogger(__name__)

AT_ONCE: Final = 16
"""Messages sent at the same time."""

OF_ONE: Final = 4
"""Of those, to one webhook: one that does not answer must not hold up the others."""

LEASE: Final = timedelta(minutes=1)
SOONEST: Final = timedelta(seconds=5)
LATEST: Final = timedelta(hours=12)
TRIED_FOR: Final = timedelta(days=3)
FAILING_FOR: Final = timedelta(days=5)
"""After so long without success a webhook is disabled."""

GONE: Final = 410
POLL: Final = 2.0
"""Seconds between two looks at an outbox that was empty."""


@dataclass(frozen=True)
class Parcel:
    """A message that is ours to send now."""

    delivery_id: str
    webhook_id: str
    url: str
    body: str
    secrets: tuple[str, ...]
    attempt: int
    since: datetime


class Courier:
    """A process's courier.

    Args:
        engine: the database.
        outside: what posts.
        now: the time, UTC.
    """

    def __init__(self, engine: Engine, outside: Outside, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._outside = outside
        self._now = now
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to deliver, behind the answers."""
        self._thread.start()

    def end(self) -> None:
        """End, with what is being sent."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._ended.is_set():
            try:
                sent = self.deliver()
            except LumbungError as error:
                log.warning("nothing delivered: %s", error)
                sent = 0
            if not sent:
                self._ended.wait(POLL)

    def deliver(self) -> int:
        """Send what is due, some of it; return how many were sent."""
        parcels = take(self._engine, self._now())
        if not parcels:
            return 0
        posted = asyncio.run(self._post(parcels))
        for parcel, came in zip(parcels, posted, strict=True):
            settle(self._engine, parcel, came, self._now())
        return len(parcels)

    async def _post(self, parcels: list[Parcel]) -> list[Posted]:
        return await asyncio.gather(*(self._send(parcel) for parcel in parcels))

    async def _send(self, parcel: Parcel) -> Posted:
        headers = signed(parcel, self._now())
        return await self._outside.post(parcel.url, headers, parcel.body.encode())


def signed(parcel: Parcel, now: datetime) -> dict[str, str]:
    """Return a message's headers, as Standard Webhooks has them, signed by each secret."""
    made = [Webhook(secret).sign(parcel.delivery_id, now, parcel.body) for secret in parcel.secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Lumbung-Webhooks",
        "webhook-id": parcel.delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(made),
    }


def take(engine: Engine, now: datetime) -> list[Parcel]:
    """Return messages that are due, taken by nobody else until their lease is over."""
    its = (DeliveryRow.state == "waiting", DeliveryRow.due_at <= now)
    with database.session(engine) as session:  # the usual answer costs no writing
        if session.scalar(select(DeliveryRow.delivery_id).where(*its).limit(1)) is None:
            return []
    taking = (
        update(DeliveryRow)
        .where(*its, DeliveryRow.delivery_id.in_(_chosen(*its)))
        .values(due_at=now + LEASE, attempts=DeliveryRow.attempts + 1)
        .returning(DeliveryRow.delivery_id)
        .execution_options(synchronize_session=False)
    )
    with database.session(engine) as session, session.begin():
        taken = session.scalars(taking).all()
        found = session.execute(
            select(DeliveryRow, WebhookRow)
            .join(WebhookRow)
            .where(DeliveryRow.delivery_id.in_(taken))
        )
        return [_parcel(session, *row, now) for row in found]


def _chosen(*its: ColumnElement[bool]) -> Select[str]:
    """Return the ids of what is due, of no webhook more than `OF_ONE`."""
    by_webhook = func.row_number().over(
        partition_by=DeliveryRow.webhook_id, order_by=DeliveryRow.due_at
    )
    due = (
        select(DeliveryRow.delivery_id, DeliveryRow.due_at, by_webhook.label("place"))
        .where(*its)
        .subquery()
    )
    first = select(due.c.delivery_id).where(due.c.place <= OF_ONE)
    return first.order_by(due.c.due_at).limit(AT_ONCE)


def _parcel(session: Session, row: DeliveryRow, to: WebhookRow, now: datetime) -> Parcel:
    return Parcel(
        delivery_id=row.delivery_id,
        webhook_id=to.webhook_id,
        url=to.url,
        body=row.body,
        secrets=tuple(addresses.secrets_of(session, to, now)),
        attempt=row.attempts,
        since=row.since,
    )


def settle(engine: Engine, parcel: Parcel, came: Posted, now: datetime) -> None:
    """Keep what came of an attempt, and when the next one is due if any."""
    with database.session(engine) as session, session.begin():
        row, to = (
            session.get(DeliveryRow, parcel.delivery_id),
            session.get(WebhookRow, parcel.webhook_id),
        )
        if row is None or to is None:  # removed meanwhile
            return
        session.add(
            AttemptRow(
                delivery_id=row.delivery_id,
                number=parcel.attempt,
                at=now,
                milliseconds=came.milliseconds,
                status=came.status,
                fault=came.fault,
            )
        )
        if came.taken:
            row.state, to.failing_since = "delivered", None
            return
        to.failing_since = to.failing_since or now
        over = now - parcel.since >= TRIED_FOR
        row.state, row.due_at = "failed" if over else "waiting", now + pause(now - parcel.since)
        if came.status == GONE:
            _disable(session, to, "gone", now)
        elif now - to.failing_since >= FAILING_FOR:
            _disable(session, to, "failing", now)


def pause(failed_for: timedelta) -> timedelta:
    """Return how long to wait after so long without success, by chance a fifth more or less."""
    usual = min(max(failed_for, SOONEST), LATEST)
    return usual * (0.8 + secrets.randbelow(401) / 1000)


def _disable(session: Session, to: WebhookRow, why: addresses.Why, now: datetime) -> None:
    """Tell a webhook nothing any more; what waits for it has failed."""
    to.disabled_at, to.why = now, why
    waiting = (DeliveryRow.webhook_id == to.webhook_id, DeliveryRow.state == "waiting")
    session.execute(update(DeliveryRow).where(*waiting).values(state="failed"))
    log.warning("webhook %s is told nothing any more: %s", to.webhook_id, why)

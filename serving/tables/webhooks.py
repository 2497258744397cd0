"""Where lenders want to be told of events, what waits to be told, and each attempt at it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class WebhookRow(Base):
    """An address of a partner's, and the events it is told of."""

    __tablename__ = "webhooks"
    __table_args__ = (Index("webhooks_by_partner", "partner_id", "made_at"),)

    webhook_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    url: Mapped[str] = mapped_column(Text)
    events: Mapped[str] = mapped_column(Text)
    """Names, as a JSON list."""
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """What signs, sealed with the partner's own key."""
    old_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What signs beside it for a while after a change, sealed."""
    old_until: Mapped[datetime | None] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    """Since when nothing was taken; None while what was sent last was taken."""
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    why: Mapped[str | None] = mapped_column(String(16))
    """Why it is told nothing any more; None while it is."""


class DeliveryRow(Base):
    """An event on its way to one webhook."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("deliveries_by_time", "state", "due_at"),
        Index("deliveries_by_webhook", "webhook_id", "made_at", "delivery_id"),
    )

    delivery_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.webhook_id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    """The very text that is signed and sent."""
    made_at: Mapped[datetime] = mapped_column(Instant)
    since: Mapped[datetime] = mapped_column(Instant)
    """From when on it is tried: when it was made, or asked for again."""
    due_at: Mapped[datetime] = mapped_column(Instant)
    """When it is tried next; while it is being tried, when another may take over."""
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]


class AttemptRow(Base):
    """One attempt at a delivery, and what came of it."""

    __tablename__ = "attempts"

    delivery_id: Mapped[str] = mapped_column(
        ForeignKey("deliveries.delivery_id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    milliseconds: Mapped[int]
    status: Mapped[int | None]
    """Of the answer; None where none came."""
    fault: Mapped[str | None] = mapped_column(String(16))
    """Why none came; None where one did."""

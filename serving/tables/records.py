"""What a partner keeps here of its businesses: their facts, their consents and their records."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class BusinessRow(Base):
    """What was known of a business from an instant on; a later version takes its place."""

    __tablename__ = "businesses"

    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"), primary_key=True)
    business_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    known_at: Mapped[datetime] = mapped_column(Instant)
    kept_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """`serving.reading.request.Business` as JSON."""


class ConsentRow(Base):
    """One consent of a business with a partner, to a source or a purpose."""

    __tablename__ = "consents"
    __table_args__ = (Index("consents_by_business", "partner_id", "business_id", "scope"),)

    consent_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    business_id: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(32))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    kept_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Where the partner keeps the proof."""


class ChunkRow(Base):
    """Some records of one source of a business, in order of time."""

    __tablename__ = "record_chunks"

    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"), primary_key=True)
    business_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    rows: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)
    kept_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """An Arrow stream (`serving.business.columnar`)."""

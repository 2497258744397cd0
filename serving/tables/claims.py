"""Requests that are done once, by the key their caller gave each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class ClaimRow(Base):
    """A request under an idempotency key: it runs, or its answer is kept for a while."""

    __tablename__ = "claims"
    __table_args__ = (Index("claims_by_end", "until"),)

    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"), primary_key=True)
    route: Mapped[str] = mapped_column(String(128), primary_key=True)
    key_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the request."""
    token: Mapped[str] = mapped_column(String(32))
    """Of who runs it: another may have taken over since."""
    until: Mapped[datetime] = mapped_column(Instant)
    """Until when nobody else runs it; once it is answered, until when the answer is kept."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The answer; None while the request runs."""

"""What owners told for the fairness audit; not among the names that `serving.tables` gives away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class ProtectedRow(Base):
    """What the owner of a business told, sealed with a key apart from all else about it."""

    __tablename__ = "protected"

    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"), primary_key=True)
    business_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kept_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """`serving.protected.kept.Told` as JSON."""

"""What officials are told of closed periods."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class EditionRow(Base):
    """An edition (`audit.editions.sections.Edition`), made once and kept for ever."""

    __tablename__ = "editions"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    """Of its period, such as ``2026-Q3``."""
    made_at: Mapped[datetime] = mapped_column(Instant)
    record: Mapped[str] = mapped_column(Text)
    """As JSON, to the letter as its digest stands in the ledger."""

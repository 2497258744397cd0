"""What decided, kept once by its digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class RulePart(Base):
    """A policy, a set of products or a set of programmes that once was in force; kept for ever."""

    __tablename__ = "rule_parts"

    part: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[str] = mapped_column(String(200), primary_key=True)
    """As decisions name it (`audit.decision.Versions`)."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """Its JSON, compressed by zlib."""
    kept_at: Mapped[datetime] = mapped_column(Instant)

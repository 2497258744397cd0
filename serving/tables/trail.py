"""Who read or changed what: the trail that UU 27/2022 asks for in Article 32."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class AccessRow(Base):
    """One request about a business that was answered, by whom and what it was about."""

    __tablename__ = "accesses"
    __table_args__ = (Index("accesses_by_time", "at"), Index("accesses_by_subject", "subject"))

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    partner_id: Mapped[str] = mapped_column(String(64))
    who: Mapped[str] = mapped_column(String(16))
    """The prefix of the key; ``owner`` for an applicant by a link."""
    what: Mapped[str] = mapped_column(String(100))
    """Method and address, as docs/openapi.json has it."""
    subject: Mapped[str] = mapped_column(String(80))
    """``decision/``, ``case/`` or ``business/`` and its id; empty of a list."""

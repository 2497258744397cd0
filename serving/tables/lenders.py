"""What lenders themselves decided on applications."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class LenderAnswerRow(Base):
    """What a lender answered to an application, kept for ever; a later one takes its place."""

    __tablename__ = "lender_answers"
    __table_args__ = (
        Index("lender_answers_by_decision", "decision_id", "answered_at", "reported_at"),
        Index("lender_answers_by_time", "reported_at"),
    )

    answer_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.decision_id"))
    answered_at: Mapped[datetime] = mapped_column(Instant)
    reported_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """`serving.applications.lenders.Answer` as JSON."""

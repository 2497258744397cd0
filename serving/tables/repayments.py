"""What became of loans, as their lenders report it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class RepaymentRow(Base):
    """A report of one loan as of a time, kept for ever; a later one corrects it."""

    __tablename__ = "repayments"
    __table_args__ = (Index("repayments_by_decision", "decision_id", "as_of", "reported_at"),)

    repayment_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.decision_id"))
    as_of: Mapped[datetime] = mapped_column(Instant)
    reported_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """`serving.applications.repayments.Report` as JSON."""

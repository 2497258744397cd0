"""Decisions, and what a challenger would have said of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class DecisionRow(Base):
    """A decision as it was answered, kept for ever."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("partner_id", "application_id", name="one_decision_per_application"),
        Index("decisions_by_time", "partner_id", "decided_at", "decision_id"),
        Index("decisions_by_business", "partner_id", "business_id"),
    )

    decision_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    application_id: Mapped[str] = mapped_column(String(64))
    business_id: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The whole decision record, which `serving.applications.decisions` reads."""
    result: Mapped[str | None] = mapped_column(String(16))
    """What it says, to find it by; None, as the two below, of a decision older than lists, and of
    an erased business."""
    grade: Mapped[str | None] = mapped_column(String(1))
    """Also None where the rules scored."""
    scorer: Mapped[str | None] = mapped_column(String(16))


class ShadowScore(Base):
    """What the challenger would have said of a decision; nobody is shown it."""

    __tablename__ = "shadow_scores"

    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.decision_id"), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    model_digest: Mapped[str] = mapped_column(String(64))
    probability: Mapped[float] = mapped_column(Float(53))
    score: Mapped[int]
    result: Mapped[str] = mapped_column(String(16))

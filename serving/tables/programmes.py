"""Versions of products, programmes and budgets; what takes part in a programme and what it got."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class VersionRow(Base):
    """A version of a product, a programme or a budget, kept for ever.

    It waits for a second person, and only from their verification on can it be in force; a newer
    proposal takes the place of one that waits.
    """

    __tablename__ = "versions"
    __table_args__ = (
        Index("versions_by_partner", "partner_id", "kind"),
        Index(
            "one_waits",
            "kind",
            "name",
            unique=True,
            sqlite_where=text("verified_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=text("verified_at IS NULL AND replaced_at IS NULL"),
        ),
    )

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    record: Mapped[str] = mapped_column(Text)
    """What is proposed, as JSON."""
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    proposed_key: Mapped[str] = mapped_column(String(16))
    proposed_by: Mapped[str] = mapped_column(String(64))
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    verified_key: Mapped[str | None] = mapped_column(String(16))
    verified_by: Mapped[str | None] = mapped_column(String(64))
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)


class EntryRow(Base):
    """An application that takes part in a programme; of a business the latest counts.

    The groups are the owner's own word, told for the programme alone.
    """

    __tablename__ = "entries"
    __table_args__ = (Index("entries_by_programme", "programme_id", "entered_at"),)

    entry_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    programme_id: Mapped[str] = mapped_column(String(64))
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    business_id: Mapped[str] = mapped_column(String(64))
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.decision_id"))
    agreed_at: Mapped[datetime] = mapped_column(Instant)
    groups: Mapped[bytes] = mapped_column(LargeBinary)
    """Names, as a JSON list, sealed."""
    entered_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the owner took no part any more; None while they do."""


class AllocationRow(Base):
    """An allocation of a programme, with all that it was made of; kept for ever."""

    __tablename__ = "allocations"

    programme_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the inputs."""
    inputs: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    """`matching.allocation.result.Allocation` as JSON, its outcomes left out."""
    overview: Mapped[str] = mapped_column(Text)
    """`audit.allocated.Overview` as JSON: what officials see."""


class OutcomeRow(Base):
    """What one application got in an allocation, for the lender that entered it."""

    __tablename__ = "outcomes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["programme_id", "number"], ["allocations.programme_id", "allocations.number"]
        ),
        Index("outcomes_by_partner", "programme_id", "number", "partner_id", "decision_id"),
    )

    programme_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.decision_id"), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    record: Mapped[bytes] = mapped_column(LargeBinary)
    """`matching.allocation.result.Outcome` as JSON, sealed."""

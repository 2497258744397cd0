"""What follows upon a decision: links, sessions, cases, withdrawals.

Of a link, a code and a session only hashes are kept: nobody who reads the database can
enter with what stands there.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class LinkRow(Base):
    """A link by which an applicant reads one decision; a later one ends it."""

    __tablename__ = "links"
    __table_args__ = (Index("links_by_decision", "decision_id"),)

    link_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    code_scrypt: Mapped[str] = mapped_column(String(64))
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.decision_id"))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    wrong: Mapped[int]
    """Codes that were wrong, and those being checked now."""


class SessionRow(Base):
    """A door held open for a while: to an applicant by a link, to staff by a key or an account."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_by_end", "expires_at"),)

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    link_sha256: Mapped[str | None] = mapped_column(ForeignKey("links.link_sha256"))
    key_prefix: Mapped[str | None] = mapped_column(
        ForeignKey("api_keys.prefix", ondelete="CASCADE")
    )
    account_id: Mapped[str | None] = mapped_column(
        ForeignKey("accounts.account_id", ondelete="CASCADE")
    )
    opened_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    """When something was asked for last, to the minute."""
    expires_at: Mapped[datetime] = mapped_column(Instant)


class CaseRow(Base):
    """What a person is to look at, and what they answered."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_by_due", "partner_id", "due_at", "case_id"),
        Index(
            "one_open_case",
            "decision_id",
            "kind",
            "about",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    case_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.decision_id"))
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    kind: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(String(16))
    recommended: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    wrote: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed."""
    first_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    officer: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason_code: Mapped[str | None] = mapped_column(String(8))
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed."""


class WithdrawalRow(Base):
    """A business's withdrawal of its consent with a partner."""

    __tablename__ = "withdrawals"

    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"), primary_key=True)
    business_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, primary_key=True)

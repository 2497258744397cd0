"""Accounts of people, and the codes that let one in who has lost their telephone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class AccountRow(Base):
    """A person of a partner who signs in on the pages."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index("accounts_by_known_sha256", "known_sha256", unique=True),
        Index("accounts_by_half_sha256", "half_sha256", unique=True),
    )

    account_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    person: Mapped[str] = mapped_column(String(64))
    """By the partner's own name for them: who proposes and verifies."""
    scopes: Mapped[str] = mapped_column(String(200))
    """Names with a space between them."""
    made_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    setup_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the link by which a password is chosen, once; None once it was."""
    setup_until: Mapped[datetime | None] = mapped_column(Instant)
    password: Mapped[str | None] = mapped_column(String(200))
    """Argon2id; None until one is chosen."""
    totp: Mapped[bytes] = mapped_column(LargeBinary)
    """The secret of the second factor, sealed with the partner's own key."""
    totp_step: Mapped[int]
    """The last step whose code was taken; 0 before the first."""
    wrong: Mapped[int]
    """Tries that failed since the last that did not, and those being checked now."""
    wait_until: Mapped[datetime | None] = mapped_column(Instant)
    """Until when no try is looked at."""
    known_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of whom the account is bound to at a provider; None where it is bound to nobody."""
    subject_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of that provider's own name for them; None until they first came."""
    half_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of who came back from there and is to show the second factor; None while nobody is."""
    half_until: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def opens(self) -> tuple[str, ...]:
        """Return the scopes."""
        return tuple(self.scopes.split())


class RecoveryRow(Base):
    """A code that stands for the second factor, once."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[str] = mapped_column(
        ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True
    )
    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)

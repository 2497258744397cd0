"""Partners, and the keys they ask by."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class Partner(Base):
    """A lender that asks for decisions, or an official; a tenant sees only its own."""

    __tablename__ = "partners"

    partner_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16), default="lender")


class ApiKey(Base):
    """A partner's key: a prefix to find it by, and the hash of its secret."""

    __tablename__ = "api_keys"

    prefix: Mapped[str] = mapped_column(String(16), primary_key=True)
    secret_sha256: Mapped[str] = mapped_column(String(64))
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    person: Mapped[str] = mapped_column(String(64), default="")
    """Who holds it, by the partner's own name for them; empty where nobody said."""
    given_by: Mapped[str | None] = mapped_column(String(16))
    """The administrator's key by which it was made; empty where the operator made it, and None of
    one from before this was kept."""
    created_at: Mapped[datetime] = mapped_column(Instant)
    scopes: Mapped[str] = mapped_column(String(200), default="")
    """Names with a space between them."""
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_on: Mapped[date | None] = mapped_column(Date)
    """The last day, UTC."""

    @property
    def opens(self) -> tuple[str, ...]:
        """Return the scopes."""
        return tuple(self.scopes.split())

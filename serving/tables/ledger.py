"""The ledger of what was done, and the keys that personal data are sealed with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class LedgerRow(Base):
    """An entry of the ledger (`audit.chain.Entry`) and its hash; kept for ever."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ledger_by_subject", "subject"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(16))
    partner_id: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(256))
    digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class HeadRow(Base):
    """Where the ledger ends, kept apart from it; one row."""

    __tablename__ = "ledger_head"

    one: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Always 1."""
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class CheckpointRow(Base):
    """A checkpoint that was signed (`serving.ledger.checkpoints.Signed`); kept for ever."""

    __tablename__ = "checkpoints"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(88))
    key: Mapped[str] = mapped_column(String(44))


class BusinessKey(Base):
    """The key that a business's data at a partner are sealed with, itself wrapped.

    Of an erased business the row stays, without the business and without the key.
    """

    __tablename__ = "business_keys"
    __table_args__ = (UniqueConstraint("partner_id", "business_id", name="one_key_per_business"),)

    key_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    business_id: Mapped[str | None] = mapped_column(String(64))
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)

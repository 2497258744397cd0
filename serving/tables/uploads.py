"""Files of records that partners upload: what arrived, what was read of it, and what was wrong."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base
from serving.tables.jobs import Leased


class UploadRow(Leased, Base):
    """A file of records of one source; besides those of `Leased` its state may be ``open``."""

    __tablename__ = "uploads"
    __table_args__ = (
        Index("uploads_by_partner", "partner_id", "made_at", "upload_id"),
        Index("uploads_by_state", "state"),
    )

    upload_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    source: Mapped[str] = mapped_column(String(16))
    form: Mapped[str] = mapped_column(String(16))
    """Format, and how it is packed: of `serving.jobs.reader.FORMS`."""
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """What the file's digest is to be, sealed: the first thing under the upload's own key."""
    tries: Mapped[int]
    """How often somebody began to read it."""
    rows: Mapped[int]
    """Read so far."""
    bad: Mapped[int]
    """Of those, how many are not taken."""
    added: Mapped[int]
    completed: Mapped[int]
    same: Mapped[int]
    bucket: Mapped[int | None]
    """Whose rows are kept now; None until all are read."""
    within: Mapped[int]
    """How many of its businesses are done."""
    problem: Mapped[str | None] = mapped_column(Text)
    """Why it failed: `serving.reading.faults.Problem` as JSON; nothing in it is personal."""


class UploadPartRow(Base):
    """A part of a file as it came, sealed with the upload's own key; gone at the end."""

    __tablename__ = "upload_parts"

    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.upload_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1 on."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class StagedRow(Base):
    """Rows that were read and are not yet kept, sealed like the parts, of some businesses."""

    __tablename__ = "upload_staged"

    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.upload_id"), primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """All rows of a business are in one."""
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """An Arrow stream (`serving.jobs.sifting`)."""


class RejectedRow(Base):
    """A row of an upload that was not taken, and why."""

    __tablename__ = "upload_rejected"

    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.upload_id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    problem: Mapped[str] = mapped_column(Text)
    """`serving.reading.faults.Problem` as JSON; nothing in it is personal."""

"""Work that is done behind the answers: batches of applications."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.tables.base import Base, Instant


class Leased:
    """Work that one worker at a time does, and another goes on with where the first died."""

    state: Mapped[str] = mapped_column(String(16))
    """``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``."""
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    leased_by: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)


class JobRow(Leased, Base):
    """A batch of applications."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("jobs_by_partner", "partner_id", "made_at", "job_id"),
        Index("jobs_by_state", "state"),
    )

    job_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    of: Mapped[int]
    """Lines there are."""
    done: Mapped[int]
    bad: Mapped[int]
    """Of those done, how many led to no decision."""


class JobPartRow(Base):
    """Lines of a job that wait, sealed with the job's own key; gone once they are done."""

    __tablename__ = "job_parts"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.job_id"), primary_key=True)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The number of its first line, from 1 on."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class JobResultRow(Base):
    """What came of a line of a job: a decision, or what was wrong with it."""

    __tablename__ = "job_results"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.job_id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision_id: Mapped[str | None] = mapped_column(ForeignKey("decisions.decision_id"))
    problem: Mapped[str | None] = mapped_column(Text)
    """`serving.reading.faults.Problem` as JSON; nothing in it is personal."""

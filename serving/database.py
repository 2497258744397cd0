"""What the service keeps: partners, their keys, decisions, and all that follows upon one.

Of a link, a code and a session only hashes are kept: nobody who reads the database can
enter with what stands there.

SQLite by default, with a write-ahead log and full synchronisation, so that a
decision answered is a decision on disk. The schema is made and changed by the
migrations beside this module.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from features.errors import Unavailable

log = logging.getLogger(__name__)


class Instant(TypeDecorator[datetime]):
    """A UTC time; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as the database gave it, in UTC."""
        del dialect
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The tables of the service."""


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
    created_at: Mapped[datetime] = mapped_column(Instant)


class DecisionRow(Base):
    """A decision as it was answered, kept for ever."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("partner_id", "application_id", name="one_decision_per_application"),
        Index("decisions_by_time", "partner_id", "decided_at"),
        Index("decisions_by_business", "partner_id", "business_id"),
    )

    decision_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    application_id: Mapped[str] = mapped_column(String(64))
    business_id: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime] = mapped_column(Instant)
    record: Mapped[str] = mapped_column(Text)
    """The whole decision record, as JSON (`audit.decision.Decision`)."""


class ShadowScore(Base):
    """What the challenger would have said of a decision; nobody is shown it."""

    __tablename__ = "shadow_scores"

    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.decision_id"), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    model_digest: Mapped[str] = mapped_column(String(64))
    probability: Mapped[float] = mapped_column(Float(53))
    score: Mapped[int]
    result: Mapped[str] = mapped_column(String(16))


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
    """A door held open for a while: to an applicant by a link, or to a partner's staff by a key."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_by_end", "expires_at"),)

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    link_sha256: Mapped[str | None] = mapped_column(ForeignKey("links.link_sha256"))
    key_prefix: Mapped[str | None] = mapped_column(
        ForeignKey("api_keys.prefix", ondelete="CASCADE")
    )
    opened_at: Mapped[datetime] = mapped_column(Instant)
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
    wrote: Mapped[str | None] = mapped_column(Text)
    first_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    officer: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason_code: Mapped[str | None] = mapped_column(String(8))
    note: Mapped[str | None] = mapped_column(Text)


class WithdrawalRow(Base):
    """A business's withdrawal of its consent with a partner."""

    __tablename__ = "withdrawals"

    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"), primary_key=True)
    business_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, primary_key=True)


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
    groups: Mapped[str] = mapped_column(Text)
    """Names, as a JSON list."""
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
    record: Mapped[str] = mapped_column(Text)
    """`matching.allocation.result.Outcome` as JSON."""


def connect(url: str) -> Engine:
    """Return an engine for *url*; a SQLite file's folder is made if need be."""
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _durable)
    return engine


@contextlib.contextmanager
def session(engine: Engine) -> Iterator[Session]:
    """Give a session; raises Unavailable (``database-away``) when the database fails."""
    try:
        with Session(engine) as opened:
            yield opened
    except IntegrityError:
        raise
    except (DatabaseError, PoolTimeout) as error:
        log.warning("database away: %s", error)
        raise Unavailable(
            found="the database away",
            expected="a database that takes the decision before it is answered",
            hint="Send the same request again in a moment.",
            code="database-away",
        ) from error


def _durable(connection: Any, record: Any) -> None:
    del record
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision, forwards or (to ``base``) back."""
    config = alembic.config.Config()
    config.set_main_option("script_location", "serving:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if revision == "base":
            alembic.command.downgrade(config, revision)
        else:
            alembic.command.upgrade(config, revision)

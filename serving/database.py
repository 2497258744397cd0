"""What the service keeps: partners, their keys, decisions, and what a challenger says of them.

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
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
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
    """A lender that asks for decisions; a tenant sees only its own."""

    __tablename__ = "partners"

    partner_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class ApiKey(Base):
    """A partner's key: a prefix to find it by, and the hash of its secret."""

    __tablename__ = "api_keys"

    prefix: Mapped[str] = mapped_column(String(16), primary_key=True)
    secret_sha256: Mapped[str] = mapped_column(String(64))
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class DecisionRow(Base):
    """A decision as it was answered, kept for ever."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("partner_id", "application_id", name="one_decision_per_application"),
        Index("decisions_by_time", "partner_id", "decided_at"),
    )

    decision_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.partner_id"))
    application_id: Mapped[str] = mapped_column(String(64))
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

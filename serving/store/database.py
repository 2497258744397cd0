"""The database: reached by its URL, brought to the schema that the migrations beside this make.

SQLite by default, with a write-ahead log and full synchronisation, or PostgreSQL with its
commits synchronous, so that a decision answered is a decision on disk. Nobody waits for the
database longer than was said, and one that comes back is used again without a restart.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from features.errors import BadInput, Unavailable

log = logging.getLogger(__name__)

ALONE: Final = {
    "sqlite": text("BEGIN IMMEDIATE"),
    "postgresql": text("SELECT pg_advisory_xact_lock(7310868735428748903)"),
}
"""Dialect → what lets a transaction write alone; others wait until it ends."""

PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)
"""How each connection to SQLite works: what is answered is on disk, what is deleted is gone."""


HEAD: Final = "0016"
"""The revision of the schema that this release works with: the last of the migrations."""


def connect(url: str, *, connections: int = 15, seconds: int = 10) -> Engine:
    """Return an engine for *url*; a SQLite file's folder is made if need be.

    Args:
        url: SQLAlchemy's, of SQLite or PostgreSQL.
        connections: at most so many are open at once.
        seconds: for how long somebody waits for a connection, a lock or, in PostgreSQL, an answer.
    """
    of = make_url(url)
    options: dict[str, Any] = {"hide_parameters": True}
    if of.database:
        options |= {"pool_size": connections, "max_overflow": 0, "pool_timeout": seconds}
    if of.get_backend_name() == "sqlite":
        if of.database:
            Path(of.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(of, connect_args={"timeout": seconds}, **options)
        event.listen(engine, "connect", _durable)
    else:
        engine = create_engine(of, connect_args=_awaited(seconds), pool_pre_ping=True, **options)
    event.listen(engine, "handle_error", _let_go)
    return engine


def _awaited(seconds: int) -> dict[str, Any]:
    """Return how PostgreSQL is reached: not waited for longer, and durable whatever it is set to.

    What a process that died left open is ended by the server.
    """
    most = seconds * 1000
    said = {
        "statement_timeout": most,
        "lock_timeout": most,
        "idle_in_transaction_session_timeout": 6 * most,
        "synchronous_commit": "on",
    }
    return {
        "connect_timeout": seconds,
        "tcp_user_timeout": most,
        "options": " ".join(f"-c {name}={value}" for name, value in said.items()),
    }


@contextlib.contextmanager
def session(engine: Engine) -> Iterator[Session]:
    """Give a session; raises as `faults`."""
    with faults(), Session(engine) as opened:
        yield opened


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection for statements made once, each of which sees what is there by then.

    Where no objects are asked for it costs half of a session. Raises as `faults`.
    """
    with faults(), engine.connect() as opened:
        yield opened


@contextlib.contextmanager
def faults() -> Iterator[None]:
    """Tell a database's faults as ours, all but a constraint that does not hold.

    Raises:
        BadInput: it cannot hold a value, such as text with a zero byte (``cannot-be-kept``).
        Unavailable: it fails, or takes too long (``database-away``).
    """
    try:
        yield
    except IntegrityError:
        raise
    except DataError as error:
        raise BadInput(
            found="a value that the database cannot hold",
            expected="text without zero bytes, and numbers in their range",
            hint="Leave out what no keyboard writes.",
            code="cannot-be-kept",
        ) from error
    except (DBAPIError, PoolTimeout) as error:
        log.warning("database away: %s", _kind(error))
        raise Unavailable(
            found="the database away",
            expected="a database that takes the decision before it is answered",
            hint="Send the same request again in a moment.",
            code="database-away",
        ) from error


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session in one transaction that may append to the ledger; commit it at the end.

    One at a time, over all processes; the others wait. Where the block raises nothing is kept.
    Raises as `session`; when the connection breaks in the commit itself, that too is
    ``database-away``, and only reading tells whether it is kept.
    """
    with session(engine) as opened:
        opened.connection().execute(ALONE[engine.dialect.name])
        may_write(opened)
        yield opened
        opened.commit()


@contextlib.contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """Give a session that reads all as it stands at one moment; raises as `session`."""
    with session(engine) as opened:
        if engine.dialect.name == "sqlite":
            opened.execute(text("BEGIN"))
        else:
            opened.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield opened


def may_write(session: Session) -> None:
    """Say that a session writes alone, which the caller has made sure of."""
    session.info["writes"] = True


def writes(session: Session) -> bool:
    """Return whether a session is one of `writing`."""
    return bool(session.info.get("writes"))


def wipe(engine: Engine) -> None:
    """Let nothing lie about that was deleted or overwritten a moment ago, as far as it is in reach.

    SQLite overwrites it in its file (``secure_delete``) and keeps it in the write-ahead log, which
    is emptied here; while others read or write all the time it may stay until the next call.
    PostgreSQL lets go of it by ``VACUUM FULL``, which the runbook tells of.
    """
    if engine.dialect.name != "sqlite":
        return
    with session(engine) as opened:
        busy = opened.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
    if busy:
        log.warning("the write-ahead log is in use; what was erased is in it until the next time")


def _kind(error: Exception) -> str:
    """Return what kind of failure it is; its text may hold what was to be kept."""
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return f"{type(cause).__name__} {state}" if state else type(cause).__name__


def _durable(connection: Any, record: Any) -> None:
    del record
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _let_go(failed: ExceptionContext) -> None:
    """Drop a connection whose commit failed: its transaction may be open still, with its locks."""
    ended = failed.statement is None and failed.execution_context is None
    if ended and failed.connection is not None:
        failed.is_disconnect, failed.invalidate_pool_on_disconnect = True, False


def migrate(engine: Engine, revision: str = "head", *, back: bool = False) -> None:
    """Bring the schema to a revision, forwards or back, in one transaction; to ``base`` is back."""
    if revision == "head" and _revision(engine) == HEAD:
        return
    import alembic.command
    import alembic.config

    config = alembic.config.Config()
    config.set_main_option("script_location", "serving:migrations")
    with engine.begin() as connection:
        connection.execute(ALONE[engine.dialect.name])
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        config.attributes["connection"] = connection
        if back or revision == "base":
            alembic.command.downgrade(config, revision)
        else:
            alembic.command.upgrade(config, revision)


def _revision(engine: Engine) -> str | None:
    """Return the revision of the schema that is there; None where there is none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))

"""Counting for rate limits, where all workers see it: a storage for the library `limits`.

With SQLite it is a file of its own beside the database, never synchronised: a count is worth
nothing after a crash. With PostgreSQL it is a table that is not logged. A count is taken in one
statement, so that however many workers ask at once, no more than may be taken are.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from limits.storage import Storage
from limits.storage.base import SlidingWindowCounterSupport, TimestampedSlidingWindow
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

Params = Mapping[str, str | float]

TABLE: Final = """
CREATE {unlogged} TABLE IF NOT EXISTS rates (
    name TEXT PRIMARY KEY,
    n INTEGER NOT NULL,
    took INTEGER NOT NULL,
    ends DOUBLE PRECISION NOT NULL
)"""

BEFORE: Final = "COALESCE((SELECT n FROM rates WHERE name = :before), 0) * :share"
"""What counts of the window before: as much of it as still lies within one window from now."""

TAKE: Final = f"""
INSERT INTO rates (name, n, took, ends)
VALUES (
    :name,
    CASE WHEN {BEFORE} < :room THEN :amount ELSE 0 END,
    CASE WHEN {BEFORE} < :room THEN 1 ELSE 0 END,
    :ends
)
ON CONFLICT (name) DO UPDATE SET
    n = rates.n + CASE WHEN {BEFORE} + rates.n < :room THEN :amount ELSE 0 END,
    took = CASE WHEN {BEFORE} + rates.n < :room THEN 1 ELSE 0 END
RETURNING took
"""  # noqa: S608  nothing in it comes from outside

OVER: Final = "DELETE FROM rates WHERE ends <= :now"
COUNT: Final = "SELECT n FROM rates WHERE name = :name"
TIDY: Final = 1024
"""After so many counts what is over is deleted."""


class File:
    """A SQLite file of its own.

    Args:
        path: where; its folder is made if need be.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path, timeout=1, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=OFF"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute(TABLE.format(unlogged=""))

    def run(self, statement: str, params: Params) -> list[Any]:
        """Run a statement; return its rows."""
        with self._lock:
            return self._file.execute(statement, params).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._file.close()


class Table:
    """A table of the database that is not logged.

    Args:
        engine: of PostgreSQL.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._there = False

    def run(self, statement: str, params: Params) -> list[Any]:
        """Run a statement; return its rows."""
        named = re.sub(r":([a-z]+)", r"%(\1)s::{}", statement)
        for name in re.findall(r"%\(([a-z]+)\)s", named):
            kind = "text" if isinstance(params[name], str) else "double precision"
            named = named.replace(f"%({name})s::{{}}", f"%({name})s::{kind}")
        with self._engine.begin() as connection:
            if not self._there:  # it may be away when the service starts
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7310868735428748904)")
                connection.exec_driver_sql(TABLE.format(unlogged="UNLOGGED"))
            done = connection.exec_driver_sql(named, dict(params))
            rows = [tuple(row) for row in done] if done.returns_rows else []
        self._there = True
        return rows

    def close(self) -> None:
        """Leave the engine to whose it is."""


class Counts(Storage, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """Sliding windows over a file or a table; nothing else is counted here.

    Args:
        kept: where.
        now: the time, seconds.
    """

    STORAGE_SCHEME = None
    FAILS: Final = (sqlite3.Error, SQLAlchemyError, OSError)
    """What comes when the store is away."""

    def __init__(self, kept: File | Table, now: Callable[[], float] = time.time) -> None:
        super().__init__(wrap_exceptions=True)
        self._kept = kept
        self._now = now
        self._taken = 0

    def close(self) -> None:
        """Let go of where it is counted."""
        self._kept.close()

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """Return what fails when the store does."""
        return self.FAILS

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Count *amount* if the window has room for it; return whether it had."""
        now = self._now()
        before, name = self.sliding_window_keys(key, expiry, now)
        self._tidy(now)
        params: Params = {
            "name": name,
            "before": before,
            "share": 1 - now / expiry % 1,
            "amount": amount,
            "room": limit - amount + 1,
            "ends": now + 2 * expiry,
        }
        ((took,),) = self._kept.run(TAKE, params)
        return bool(took)

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Return the count of the window before and for how long it counts; the same of this."""
        now = self._now()
        before, name = self.sliding_window_keys(key, expiry, now)
        left = (1 - now / expiry % 1) * expiry
        return self.get(before), left, self.get(name), left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget what was counted under a key."""
        for name in self.sliding_window_keys(key, expiry, self._now()):
            self.clear(name)

    def get(self, key: str) -> int:
        """Return the count of one window."""
        rows = self._kept.run(COUNT, {"name": key})
        return int(rows[0][0]) if rows else 0

    def clear(self, key: str) -> None:
        """Forget one window."""
        self._kept.run("DELETE FROM rates WHERE name = :name", {"name": key})

    def reset(self) -> None:
        """Forget all."""
        self._kept.run("DELETE FROM rates", {})

    def check(self) -> bool:
        """Return whether the store answers."""
        return self.get("") == 0

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Refuse: fixed windows let twice as many through at their border."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Refuse, as `incr`."""
        raise NotImplementedError

    def _tidy(self, now: float) -> None:
        self._taken += 1
        if self._taken % TIDY == 0:
            self._kept.run(OVER, {"now": now})

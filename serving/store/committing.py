"""Group commit: what several requests write at the same time reaches the disk in one commit.

Whoever finds nobody committing commits at once, with all that came to wait until then; the
others sleep until theirs is on disk. So a request alone waits for nobody, and under load the
disk is waited for once for many. Where one's writing fails the others' are done again without it,
each in a savepoint. Nobody is answered before the commit.
"""

from __future__ import annotations

import copy
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from features.errors import Unavailable
from serving.store import database

T = TypeVar("T")

MOST: Final = 64
"""Writings in one commit."""


@dataclass
class _Waiting:
    """A writing, and what came of it: told when `woken` is set and it is `done`.

    Woken and not done, it is the turn of who waits to commit.
    """

    write: Callable[[Session], Any]
    woken: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    made: Any = None
    error: BaseException | None = None

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.made


class Committer:
    """Commits what the threads of a process write.

    Args:
        engine: the database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._committing = False
        self._waiting: deque[_Waiting] = deque()

    def commit(self, write: Callable[[Session], T]) -> T:
        """Return what *write* returned, once all that it did is on disk.

        Args:
            write: does its writing with a session of `serving.store.database.writing`; it may be
                undone and done again, so it does nothing else, and makes its rows anew each time.

        Raises:
            BadInput: the database cannot hold a value (``cannot-be-kept``); nothing is kept.
            IntegrityError: *write* met one; nothing of it is kept.
            Unavailable: the database failed (``database-away``); whether it is kept is known by
                reading only.
            Exception: what *write* raised; nothing of it is kept.
        """
        mine = _Waiting(write)
        with self._lock:
            self._waiting.append(mine)
            turn = not self._committing
            self._committing = True
        if not turn:
            mine.woken.wait()
        if not mine.done:
            self._turn()
        with database.faults():
            result: T = mine.result()
        return result

    def _turn(self) -> None:
        """Commit those that wait, and let the next of those that came meanwhile do the same."""
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            self._commit(batch)
        finally:
            with self._lock:
                self._committing = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].woken.set()
            for one in batch:
                one.done = True
                one.woken.set()

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            self._together(batch)
        except Unavailable as error:
            for one in batch:
                one.error = copy.copy(error)
        except Exception as error:  # noqa: BLE001  whose it is must be told, and nobody else
            if len(batch) == 1:
                batch[0].error = error
            else:
                self._apart(batch)

    def _together(self, batch: list[_Waiting]) -> None:
        with database.writing(self._engine) as session:
            for one in batch:
                one.made = one.write(session)
                session.flush()

    def _apart(self, batch: list[_Waiting]) -> None:
        """Commit a batch in which one failed, each in a savepoint of its own."""
        try:
            with database.writing(self._engine) as session:
                for one in batch:
                    _attempt(session, one)
        except Exception as error:  # noqa: BLE001  each who waits is told
            for one in batch:
                one.error = copy.copy(error)


def _attempt(session: Session, one: _Waiting) -> None:
    """Do one's writing, or nothing of it; raises when the database itself fails."""
    try:
        with session.begin_nested():
            one.made = one.write(session)
    except DatabaseError as error:
        if not isinstance(error, IntegrityError):
            raise
        one.error = error
    except Exception as error:  # noqa: BLE001  it is told who asked for it
        one.error = error

"""The trail of accesses: written behind the answers, a second late at the most.

An answer waits for the trail only when thousands wait to be written. What a sudden end of the
process takes with it is the last second of what was read; what was changed is in the ledger and
the tables themselves, written before it was answered.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, insert

from features.errors import Unavailable
from serving.store import database
from serving.tables import AccessRow

log = logging.getLogger(__name__)

MOST_WAITING: Final = 10_000
AT_ONCE: Final = 500
SECONDS: Final = 1.0
"""How long an access waits for others to be written with."""

OWNER: Final = "owner"
"""Who an applicant is, in the trail."""


@dataclass(frozen=True)
class Access:
    """Who did what about whom, and when.

    Args:
        at: when, UTC.
        partner_id: at which partner.
        who: the prefix of the key, or `OWNER`.
        what: method and address, as docs/openapi.json has it.
        subject: ``decision/``, ``case/``, ``business/`` or ``job/`` and its id; empty of a list.
    """

    at: datetime
    partner_id: str
    who: str
    what: str
    subject: str


class Trail:
    """Writes accesses, from a thread of its own.

    Args:
        engine: the database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.Queue[Access | None] = queue.Queue(MOST_WAITING)
        self._ended = threading.Event()
        self._writer = threading.Thread(target=self._work, name="trail", daemon=True)
        self._writer.start()

    def note(self, access: Access) -> None:
        """Let an access be written; waits only while `MOST_WAITING` wait, and never at the end."""
        if self._ended.is_set():
            log.warning("an access is not in the trail: it has ended")
        else:
            self._waiting.put(access)

    def end(self) -> None:
        """Write what waits, and end."""
        self._ended.set()
        self._waiting.put(None)
        self._writer.join()

    def _work(self) -> None:
        for batch in self._batches():
            self._write(batch)

    def _batches(self) -> Iterator[list[Access]]:
        """Give what came together, the last once the end has come."""
        for first in iter(self._waiting.get, None):
            self._ended.wait(SECONDS)
            waiting = min(self._waiting.qsize(), AT_ONCE - 1)
            others = [self._waiting.get_nowait() for _ in range(waiting)]
            yield [first, *(one for one in others if one is not None)]
            if None in others:
                return

    def _write(self, batch: list[Access]) -> None:
        """Write accesses; what the database does not take now it is asked to take again."""
        rows = [asdict(access) for access in batch]
        while True:
            try:
                with database.session(self._engine) as session, session.begin():
                    session.execute(insert(AccessRow), rows)
            except Unavailable:
                if self._ended.wait(SECONDS):
                    log.warning("%d accesses are not in the trail: the database is away", len(rows))
                    return
            else:
                return

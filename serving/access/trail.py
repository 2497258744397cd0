"""The trail of accesses: written behind the answers, a second late at the most.

An answer waits for the trail only when thousands wait to be written. What a sudden end of the
process takes with it is the last second of what was read; what was changed is in the ledger and
the tables themselves, written before it was answered. A business that was erased meanwhile, such
as by what is noted itself, is not named any more.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from features.errors import Unavailable
from serving.rights.erasing import MARK
from serving.store import database
from serving.tables import AccessRow, BusinessKey

log = logging.getLogger(__name__)

MOST_WAITING: Final = 10_000
AT_ONCE: Final = 500
SECONDS: Final = 1.0
"""How long an access waits for others to be written with."""

OWNER: Final = "owner"
"""Who an applicant is, in the trail."""

BUSINESS: Final = "business/"
"""What a subject begins with that is the partner's own name for a business."""


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
        while True:
            try:
                keep(self._engine, batch)
            except Unavailable:
                if self._ended.wait(SECONDS):
                    told = "%d accesses are not in the trail: the database is away"
                    log.warning(told, len(batch))
                    return
            else:
                return


def keep(engine: Engine, batch: Iterable[Access]) -> None:
    """Write accesses, without the names of businesses of which nothing is kept (any more)."""
    rows = [asdict(access) for access in batch]
    naming = [row for row in rows if row["subject"].startswith(BUSINESS)]
    if not naming:
        with database.session(engine) as session, session.begin():
            session.execute(insert(AccessRow), rows)
        return
    with database.writing(engine) as session:  # so that nobody is erased in between
        there = _there(session, naming)
        for row in naming:
            if (row["partner_id"], row["subject"]) not in there:
                row["subject"] = BUSINESS + MARK
        session.execute(insert(AccessRow), rows)


def _there(session: Session, naming: Iterable[dict[str, str]]) -> set[tuple[str, str]]:
    """Return partner and subject of the businesses among these of which something is kept."""
    names = {row["subject"].removeprefix(BUSINESS) for row in naming}
    asked = select(BusinessKey.partner_id, BusinessKey.business_id)
    found = session.execute(asked.where(BusinessKey.business_id.in_(names)))
    return {(row.partner_id, f"{BUSINESS}{row.business_id}") for row in found}

"""What is left of acknowledged decisions when servers and databases are killed under load."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from audit.chain import Entry, Kept, faults
from benchmarks.journal import Journal, load, lost
from benchmarks.nursery import Nursery
from benchmarks.postgresql import Cluster
from serving.access.keys import issue_key
from serving.ledger.entering import HEAD
from serving.store import database
from serving.tables import DecisionRow, LedgerRow

LIVES: Final = (1, 8)
"""How many more acknowledgements a server lives to see before it is killed, from and to."""

DOWN: Final = 0.2
"""Seconds for which a database that was stopped stays away."""

MOMENT: Final = 0.02
"""Seconds after an acknowledgement, at most, so that others are under way in whatever state."""

CLIENTS: Final = 4

ENTRY: Final = [field.name for field in fields(Entry)]


@dataclass(frozen=True)
class Place:
    """Where the service keeps things.

    Args:
        home: its folder.
        url: of its database.
    """

    home: Path
    url: str

    @property
    def settings(self) -> dict[str, str]:
        """Return the settings of a service whose rules decide, so that no registry is asked."""
        return {
            "environment": "development",
            "home": str(self.home),
            "database_url": self.url,
            "scorer": "rules",
        }

    def prepare(self) -> str:
        """Make the tables and a partner; return its key."""
        engine = database.connect(self.url)
        database.migrate(engine)
        key = issue_key(engine, "granary", "Granary", person="ani")
        engine.dispose()
        return key


def server_killed(server: Nursery, place: Place, times: int, seed: int = 0) -> dict[str, Any]:
    """Kill the server so many times under load; return what was counted."""

    def fault() -> None:
        server.kill()
        server.start(place.settings)

    return _under_load(server, place, fault, times, seed)


def database_stopped(
    server: Nursery, place: Place, cluster: Cluster, times: int, seed: int = 0
) -> dict[str, Any]:
    """Stop PostgreSQL at once so many times under load, and start it again; the server lives on."""

    def fault() -> None:
        cluster.stop("immediate")
        time.sleep(DOWN)
        cluster.start()

    return _under_load(server, place, fault, times, seed)


def _under_load(
    server: Nursery, place: Place, fault: Callable[[], None], times: int, seed: int
) -> dict[str, Any]:
    chance = random.Random(seed)  # noqa: S311  of nothing secret
    key, began, starts = place.prepare(), time.monotonic(), server.starts
    server.start(place.settings)
    with (place.home / "journal").open("a", encoding="utf-8") as file:
        journal = Journal(file)
        with load(server.url, key, journal, CLIENTS, "kill"):
            for _ in range(times):
                journal.await_more(chance.randint(*LIVES))
                time.sleep(chance.uniform(0, MOMENT))
                fault()
        gone = lost(server.url, key, journal.acknowledged.values())
    started = server.starts - starts
    server.kill()
    return {
        "times": times,
        "server_starts": started,
        "seconds": round(time.monotonic() - began, 1),
        "acknowledged": len(journal.acknowledged),
        "lost": len(gone),
        "acknowledged_twice": len(journal.twice),
        **_kept(place.url),
        "answers": dict(journal.answers),
    }


def _kept(url: str) -> dict[str, int]:
    """Count what is in the database, asked without the service.

    Of each decision there is one entry in the ledger, and the chain of the entries is whole.
    """
    engine = database.connect(url)
    of = (DecisionRow.partner_id, DecisionRow.application_id)
    again = select(*of).group_by(*of).having(func.count() > 1)
    with database.session(engine) as session:
        kept = session.scalar(select(func.count()).select_from(DecisionRow)) or 0
        twice = len(session.execute(again).all())
        entries = session.scalars(select(LedgerRow).order_by(LedgerRow.number)).all()
        end = session.execute(HEAD).one()
    engine.dispose()
    chain = [
        Kept(Entry(**{name: getattr(row, name) for name in ENTRY}), row.hash) for row in entries
    ]
    return {
        "kept": kept,
        "kept_twice": twice,
        "entered": sum(row.kind == "decision" for row in entries),
        "chain_faults": len(list(faults(chain, (end[0], end[1])))),
    }

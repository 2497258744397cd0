"""What is left of acknowledged decisions when servers and databases are killed under load."""

from __future__ import annotations

import functools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from audit.chain import Entry, Kept, faults
from benchmarks.journal import Journal, load, lost
from benchmarks.nursery import Nursery
from benchmarks.postgresql import Cluster
from benchmarks.served import Served, free_port, served, until
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

WORKERS: Final = 2

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


def workers_killed(place: Place, times: int, parents: int, seed: int = 0) -> dict[str, Any]:
    """Kill workers of `lumbung serve --workers 2` under load, and the process above them.

    Args:
        place: where the service keeps things.
        times: how many workers are killed; each time another is waited for.
        parents: how many processes above them are killed; who is left ends by itself, and the
            service is started again.
        seed: of what is decided by chance.
    """
    chance = random.Random(seed)  # noqa: S311  of nothing secret
    key, began, port = place.prepare(), time.monotonic(), free_port()
    url, log = f"http://127.0.0.1:{port}", place.home / "log"
    start = functools.partial(served, place.settings, log, workers=WORKERS, port=port)
    killed = Counter[int](number % parents for number in range(times))
    with (place.home / "journal").open("a", encoding="utf-8") as file:
        journal = Journal(file)
        with load(url, key, journal, CLIENTS, "worker"):
            for life in range(parents):
                with start() as server:  # which is killed at the end
                    for _ in range(killed[life]):
                        _wait(journal, chance)
                        _kill_one(server, chance)
                    _wait(journal, chance)
    with start():
        gone = lost(url, key, journal.acknowledged.values())
    told = {"times": times, "parents": parents, "seconds": round(time.monotonic() - began, 1)}
    return {**told, **_counted(place, journal, gone)}


def _kill_one(server: Served, chance: random.Random) -> None:
    """Kill a worker; return when another is in its place, and answers."""
    before = server.workers()
    os.kill(chance.choice(sorted(before)), signal.SIGKILL)
    until(lambda: len(server.workers() - before) == 1 and server.ready)


def _wait(journal: Journal, chance: random.Random) -> None:
    """Return a moment after some acknowledgements."""
    journal.await_more(chance.randint(*LIVES))
    time.sleep(chance.uniform(0, MOMENT))


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
                _wait(journal, chance)
                fault()
        gone = lost(server.url, key, journal.acknowledged.values())
    started = server.starts - starts
    server.kill()
    seconds = round(time.monotonic() - began, 1)
    told = {"times": times, "server_starts": started, "seconds": seconds}
    return {**told, **_counted(place, journal, gone)}


def _counted(place: Place, journal: Journal, gone: list[str]) -> dict[str, Any]:
    return {
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

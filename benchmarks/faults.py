"""What the service does when what it stands on breaks: counted, and whether anything was lost.

``python -m benchmarks.faults kills`` kills the server 200 times under load on SQLite and on
PostgreSQL, and stops PostgreSQL itself 20 times. Clients keep a journal, on disk, of every decision
that was acknowledged; afterwards each must be there byte for byte, and none twice. ``workers``
does so to 50 workers of a service that has two, and to 5 of the processes above them. ``swaps``
changes the champion 100 times under load, with one worker and with two. ``bodies`` sends 100,000
bodies that no client would, ``uploads`` reads 100,000 files that no program wrote, ``slow`` opens
10,000 connections that never end a request, and ``schemathesis`` holds 50,000 requests and
answers against the API's own description.

Prints a table, and one JSON object as its last line; ends with 1 when anything was lost.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import kills, postgresql, uploads
from benchmarks.described import PHASES, described, table
from benchmarks.fuzzed import fuzzed
from benchmarks.kills import Place
from benchmarks.nursery import Nursery, nursery
from benchmarks.slow import slow
from benchmarks.swaps import swapped

Figures = dict[str, Any]

WITHIN: Final = 120.0
"""Seconds that a server has to close slow connections."""

HARD: Final = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
"""Open files that this process may allow itself."""

NONE: Final = (
    *("faults", "lost", "acknowledged_twice", "kept_twice", "chain_faults"),
    *("failed", "mixed", "entered_otherwise", "not_conforming", "never_answered_well"),
)
"""Of these there may be none."""


def of_kills(times: int, stops: int) -> dict[str, Figures]:
    """Kill servers and databases; return the figures of each part."""
    with tempfile.TemporaryDirectory() as folder, nursery(Path(folder) / "log") as server:
        return _of_kills(server, times, stops)


def _of_kills(server: Nursery, times: int, stops: int) -> dict[str, Figures]:
    found = {}
    with tempfile.TemporaryDirectory() as home:
        place = Place(Path(home), f"sqlite:///{home}/lumbung.db")
        found["server killed, SQLite"] = kills.server_killed(server, place, times)
    programs = postgresql.programs()
    if programs is None:
        print("PostgreSQL is not installed: apt install postgresql, or the dev extra.")
        return found
    with postgresql.cluster(programs, durable=True) as cluster:
        with tempfile.TemporaryDirectory() as home:
            place = Place(Path(home), cluster.create("kills"))
            found["server killed, PostgreSQL"] = kills.server_killed(server, place, times)
        with tempfile.TemporaryDirectory() as home:
            place = Place(Path(home), cluster.create("stops"))
            found["PostgreSQL stopped"] = kills.database_stopped(server, place, cluster, stops)
    return found


def of_workers(times: int, parents: int) -> dict[str, Figures]:
    """Kill workers, and the processes above them; return the figures."""
    with tempfile.TemporaryDirectory() as home:
        place = Place(Path(home), f"sqlite:///{home}/lumbung.db")
        return {"workers killed, SQLite": kills.workers_killed(place, times, parents)}


def of_swaps(times: int) -> dict[str, Figures]:
    """Change the champion of a service with one worker, and with two; return the figures."""
    found = {}
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as home:
            found[f"champion swapped, workers: {workers}"] = swapped(Path(home), times, workers)
    return found


def of_bodies(inputs: int) -> dict[str, Figures]:
    """Send bodies that no client would; return the figures."""
    with tempfile.TemporaryDirectory() as home:
        place = Place(Path(home), f"sqlite:///{home}/lumbung.db")
        return {"bodies": fuzzed(place, inputs)}


def of_cases(cases: int, kept: Path | None, seed: int, phases: Sequence[str]) -> dict[str, Figures]:
    """Hold the API against its description; print what came of each operation, return the sums."""
    with tempfile.TemporaryDirectory() as folder, nursery(Path(folder) / "log") as server:
        found = described(server, cases, kept, seed=seed, phases=phases)
    print("\n".join([*table(found), *found.failures, *found.errors]))
    return {
        "schemathesis": {
            "cases": found.total,
            "by_phase": dict(found.phases),
            "operations": len(found.cases),
            "never_answered_well": [name for name, n in found.cases.items() if not n["2xx"]],
            "faults": sum(counts["5xx"] for counts in found.cases.values()),
            "not_conforming": found.failures.total(),
            "errors": found.errors.total(),
        }
    }


def of_uploads(inputs: int) -> dict[str, Figures]:
    """Read files that no program wrote; return the figures."""
    return {"uploads": uploads.fuzzed(inputs)}


def of_slow(clients: int) -> dict[str, Figures]:
    """Open connections that never end a head, to a server of its own; return the figures."""
    limit = clients + 1000
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, max(limit, HARD)))
    with tempfile.TemporaryDirectory() as home, nursery(Path(home) / "log") as server:
        place = Place(Path(home), f"sqlite:///{home}/lumbung.db")
        place.prepare()
        server.start(place.settings)
        return {"slow clients": slow(server.port, clients, WITHIN)}


PARTS: Final[dict[str, Callable[[argparse.Namespace], dict[str, Figures]]]] = {
    "kills": lambda said: of_kills(said.kills, said.stops),
    "workers": lambda said: of_workers(said.workers, said.parents),
    "swaps": lambda said: of_swaps(said.swaps),
    "bodies": lambda said: of_bodies(said.bodies),
    "uploads": lambda said: of_uploads(said.uploads),
    "schemathesis": lambda said: of_cases(said.cases, said.kept, said.seed, said.phases),
    "slow": lambda said: of_slow(said.slow),
}


def main() -> int:
    """Run the parts that are named, all when none is; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS])
    parser.add_argument("--kills", type=int, default=200, help="of servers, on each database")
    parser.add_argument("--stops", type=int, default=20, help="of PostgreSQL")
    parser.add_argument("--workers", type=int, default=50, help="that are killed")
    parser.add_argument("--parents", type=int, default=5, help="of workers that are killed")
    parser.add_argument("--swaps", type=int, default=100, help="of the champion, for each service")
    parser.add_argument("--bodies", type=int, default=100_000, help="that are sent")
    parser.add_argument("--uploads", type=int, default=100_000, help="that are read")
    parser.add_argument("--cases", type=int, default=50_000, help="of schemathesis")
    parser.add_argument("--kept", type=Path, help="a file with its rounds, to go on from")
    parser.add_argument("--seed", type=int, default=0, help="of its first round")
    parser.add_argument("--phases", nargs="+", choices=PHASES, default=PHASES, help="of its rounds")
    parser.add_argument("--slow", type=int, default=10_000, help="clients")
    said = parser.parse_args()
    found: dict[str, Figures] = {}
    for part in said.parts or PARTS:
        found |= PARTS[part](said)
    for name, figures in found.items():
        told = ", ".join(f"{what} {figure}" for what, figure in figures.items())
        print(f"{name}: {told}")
    whole = not any(figures.get(what) for figures in found.values() for what in NONE)
    print(json.dumps({"parts": found, "nothing_lost": whole}))
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())

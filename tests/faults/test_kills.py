"""What is acknowledged is kept, whoever is killed; `lumbung bench faults` kills hundreds."""

from __future__ import annotations

from benchmarks import postgresql
from tests.benchmarks.small import figures
from tests.conftest import lacking
from tests.contracts.blocks import line

KILLED = {"201", "broken connection"}


def nothing_is_lost(figures: dict[str, int]) -> None:
    """Assert that all that was acknowledged is kept, once, and that much was."""
    assert (figures["lost"], figures["acknowledged_twice"], figures["kept_twice"]) == (0, 0, 0)
    assert (figures["entered"], figures["chain_faults"]) == (figures["kept"], 0)
    assert figures["kept"] >= figures["acknowledged"] >= figures["times"]


def test_what_was_acknowledged_is_kept_whoever_is_killed() -> None:
    """The server on either database, then PostgreSQL, of which the server is never started anew."""
    found = figures(line("lumbung bench faults kills"), "--kills", "2", "--stops", "1")
    parts = found["parts"]
    for name in ("server killed, SQLite", "server killed, PostgreSQL")[: len(parts)]:
        nothing_is_lost(parts[name])
        assert parts[name]["server_starts"] == 3
        assert set(parts[name]["answers"]) <= KILLED
    if postgresql.programs() is None:
        lacking("PostgreSQL is not installed: apt or the dev extra")
    stopped = parts["PostgreSQL stopped"]
    nothing_is_lost(stopped)
    assert stopped["server_starts"] == 1
    assert set(stopped["answers"]) == {"201", "503"}

"""What is acknowledged is kept, whoever is killed; `lumbung bench faults` kills hundreds."""

from __future__ import annotations

from pathlib import Path

from benchmarks import kills
from benchmarks.kills import Place
from benchmarks.nursery import Nursery
from benchmarks.postgresql import Cluster


def nothing_is_lost(figures: dict[str, int]) -> None:
    """Assert that all that was acknowledged is kept, once, and that much was."""
    assert (figures["lost"], figures["acknowledged_twice"], figures["kept_twice"]) == (0, 0, 0)
    assert (figures["entered"], figures["chain_faults"]) == (figures["kept"], 0)
    assert figures["kept"] >= figures["acknowledged"] >= figures["times"]


def test_a_server_that_is_killed_has_kept_what_it_acknowledged_in_sqlite(
    tmp_path: Path, server: Nursery
) -> None:
    place = Place(tmp_path, f"sqlite:///{tmp_path}/lumbung.db")
    figures = kills.server_killed(server, place, 2)
    nothing_is_lost(figures)
    assert figures["server_starts"] == 3
    assert set(figures["answers"]) <= {"201", "broken connection"}


def test_a_server_that_is_killed_has_kept_what_it_acknowledged_in_postgresql(
    tmp_path: Path, server: Nursery, cluster: Cluster
) -> None:
    figures = kills.server_killed(server, Place(tmp_path, cluster.create("kills")), 2)
    nothing_is_lost(figures)
    assert figures["server_starts"] == 3
    assert set(figures["answers"]) <= {"201", "broken connection"}


def test_a_postgresql_that_stops_comes_back_with_all_and_the_server_goes_on(
    tmp_path: Path, server: Nursery, cluster: Cluster
) -> None:
    figures = kills.database_stopped(server, Place(tmp_path, cluster.create("stops")), cluster, 1)
    nothing_is_lost(figures)
    assert figures["server_starts"] == 1
    assert set(figures["answers"]) == {"201", "503"}

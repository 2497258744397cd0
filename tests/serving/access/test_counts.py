"""Counts are taken by all workers together, and never more than there is room for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits.errors import StorageError

from serving.access import counts
from serving.access.counts import Counts, File, Table
from serving.store import database
from tests.serving.conftest import ON_SQLITE

START = 1_800_000_000.0
"""The beginning of a window of 60 seconds."""


Kept = File | Table


class Clock:
    def __init__(self) -> None:
        self.seconds = START

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(url: str, tmp_path: Path) -> Iterator[Kept]:
    """Return where it is counted: a file beside SQLite, a table of PostgreSQL."""
    if url.startswith("sqlite"):
        file = File(tmp_path / "some" / "rates.db")
        yield file
        file.close()
    else:
        engine = database.connect(url)
        yield Table(engine)
        engine.dispose()


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 50), st.integers(1, 3)), max_size=25))
def test_a_window_slides_as_it_is_declared(
    kept: Kept, clock: Clock, asked: list[tuple[float, int]]
) -> None:
    """What was taken in the window before counts by the share of it that is not over yet."""
    here = Counts(kept, clock)
    here.reset()
    clock.seconds = START
    taken: dict[int, int] = {}
    for wait, amount in asked:
        clock.seconds += wait
        window = int(clock.seconds // 60)
        share = 1 - (clock.seconds - window * 60) / 60
        full = taken.get(window - 1, 0) * share + taken.get(window, 0)
        room = full + amount < 7 + 1
        assert here.acquire_sliding_window_entry("k", 7, 60, amount) == room
        taken[window] = taken.get(window, 0) + (amount if room else 0)
    before, left, now, _ = here.get_sliding_window("k", 60)
    window = int(clock.seconds // 60)
    assert (before, now) == (taken.get(window - 1, 0), taken.get(window, 0))
    assert left == pytest.approx((window + 1) * 60 - clock.seconds, abs=1e-6)


def test_of_many_at_once_no_more_are_taken_than_there_is_room_for(kept: Kept, clock: Clock) -> None:
    here = Counts(kept, clock)
    with ThreadPoolExecutor(8) as pool:
        took = list(pool.map(lambda _: here.acquire_sliding_window_entry("k", 50, 60), range(200)))
    assert sum(took) == 50


WORKER = """
import sys
from pathlib import Path
from serving.access.counts import Counts, File
here = Counts(File(Path(sys.argv[1])), lambda: 1_800_000_000.0)
print(sum(here.acquire_sliding_window_entry("k", 500, 60) for _ in range(400)))
"""


def test_two_processes_count_together(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path / "rates.db")]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]  # noqa: S603  ours
    took = [int(worker.communicate()[0]) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sum(took) == 500


def test_what_is_over_is_deleted(kept: Kept, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "TIDY", 1)
    here = Counts(kept, clock)
    for key in ("a", "b"):
        here.acquire_sliding_window_entry(key, 5, 60)
    clock.seconds += 120
    here.acquire_sliding_window_entry("c", 5, 60)
    assert kept.run("SELECT COUNT(*) FROM rates", {}) == [(1,)]


def test_what_was_counted_can_be_forgotten(kept: Kept, clock: Clock) -> None:
    here = Counts(kept, clock)
    for key in ("a", "b"):
        assert here.acquire_sliding_window_entry(key, 1, 60)
    here.clear_sliding_window("a", 60)
    assert here.acquire_sliding_window_entry("a", 1, 60)
    assert not here.acquire_sliding_window_entry("b", 1, 60)
    assert here.check()


@ON_SQLITE
def test_a_store_that_fails_says_so(kept: Kept, clock: Clock) -> None:
    here = Counts(kept, clock)
    here.close()
    with pytest.raises(StorageError):
        here.acquire_sliding_window_entry("a", 1, 60)


def test_a_fixed_window_is_not_counted(kept: Kept) -> None:
    here = Counts(kept)
    with pytest.raises(NotImplementedError):
        here.incr("a", 60)
    with pytest.raises(NotImplementedError):
        here.get_expiry("a")

"""A watch looks when poked, and goes on whatever a look raises."""

from __future__ import annotations

import threading

import pytest

from features.errors import Unavailable
from serving.operation.watch import Watch


def test_whatever_a_look_raises_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    away = Unavailable(found="chaff", expected="grain", hint="Wait.", code="no-champion")
    errors: list[Exception] = [away, ZeroDivisionError("3325081234567890")]
    looked = threading.Event()

    def look() -> None:
        looked.set()
        if errors:
            raise errors.pop(0)

    watch = Watch(look, 3600)
    watch.start()
    for _ in range(3):
        watch.poke()
        assert looked.wait(60)
        looked.clear()
    watch.end()
    assert "not ready: no-champion" in caplog.text
    assert "a look failed: ZeroDivisionError" in caplog.text
    assert "3325081234567890" not in caplog.text


def test_it_looks_again_by_itself() -> None:
    enough = threading.Semaphore(0)
    watch = Watch(enough.release, 0.001)
    watch.start()
    for _ in range(3):
        assert enough.acquire(timeout=60)
    watch.end()


def test_a_watch_that_never_started_ends() -> None:
    # Another test's service may still end its own watch in this process.
    before = set(threading.enumerate())
    watch = Watch(lambda: None, 1)
    watch.end()
    watch.poke()
    assert not any(thread.name == "watch" for thread in set(threading.enumerate()) - before)

"""Processes for long work: one for each core, of one thread each, that end with their parent."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Each(Protocol):
    """Gives out work among processes."""

    def __call__(self, work: Callable[[T], R], on: Sequence[T], /) -> Iterator[R]:
        """Yield what *work* returns of each thing, in the order they are done.

        It is a function of a module, as other processes find it by name.
        """


@contextlib.contextmanager
def processes(most: int) -> Iterator[Each]:
    """Give fresh processes of one thread each; with one at most, work is done in this process.

    When stopped, they end what they are at and begin nothing more.
    """
    if most <= 1:
        yield map
        return
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"  # read when a process imports polars
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(most, mp_context=spawn, initializer=_attend)

    def each(work: Callable[[T], R], on: Sequence[T], /) -> Iterator[R]:
        futures: list[Future[R]] = [pool.submit(work, one) for one in on]
        yield from (future.result() for future in as_completed(futures))

    try:
        yield each
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if before is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = before


def _attend() -> None:
    """Leave Ctrl-C to the parent, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def end() -> None:
        if parent is not None:
            multiprocessing.connection.wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=end, daemon=True).start()

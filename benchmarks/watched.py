"""What a run takes: time, and of a program of its own the memory of its whole process tree."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psutil

EVERY = 0.05
"""Seconds between looks at the memory."""

EVERY_OF_FAMILY = 0.5
"""Seconds between looks at processes that may be many."""

MIB = 2**20

TICK = 1 / os.sysconf("SC_CLK_TCK")
"""Seconds in which the system counts what another process takes; less counts as one."""


@dataclass(frozen=True)
class Run:
    """One run.

    Args:
        seconds: of wall clock.
        cpu_seconds: of all its processes.
        mib: most MiB resident at once in all of them; what they share is counted for each.
        said: its standard output.
    """

    seconds: float
    cpu_seconds: float
    mib: float
    said: str


@contextlib.contextmanager
def clocked() -> Iterator[dict[str, float]]:
    """Give figures that hold, at the end, ``seconds`` and ``cpu_seconds`` of what was done."""
    took: dict[str, float] = {}
    cpu, begun = time.process_time(), time.perf_counter()
    yield took
    took |= {"seconds": time.perf_counter() - begun, "cpu_seconds": time.process_time() - cpu}


@contextlib.contextmanager
def family() -> Iterator[dict[str, float]]:
    """Give figures of this process and of all that descend from it while this lasts.

    At the end they hold ``seconds``, ``cpu_seconds`` and ``peak_mib``. Also the time of processes
    that nobody waits for counts, up to when they were last looked at.
    """
    took: dict[str, float] = {}
    used: dict[tuple[int, float], float] = {}
    root, most, ended = psutil.Process(), [0], threading.Event()
    _look(root, used, most)
    before, begun = sum(used.values()), time.perf_counter()

    def watch() -> None:
        while not ended.wait(EVERY_OF_FAMILY):
            _look(root, used, most)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield took
    finally:
        took["seconds"] = time.perf_counter() - begun
        ended.set()
        watching.join()
        _look(root, used, most)
        took |= {"cpu_seconds": sum(used.values()) - before, "peak_mib": most[0] / MIB}


def _look(root: psutil.Process, used: dict[tuple[int, float], float], most: list[int]) -> None:
    """Keep the processor time of each process there is, and the largest sum of memory."""
    resident = 0
    for process in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess), process.oneshot():
            times = process.cpu_times()
            used[process.pid, process.create_time()] = times.user + times.system
            resident += process.memory_info().rss
    most[0] = max(most[0], resident)


def watched(command: Sequence[str], most_seconds: float | None = None) -> Run:
    """Run a command to its end; ends this program with its status when that is not 0.

    Raises subprocess.TimeoutExpired after *most_seconds*, when it has been ended.
    """
    before, begun = _cpu_seconds(), time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        most = [0]
        watching = threading.Thread(target=_watch, args=(psutil.Process(process.pid), most))
        watching.start()
        try:
            said = process.communicate(timeout=most_seconds)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        seconds = time.perf_counter() - begun
        watching.join()
    if process.returncode:
        raise SystemExit(process.returncode)
    return Run(seconds, _cpu_seconds() - before, most[0] / MIB, said)


def _cpu_seconds() -> float:
    """Return what all children that have ended took, and their children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watch(root: psutil.Process, most: list[int]) -> None:
    """Keep the largest sum of resident memory."""
    while root.is_running():
        with contextlib.suppress(psutil.NoSuchProcess):  # any may end while it is looked at
            if root.status() == psutil.STATUS_ZOMBIE:
                return
            most[0] = max(most[0], _resident(root))
        time.sleep(EVERY)


def _resident(root: psutil.Process) -> int:
    total = 0
    for process in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total

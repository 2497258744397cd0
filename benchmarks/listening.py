"""Programs that listen, started by their commands and looked at until they are ready."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from benchmarks.nursery import ROOT, status
from benchmarks.served import SECONDS, free_port
from benchmarks.watched import MIB

EVERY: Final = 0.01
"""Seconds between looks whether one is ready."""

PORT: Final = "{port}"
"""Stands in a command where the port is put."""


@dataclass(frozen=True)
class Running:
    """A program that runs, with all that it started.

    Args:
        process: the first of its processes.
        port: on loopback.
    """

    process: psutil.Process
    port: int

    def processes(self) -> list[psutil.Process]:
        """Return all of its processes, the first of them first."""
        return [self.process, *self.process.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """Return what all of its processes have taken of the processor so far."""
        return float(sum(sum(one.cpu_times()[:2]) for one in self.processes()))

    def end(self) -> None:
        """Kill all of its processes; it may have ended already."""
        with contextlib.suppress(psutil.NoSuchProcess):
            all_of_it = self.processes()
            for one in all_of_it:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
            psutil.wait_procs(all_of_it, SECONDS)


@dataclass(frozen=True)
class Listening(Running):
    """A program that is ready.

    Args:
        process, port: as of any that runs.
        seconds: from its start until it said that it is ready.
    """

    seconds: float

    def memory(self) -> dict[str, float]:
        """Return MiB of the largest of its processes, the one that answers, and of all.

        ``rss_mib`` is what it has resident, ``uss_mib`` what is its own alone, ``all_pss_mib`` the
        share of all its processes in what they hold.
        """
        held = [one.memory_full_info() for one in self.processes()]
        largest = max(held, key=lambda one: one.rss)
        return {
            "rss_mib": largest.rss / MIB,
            "uss_mib": largest.uss / MIB,
            "all_pss_mib": sum(one.pss for one in held) / MIB,
        }


@contextlib.contextmanager
def listening(
    command: Sequence[str], ready: str, environment: Mapping[str, str], log: Path
) -> Iterator[Listening]:
    """Give a program that is ready; in the end it is killed, with all that it started.

    Args:
        command: with `PORT` where its port is put.
        ready: the path that answers with 200 once it is.
        environment: added to ours, of which nothing is Lumbung's.
        log: the file it writes to.

    Raises:
        ChildProcessError: it ended, or is not ready in time.
    """
    port, begun = free_port(), time.perf_counter()
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LUMBUNG_")}
    said = {**ours, "PYTHONPATH": str(ROOT), **environment}
    with log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603  programs that are compared
            [part.replace(PORT, str(port)) for part in command], env=said, stdout=file, stderr=file
        )
    made = Running(psutil.Process(process.pid), port)
    try:
        while status(port, ready) != "200":
            if process.poll() is not None or time.perf_counter() - begun > SECONDS:
                raise ChildProcessError(log.read_text("utf-8")[-2000:])
            time.sleep(EVERY)
        yield Listening(made.process, port, time.perf_counter() - begun)
    finally:
        made.end()
        process.wait(SECONDS)

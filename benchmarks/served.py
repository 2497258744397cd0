"""A service as people start it: `lumbung serve` in processes of its own, one worker or several."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.nursery import ROOT, status

SECONDS: Final = 300
"""How long anything here may take on a busy machine."""


@dataclass(frozen=True)
class Served:
    """A service that runs.

    Args:
        process: that was started; with several workers, the one above them.
        port: on loopback.
    """

    process: subprocess.Popen[Any]
    port: int

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ready(self) -> bool:
        """Return whether it says so."""
        return status(self.port, "/health/ready") == "200"

    def workers(self) -> set[int]:
        """Return the processes that answer below the first; none of Python's helpers is one."""
        return {one.pid for one in self._below() if "spawn_main" in _command(one)}

    def _below(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(
    settings: Mapping[str, str], log: Path, *, workers: int = 1, port: int | None = None
) -> Iterator[Served]:
    """Give a service that is ready; in the end it is killed, and its workers end with it.

    Args:
        settings: by name, without their prefix.
        log: the file that it logs to, appended.
        workers: how many.
        port: on which; a free one if none is given.
    """
    port = port or free_port()
    said = {name: value for name, value in os.environ.items() if not name.startswith("LUMBUNG_")}
    said |= {f"LUMBUNG_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "lumbung", "serve"]
    command += ["--port", str(port), "--workers", str(workers)]
    with log.open("ab") as file:
        process = subprocess.Popen(  # noqa: S603  our own program
            command, env={**said, "PYTHONPATH": str(ROOT)}, stdout=file, stderr=file
        )
    made = Served(process, port)
    try:
        until(lambda: made.ready or process.poll() is not None)
        if process.poll() is not None:
            raise ChildProcessError(log.read_text("utf-8"))
        yield made
    finally:
        left = made.workers()
        process.kill()
        process.wait(SECONDS)
        until(lambda: not any(map(psutil.pid_exists, left)))


def until(true: Callable[[], object]) -> None:
    """Return when what is called says so; raises TimeoutError when it does not."""
    end = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)  # another process tells nobody when it is done


def _command(process: psutil.Process) -> str:
    """Return how a process was started; nothing of one that ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""

"""Servers to be measured: ours as people start it, peers as uvicorn runs them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.listening import Running
from benchmarks.nursery import ROOT, status
from benchmarks.served import SECONDS, free_port, served, until
from benchmarks.watched import MIB
from lumbung.service import SECONDS_WITHOUT_A_SIGN


@dataclass(frozen=True)
class Server(Running):
    """A server that runs."""

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def await_ready(self) -> None:
        """Return when it answers; raises TimeoutError when it does not."""
        until(lambda: status(self.port, "/openapi.json") == "200")

    def memory(self) -> dict[str, list[float]]:
        """Return MiB of each process that answers: resident, and its own alone."""
        held = [one.memory_full_info() for one in self.processes() if _answers(one, self.process)]
        return {
            "rss_mib": [round(one.rss / MIB, 1) for one in held],
            "uss_mib": [round(one.uss / MIB, 1) for one in held],
        }


def _answers(process: psutil.Process, above: psutil.Process) -> bool:
    """Return whether a process is no helper, nor above others that answer."""
    said = " ".join(process.cmdline())
    below = above.children()
    workers = any("spawn_main" in " ".join(one.cmdline()) for one in below)
    return "spawn_main" in said if workers else process == above


@contextlib.contextmanager
def ours(settings: Mapping[str, str], log: Path, workers: int) -> Iterator[Server]:
    """Give our service, ready; in the end it is killed."""
    with served(settings, log, workers=workers) as made:
        yield Server(psutil.Process(made.process.pid), made.port)


@contextlib.contextmanager
def peer(name: str, folder: Path, workers: int) -> Iterator[Server]:
    """Give a peer of `benchmarks.peers`, run by uvicorn, not ready yet; in the end it is killed.

    Args:
        name: of its module.
        folder: what was laid out for it; its log lies there too.
        workers: how many.
    """
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", f"benchmarks.peers.{name}:app"]
    command += ["--port", str(port), "--workers", str(workers), "--no-access-log"]
    # As ours: a peer at its limit may be silent for longer than uvicorn's five seconds, and would
    # be replaced, or end a connection on which a request waits.
    patience = str(SECONDS_WITHOUT_A_SIGN)
    command += ["--timeout-worker-healthcheck", patience, "--timeout-keep-alive", patience]
    log = folder / f"{name}.log"
    said = {**os.environ, "PEER_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
    with log.open("ab") as file:
        process = subprocess.Popen(  # noqa: S603  programs of ours
            command, env=said, stdout=file, stderr=file
        )
    made = Server(psutil.Process(process.pid), port)
    try:
        yield made
    finally:
        made.end()
        process.wait(SECONDS)

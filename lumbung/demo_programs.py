"""The programs that run for the demonstration, the service and MLflow's pages, and how they end.

Each is told to its folder: ``NAME.pid`` says which process it is, ``NAME.log`` what it said.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click
import psutil

from features.errors import BadInput, LumbungError
from lumbung.cli import say

HOME: Final = Path("var/demo")
"""The folder of the demonstration."""

HOST: Final = "127.0.0.1"
SECONDS_TO_START: Final = 60
SECONDS_TO_END: Final = 60


@click.command()
def stop() -> None:
    """End what `lumbung demo` started: the service, and MLflow's pages."""
    ended = end(HOME)
    say(f"Stopped: {', '.join(ended)}. Nothing of it runs." if ended else "No demo is running.")


def refuse_taken(port: int) -> None:
    """Raise BadInput (``port-taken``) where something listens on a port already."""
    if not _free(port):
        raise BadInput(
            found=f"port {port} taken",
            expected="a free port",
            hint=f"End what listens there, or choose another port: make demo PORT={beside(port)}.",
            code="port-taken",
        )


def beside(port: int) -> int:
    """Return the next port that is free, or any where none is within ten."""
    near = range(port + 1, min(port + 10, 2**16))
    return next((one for one in near if _free(one)), 0) or _any()


def start(
    home: Path, name: str, command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a program of the demonstration in a session of its own, where no Ctrl-C reaches it.

    Args:
        home: the folder of the demonstration.
        name: of the program.
        command: and its arguments.
        environment: what it is told beside what this process was.
    """
    with (home / f"{name}.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603  our own programs, with arguments of our own
            command,
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    started = psutil.Process(process.pid).create_time()
    (home / f"{name}.pid").write_text(f"{process.pid} {started}\n", encoding="utf-8")
    return process


def await_ready(home: Path, name: str, url: str) -> None:
    """Wait until a program answers at an address; raises LumbungError (``not-ready``)."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and _running(home / f"{name}.pid"):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  of this machine
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise LumbungError(
        found="a service that does not get ready",
        expected=f"an answer of {url} within {SECONDS_TO_START} seconds",
        hint=f"Look at {home / name}.log.",
        code="not-ready",
    )


def end(home: Path) -> list[str]:
    """End every program of the demonstration that runs; return their names."""
    ended = []
    for kept in sorted(home.glob("*.pid"), reverse=True):
        process = _running(kept)
        if process is not None:
            _end(process)
            ended.append(kept.stem)
        kept.unlink(missing_ok=True)
    return ended


def _end(process: psutil.Process) -> None:
    """End a process and all that it started; by force what does not listen."""
    every = [process, *process.children(recursive=True)]
    for one in every:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.terminate()
    for one in psutil.wait_procs(every, SECONDS_TO_END)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


def _running(kept: Path) -> psutil.Process | None:
    """Return the process a pid file names; None when it ended, though its number lives on."""
    pid, started = kept.read_text(encoding="utf-8").split()
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(int(pid))
        ended = process.status() == psutil.STATUS_ZOMBIE  # nobody has looked at how
        return process if str(process.create_time()) == started and not ended else None
    return None


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _any() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port

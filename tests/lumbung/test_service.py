"""``lumbung serve`` as a process of its own: it starts, loses a worker, and stops in peace."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil
import pytest

from serving.access.keys import issue_key
from serving.store import database
from tests.conftest import ROOT
from tests.serving.cases import APPLICATIONS, body, kept

SECONDS = 120
"""How long anything here may take on a busy machine."""


@dataclass(frozen=True)
class Running:
    """A service that runs, with the rules in the champion's place."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> set[int]:
        """Return the processes that answer: all below the first that are no helper of Python's."""
        below = psutil.Process(self.process.pid).children(recursive=True)
        return {one.pid for one in below if "spawn_main" in _command(one)}

    def ready(self) -> bool:
        with contextlib.suppress(httpx2.TransportError):
            return httpx2.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        return False


def _command(process: psutil.Process) -> str:
    """Return how a process was started; nothing of one that ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def until(true: object) -> None:
    """Wait until what is called says so."""
    assert callable(true)
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "too late"
        time.sleep(0.05)  # another process tells nobody when it is done


@contextlib.contextmanager
def serving(home: Path, *options: str) -> Iterator[Running]:
    """Start a service in *home* and wait until it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = {name: value for name, value in os.environ.items() if not name.startswith("LUMBUNG_")}
    said |= {"LUMBUNG_HOME": str(home), "LUMBUNG_SCORER": "rules", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "lumbung", "serve", "--port", str(port), *options]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=said, stdout=log, stderr=log)  # noqa: S603  ours
    running = Running(process, home, port)
    try:
        until(lambda: running.ready() or process.poll() is not None)
        assert process.poll() is None, (home / "log").read_text("utf-8")
        yield running
    finally:
        process.kill()
        process.wait(SECONDS)


@pytest.fixture
def key(home: Path) -> str:
    """Return a key of a partner in the database of *home*."""
    engine = database.connect(f"sqlite:///{home}/lumbung.db")
    database.migrate(engine)
    made = issue_key(engine, "granary", "Granary")
    engine.dispose()
    return made


def half_sent(running: Running, key: str) -> tuple[socket.socket, bytes]:
    """Begin a request; return the connection, and what of the request is still to be sent."""
    content = json.dumps(body()).encode()
    head = (
        f"POST {APPLICATIONS} HTTP/1.1\r\nHost: lumbung\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    ).encode()
    connection = socket.create_connection(("127.0.0.1", running.port), timeout=SECONDS)
    connection.sendall(head + content[:100])
    return connection, content[100:]


def answer_of(connection: socket.socket, rest: bytes) -> bytes:
    """Send the rest of a request; return all that is answered until the connection ends."""
    connection.sendall(rest)
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


def refuses(running: Running) -> bool:
    """Return whether nobody takes a connection any more."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", running.port)) != 0


def test_several_workers_replace_one_that_dies_and_stop_when_what_runs_is_done(
    home: Path, key: str
) -> None:
    with serving(home, "--workers", "2") as running:
        until(lambda: len(running.workers()) == 2)
        before = running.workers()
        os.kill(min(before), signal.SIGKILL)
        until(lambda: len(running.workers() - before) == 1 and running.ready())
        connection, rest = half_sent(running, key)
        running.process.terminate()
        until(lambda: refuses(running))
        assert b" 201 Created" in answer_of(connection, rest).splitlines()[0]
        assert running.process.wait(SECONDS) == 0
        assert not any(psutil.pid_exists(pid) for pid in before)
    assert len(kept(f"sqlite:///{home}/lumbung.db")) == 1


def test_one_worker_looks_for_another_champion_when_told_and_stops_with_0(
    home: Path, key: str
) -> None:
    with serving(home) as running:
        os.kill(running.process.pid, signal.SIGHUP)
        connection, rest = half_sent(running, key)
        running.process.terminate()
        until(lambda: refuses(running))
        assert b" 201 Created" in answer_of(connection, rest).splitlines()[0]
        assert running.process.wait(SECONDS) == 0


def test_workers_whose_parent_is_gone_stop_by_themselves(home: Path) -> None:
    with serving(home, "--workers", "2") as running:
        until(lambda: len(running.workers()) == 2)
        workers = [psutil.Process(pid) for pid in running.workers()]
        running.process.kill()
        running.process.wait(SECONDS)
        gone, alive = psutil.wait_procs(workers, SECONDS)
        assert (len(gone), alive) == (2, [])

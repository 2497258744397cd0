"""``lumbung serve`` as a process of its own: it starts, loses a worker, and stops in peace."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import httpx2
import psutil
import pytest

from benchmarks.served import SECONDS, Served, served, until
from serving.access.keys import issue_key
from serving.store import database
from tests.serving.cases import APPLICATIONS, body, kept

TOKEN = "service" * 8
LIVE = 'lumbung_requests_total{method="GET",route="/health/live",status="200"}'
DECIDE = 'lumbung_champion_workers{version="rules"}'


def settings(home: Path) -> dict[str, str]:
    """Return the settings of a service in *home*, with the rules in the champion's place."""
    return {"home": str(home), "scorer": "rules"}


@pytest.fixture
def key(home: Path) -> str:
    """Return a key of a partner in the database of *home*."""
    engine = database.connect(f"sqlite:///{home}/lumbung.db")
    database.migrate(engine)
    made = issue_key(engine, "granary", "Granary")
    engine.dispose()
    return made


def half_sent(running: Served, key: str) -> tuple[socket.socket, bytes]:
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


def refuses(running: Served) -> bool:
    """Return whether nobody takes a connection any more."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", running.port)) != 0


def figures(running: Served) -> dict[str, float]:
    """Return the figures that a service gives, by name and labels."""
    shown = {"Authorization": f"Bearer {TOKEN}"}
    text = httpx2.get(f"{running.url}/metrics", headers=shown).text
    rows = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in rows}


def test_several_workers_count_together_replace_one_that_dies_and_stop_when_what_runs_is_done(
    home: Path, key: str
) -> None:
    """What a worker that died had counted stays; that it was one of those who decide does not."""
    token = {"metrics_token": TOKEN}
    with served({**settings(home), **token}, home / "log", workers=2) as running:
        until(lambda: figures(running).get(DECIDE) == 2)
        before = running.workers()
        for _ in range(20):
            httpx2.get(f"{running.url}/health/live")
        assert figures(running)[LIVE] == 20
        os.kill(min(before), signal.SIGKILL)
        until(lambda: min(before) not in running.workers())
        until(lambda: len(running.workers() - before) == 1 and figures(running).get(DECIDE) == 2)
        assert figures(running)[LIVE] == 20
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
    with served(settings(home), home / "log") as running:
        os.kill(running.process.pid, signal.SIGHUP)
        connection, rest = half_sent(running, key)
        running.process.terminate()
        until(lambda: refuses(running))
        assert b" 201 Created" in answer_of(connection, rest).splitlines()[0]
        assert running.process.wait(SECONDS) == 0


def test_workers_whose_parent_is_gone_stop_by_themselves(home: Path) -> None:
    with served(settings(home), home / "log", workers=2) as running:
        until(lambda: len(running.workers()) == 2)
        workers = [psutil.Process(pid) for pid in running.workers()]
        running.process.kill()
        running.process.wait(SECONDS)
        gone, alive = psutil.wait_procs(workers, SECONDS)
        assert (len(gone), alive) == (2, [])

"""`lumbung serve-model` beside `mlflow models serve`: one row with its explanation, over HTTP.

The same champion, of made-up numbers, behind both, each a process of its own with one worker, asked
over connections that are kept. Before anything is timed both must give the same answers. Each turn
asks one after the other, on one connection and on several at once; the client sends bytes that
were made before and reads no more than it must, so what it costs is small beside either.
"""

from __future__ import annotations

import argparse
import functools
import json
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import champions
from benchmarks.listening import PORT, Listening, listening
from benchmarks.turns import OURS, Figures, in_turns, parser, spread, tell, times
from benchmarks.watched import TICK
from features.catalogue import NAMES
from features.rows import Floats
from models.artefact import CHAMPION, NAME
from training.tracking import Tracker

MISSING: Final = 0.1
"""Share of the values that is."""

ROWS: Final = 50
"""Different rows that are asked for, over and over."""

CHUNK: Final = 2**16
END: Final = b"\r\n\r\n"
LENGTH: Final = b"content-length:"


def bodies(vectors: Floats) -> list[bytes]:
    """Return requests for one row each, ready to be sent."""
    return [_request(json.dumps(_split(vectors[i : i + 1])).encode()) for i in range(len(vectors))]


def _split(vectors: Floats) -> dict[str, Any]:
    rows = [[None if np.isnan(value) else value for value in row] for row in vectors.tolist()]
    return {"dataframe_split": {"columns": list(NAMES), "data": rows}}


def _request(body: bytes) -> bytes:
    head = "POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def ask(connection: socket.socket, request: bytes) -> bytes:
    """Send a request; return the body of its answer, which must be one of success."""
    connection.sendall(request)
    came = connection.recv(CHUNK)
    while (end := came.find(END)) < 0:
        came += connection.recv(CHUNK)
    head = came[:end].lower()
    length = int(head[head.index(LENGTH) + len(LENGTH) :].split(b"\r\n", 1)[0])
    while len(came) < end + len(END) + length:
        came += connection.recv(CHUNK)
    if not head.startswith(b"http/1.1 200"):
        raise AssertionError(came[:400])
    return came[end + len(END) :]


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    """Give a connection to a port of loopback."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def took(port: int, requests: Sequence[bytes], connections: int) -> tuple[list[float], float]:
    """Ask as many times on each of so many connections; return seconds of each, and of all."""
    seconds: list[float] = []

    def one(first: int) -> None:
        with connected(port) as connection:
            for at in range(len(requests)):
                begun = time.perf_counter()
                ask(connection, requests[(first + at) % len(requests)])
                seconds.append(time.perf_counter() - begun)

    clients = [threading.Thread(target=one, args=(n,)) for n in range(connections)]
    begun = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if len(seconds) != connections * len(requests):
        raise AssertionError("a client did not come to its end")
    return seconds, time.perf_counter() - begun


def turn(server: Listening, requests: Sequence[bytes], connections: int) -> dict[str, float]:
    """Return what one turn of a server gave: milliseconds of an answer and of the processor."""
    before = server.cpu_seconds()
    alone, _ = took(server.port, requests, 1)
    cpu = max(server.cpu_seconds() - before, TICK)
    many, whole = took(server.port, requests, connections)
    return {
        "p50_ms": float(np.median(alone)) * 1000,
        "p99_ms": float(np.quantile(alone, 0.99)) * 1000,
        "cpu_ms": cpu / len(alone) * 1000,
        "many_p50_ms": float(np.median(many)) * 1000,
        "many_per_second": len(many) / whole,
    }


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, Listening]]:
    """Give both servers of one champion, ready."""
    uri = registered(folder)
    commands = {OURS: ours(folder, uri), "mlflow": mlflows(uri)}
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(listening(command, "/ping", said, folder / f"{name}.log"))
            for name, (command, said) in commands.items()
        }


def registered(folder: Path) -> str:
    """Register a champion of made-up numbers in a folder; return the URI of the store."""
    uri = f"sqlite:///{folder}/mlflow.db"
    tracker = Tracker(uri, folder / "mlartifacts")
    champions.register(tracker, 1)
    tracker.promote(1)
    return uri


Started = tuple[list[str], dict[str, str]]


def ours(folder: Path, uri: str) -> Started:
    """Return how ours is started, and with which environment."""
    said = {"LUMBUNG_HOME": str(folder), "LUMBUNG_MLFLOW_URI": uri}
    return [sys.executable, "-m", "lumbung", "serve-model", "--port", PORT], said


def mlflows(uri: str) -> Started:
    """Return how MLflow's is started: in this environment, as it advises where speed counts."""
    command = [sys.executable, "-m", "mlflow", "models", "serve", "--env-manager", "local"]
    command += ["--model-uri", f"models:/{NAME}@{CHAMPION}", "--host", "127.0.0.1", "--port", PORT]
    folder = str(Path(sys.executable).parent)
    return command, {
        "MLFLOW_TRACKING_URI": uri,
        "MLFLOW_REGISTRY_URI": uri,
        "PATH": f"{folder}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONWARNINGS": "ignore",
    }


def agree(running: Mapping[str, Listening], requests: Sequence[bytes]) -> None:
    """Raise AssertionError unless both answer each request with the same numbers."""
    for request in requests:
        found = []
        for server in running.values():
            with connected(server.port) as connection:
                found.append(json.loads(ask(connection, request)))
        if any(one != found[0] for one in found):
            raise AssertionError(f"not the same: {found}")


def race(turns: int, rows: int, connections: int) -> Figures:
    """Return what both took, and how many times ours MLflow's does."""
    random = np.random.default_rng(0)
    vectors = random.normal(size=(ROWS, len(NAMES)))
    vectors[random.random(vectors.shape) < MISSING] = np.nan
    asked = bodies(vectors)
    requests = [asked[i % len(asked)] for i in range(rows)]
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as running:
        agree(running, asked)
        candidates = {
            name: functools.partial(turn, server, requests, connections)
            for name, server in running.items()
        }
        found = in_turns(candidates, turns)
        memory = {name: server.memory() for name, server in running.items()}
    each = {
        key: {name: [one[key] for one in turns] for name, turns in found.items()}
        for key in found[OURS][0]
    }
    return {
        "rows": rows,
        "connections": connections,
        "candidates": {
            name: {**{key: spread(each[key][name]) for key in each}, **memory[name]}
            for name in found
        },
        "times": {
            "mlflow": {
                key: times(each[key], most=key == "many_per_second")["mlflow"] for key in each
            }
        },
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Race, and print."""
    asks = parser(__doc__)
    asks.add_argument("--turns", type=int, default=7)
    asks.add_argument("--rows", type=int, default=200, help="requests of a turn, by connection")
    asks.add_argument("--connections", type=int, default=8)
    asked: argparse.Namespace = asks.parse_args(arguments)
    found = race(asked.turns, asked.rows, asked.connections)
    print(f"{'':<10}{'p50 ms':>10}{'p99 ms':>10}{'cpu ms':>10}{'answers/s':>12}{'RSS MiB':>10}")
    for name, one in found["candidates"].items():
        shown = [f"{one[key]['median']:>10.2f}" for key in ("p50_ms", "p99_ms", "cpu_ms")]
        per_second, mib = one["many_per_second"]["median"], one["rss_mib"]
        print(f"{name:<10}{''.join(shown)}{per_second:>12.1f}{mib:>10.0f}")
    for key, value in found["times"]["mlflow"].items():
        print(f"{key:<16} {value['median']:.1f} times ({value['min']:.1f} to {value['max']:.1f})")
    tell("model_server", found, arguments, asked.keep)


if __name__ == "__main__":
    main()

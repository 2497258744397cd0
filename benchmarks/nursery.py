"""Servers to be killed: each a process of its own, forked from one that has loaded everything.

What takes a server seconds to start is loading Python's modules; a fork has them already, so
hundreds of servers can be killed in minutes. Apart from that a server here is what `lumbung serve`
runs. The nursery itself runs in a process of its own (`python -m benchmarks.nursery PORT`), holds
the port, and forks a server for each line of settings; killing one leaves the port open, and who
connects meanwhile waits for the next.
"""

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
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any, Final, cast

import uvicorn

from lumbung.hurried import Hurried
from serving.app import create_app
from serving.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[1]
READY_IN: Final = 60.0
"""Seconds within which a server answers."""


@dataclass
class Nursery:
    """A process that forks servers, one at a time.

    Args:
        process: that forks.
        port: on loopback, on which they listen.
        starts: how many servers were started.
    """

    process: subprocess.Popen[str]
    port: int
    starts: int = 0
    _server: int = 0

    @property
    def url(self) -> str:
        """Return where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Return the number of the server's process."""
        return self._server

    def start(self, settings: dict[str, str]) -> None:
        """Fork a server when the one before has ended, and return when it is ready."""
        asked, told = cast("IO[str]", self.process.stdin), cast("IO[str]", self.process.stdout)
        asked.write(json.dumps(settings) + "\n")
        asked.flush()
        self._server = int(told.readline())
        self.starts += 1
        wait_ready(self.port)

    def kill(self) -> None:
        """Kill the server as `kill -9` does: it can neither finish nor tidy up anything."""
        os.kill(self._server, signal.SIGKILL)


@contextlib.contextmanager
def nursery(log: Path) -> Iterator[Nursery]:
    """Give a nursery, its modules loaded; the servers' logs go to a file. In the end nobody runs.

    A server not killed yet is: its number stays its own until the nursery has waited for it.
    """
    with log.open("w", encoding="utf-8") as file, _started(file) as process:
        made = Nursery(process, int(cast("IO[str]", process.stdout).readline()))
        try:
            yield made
        finally:
            if made.starts:
                made.kill()


def _started(log: IO[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.nursery"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )


def status(port: int, path: str) -> str:
    """Return the status of an answer on loopback, or that the connection broke."""
    with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=READY_IN)) as connection:
        try:
            connection.request("GET", path)
            return str(connection.getresponse().status)
        except (OSError, HTTPException):
            return "broken connection"


def wait_ready(port: int) -> None:
    """Return when a server says that it is ready; raises TimeoutError when it does not."""
    until = time.monotonic() + READY_IN
    while time.monotonic() < until:
        if status(port, "/health/ready") == "200":
            return
        time.sleep(0.02)
    raise TimeoutError(f"no server at {port}")


def main() -> None:
    """Hold a port, print it, and fork a server for each line of settings."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        print(listening.getsockname()[1], flush=True)
        before = 0
        for line in sys.stdin:
            if before:
                os.waitpid(before, 0)
            before = os.fork()
            if not before:
                _serve(Settings(**json.loads(line)), listening)
            print(before, flush=True)
        if before:
            os.waitpid(before, 0)


def _serve(settings: Any, listening: socket.socket) -> None:
    """Serve until killed; never returns into the nursery."""
    os.close(sys.stdin.fileno())
    try:
        config = uvicorn.Config(
            create_app(settings), http=Hurried, loop="uvloop", log_level="error"
        )
        uvicorn.Server(config).run([listening])
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()

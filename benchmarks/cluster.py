"""A standalone cluster of Apache Spark on loopback: it begins, loses machines, and ends whole."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pyspark

from training.engines import java

SECONDS_TO_START = 300
SPARK_CLASS = Path(str(pyspark.__file__)).parent / "bin" / "spark-class"


def free_port() -> int:
    """Return a port of loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Cluster:
    """A standalone cluster on loopback: a master, and workers of one core each.

    Args:
        folder: of its own.
        port: where the master listens.
        page: where the master says how it stands.
        workers: name → process; the name is also that of the folder of its executors.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    page: int = field(default_factory=free_port)
    workers: dict[str, psutil.Popen] = field(default_factory=dict)

    @property
    def master(self) -> str:
        """Return the address to give as ``--master``."""
        return f"spark://127.0.0.1:{self.port}"

    def start(self, role: str, *words: str, log: str) -> psutil.Popen:
        """Start a master or a worker, which writes what it says to a file of that name."""
        page = str(self.page if role == "master.Master" else free_port())
        words = ("--host", "127.0.0.1", "--webui-port", page, *words)
        with (self.folder / log).open("wb") as said:
            return psutil.Popen(
                [str(SPARK_CLASS), f"org.apache.spark.deploy.{role}", *words],
                env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
                stdout=said,
                stderr=said,
            )

    def add_worker(self) -> str:
        """Start one more worker; return its name when the master knows it."""
        name = f"worker-{len(self.workers)}"
        words = ["--cores", "1", "--memory", "1g", "--work-dir", str(self.folder / name)]
        before = self.alive()
        self.workers[name] = self.start("worker.Worker", *words, self.master, log=f"{name}.log")
        until(lambda: self.alive() > before)
        return name

    def alive(self) -> int:
        """Return how many workers the master counts on."""
        address = f"http://127.0.0.1:{self.page}/json/"
        with urllib.request.urlopen(address, timeout=30) as answer:
            workers = json.load(answer)["workers"]
        return sum(worker["state"] == "ALIVE" for worker in workers)

    def tasks_done(self, name: str) -> int:
        """Return how many tasks the executors of a worker have done."""
        logs = (self.folder / name).glob("*/*/stderr")
        return sum(log.read_text("utf-8").count(": Finished task ") for log in logs)

    def kill(self, name: str) -> int:
        """End a worker and all it started, at once; return how many processes that were."""
        return kill(self.workers[name])


def kill(process: psutil.Process) -> int:
    """End a process and all that descend from it; return how many that were."""
    every = [process, *process.children(recursive=True)]
    for one in every:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGKILL)
    psutil.wait_procs(every, timeout=30)
    return len(every)


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it is not in `SECONDS_TO_START`.
    """
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        # a page that is not all there yet answers nothing, or something that is no JSON
        with contextlib.suppress(OSError, json.JSONDecodeError):
            if true():
                return
        time.sleep(0.1)
    raise TimeoutError("the cluster did not start in time")


@contextlib.contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Give a cluster, and end every process of it."""
    made = Cluster(folder)
    with java.found(folder):
        master = made.start("master.Master", "--port", str(made.port), log="master.log")
        try:
            until(lambda: made.alive() == 0)
            for _ in range(workers):
                made.add_worker()
            yield made
        finally:
            for process in (*made.workers.values(), master):
                if process.is_running():
                    kill(process)

"""A session of Apache Spark: how it begins, how it ends, and what is said when it fails."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from features.errors import BadInput, Unavailable
from training.engines import java

TRACEBACK: Final = "Traceback (most recent call last):"
CAUSE: Final = "Caused by: "
SECONDS_TO_CONNECT: Final = 5
SECONDS_TO_END: Final = 30


@contextlib.contextmanager
def session(master: str, work: Path) -> Iterator[SparkSession]:
    """Give a session of Spark that ends, with the process it runs in, when this is left.

    Args:
        master: whose executors do the work.
        work: a folder of our own for what Spark keeps on this machine.

    Raises:
        BadInput: this process has a session already (``session-open``).
        Unavailable: no Java (``no-java``), nobody listens at a standalone master's address
            (``no-master``), or Spark did not start (``spark-failed``).
    """
    _refuse_second()
    _refuse_deaf(master)
    settings = _settings(master, work)
    log = work / "spark.log"
    with log.open("wb") as said, java.found(work):
        with failing(log):
            gateway = _launched(settings, said)
        try:
            with failing():
                context = SparkContext(conf=settings, gateway=gateway)
                context.pythonExec = os.environ.get("PYSPARK_PYTHON", sys.executable)
                spark = SparkSession(context)
            yield spark
        finally:
            _end(gateway)


def _settings(master: str, work: Path) -> SparkConf:
    """Return what a run needs; memory and the like are left to Spark's own settings."""
    here = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    settings = {
        "spark.master": master,
        "spark.app.name": "lumbung",
        "spark.local.dir": str(work),
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.ui.enabled": "false",
        # A partition is a task whose size was thought about.
        "spark.sql.adaptive.enabled": "false",
        # A row is a sealed frame of up to some megabytes.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "16",
        # The cores are given out already, a task each.
        "spark.executorEnv.POLARS_MAX_THREADS": "1",
        **(here if master.startswith("local") else {}),
    }
    return SparkConf(loadDefaults=False).setAll(list(settings.items()))


def _launched(settings: SparkConf, log: BinaryIO) -> Any:
    """Start the process that Spark runs in, whose words go to a file."""
    launch: Any = launch_gateway  # it publishes no types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            return launch(settings, {"stdout": log, "stderr": log})
        except PySparkException as error:
            # Only there is the pipe to a process that did not start, and it is left open.
            traceback.clear_frames(error.__traceback__)
            raise


def _refuse_second() -> None:
    """Raise BadInput (``session-open``) when this process has a session: it takes only one."""
    if SparkContext._active_spark_context is not None:  # noqa: SLF001  the only way to see it
        raise BadInput(
            found="a session of Spark open in this process",
            expected="none: a process has one at a time",
            hint="Hand the open one to training.engines.spark.frames, or stop it.",
            code="session-open",
        )


def _refuse_deaf(master: str) -> None:
    """Raise Unavailable (``no-master``) where a standalone master should listen and none does."""
    scheme, _, addresses = master.partition("://")
    if scheme != "spark":
        return
    found = []
    for address in addresses.split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), SECONDS_TO_CONNECT).close()
        except (OSError, ValueError, OverflowError) as error:
            found.append(f"{address}: {error}")
        else:
            return
    raise Unavailable(
        found="; ".join(found),
        expected="a Spark master that listens there",
        hint="Start the master, or mend --master: spark://HOST:PORT.",
        code="no-master",
    )


@contextlib.contextmanager
def failing(log: Path | None = None) -> Iterator[None]:
    """Turn what Spark raises into Unavailable (``spark-failed``), without the trace of its Java.

    Args:
        log: what Spark's process says, where that tells more than what is raised.
    """
    try:
        with warnings.catch_warnings():
            # mapInArrow asks which pandas there is, and then hands over Arrow without it.
            warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
            yield
    except (PySparkException, Py4JError) as error:
        raise Unavailable(
            found=last_word(log.read_text("utf-8", "replace") if log else str(error)),
            expected="a run that Spark finishes",
            hint="See docs/engines.md for what it needs, and the logs of its executors.",
            code="spark-failed",
        ) from error


def last_word(said: str) -> str:
    """Return what an error or a log of Spark's says was wrong, in a line: Python's or Java's."""
    lines = said.rpartition(TRACEBACK)[2].partition("\n\tat ")[0].splitlines()
    plain = [line for line in lines if line[:1].strip()]
    causes = [line for line in said.splitlines() if line.startswith(CAUSE)]
    if causes and TRACEBACK not in said:
        plain = ["; ".join(line.removeprefix(CAUSE) for line in causes)]
    return plain[-1][:300] if plain else "nothing said"


def _end(gateway: Any) -> None:
    """End the session there is, and the process it runs in, whatever state they are in."""
    context = SparkContext._active_spark_context  # noqa: SLF001  one may stand half made
    if context is not None:
        with contextlib.suppress(PySparkException, Py4JError, OSError):
            context.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    try:
        gateway.proc.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()
    # PySpark would keep its process for as long as Python lives; here every session has its own.
    SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001

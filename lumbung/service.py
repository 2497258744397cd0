"""The command that runs the service: ``lumbung serve``.

One worker runs in this process. Several run in processes of their own under this one, which
starts another in the place of one that died, and stops them all.
Either way a stop takes no new connection, lets what runs come to its end, and exits with 0.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import gc
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from types import FrameType, ModuleType

import click
import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.supervisors import Multiprocess

from lumbung.hurried import Hurried
from lumbung.port import port_of
from serving.operation import logs, metrics
from serving.operation.watch import Watch
from serving.settings import Settings
from serving.store import database
from serving.store.master import master_of

log = logging.getLogger(__name__)

M_ARENA_MAX = -8
"""By which glibc's mallopt knows the most heaps there may be: malloc.h."""

SECONDS_WITHOUT_A_SIGN = 60
"""After which a worker that does not answer its parent is replaced."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Processes that answer.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the service until it is told to stop."""
    run(Settings(), host, port, workers)


def run(settings: Settings, host: str, port: int, workers: int = 1) -> None:
    """Serve with these settings, in the foreground."""
    logs.configure()
    parent = os.getpid() if workers > 1 else None
    config = uvicorn.Config(
        functools.partial(worker, settings, parent),
        factory=True,
        host=host,
        port=port,
        http=Hurried,
        loop="uvloop",
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=settings.backlog,
        limit_concurrency=settings.most_connections,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=settings.stop_seconds,
        timeout_worker_healthcheck=SECONDS_WITHOUT_A_SIGN,
    )
    if workers == 1:
        _stop_at_once_until_it_runs()
        uvicorn.Server(config).run()
    else:
        _prepare(settings)
        with tempfile.TemporaryDirectory(prefix="lumbung-metrics-") as folder:
            os.environ[metrics.FOLDER] = folder  # the workers read it while they start
            Multiprocess(config, [port_of(host, port)]).run()


def worker(settings: Settings, parent: int | None) -> FastAPI:
    """Return the application of a worker, made in its own process.

    Args:
        settings: of the service.
        parent: the process to end with; None where it stands alone.
    """
    logs.configure()
    _spare_memory()
    with _made_to_stay():
        from serving.app import create_app  # neither does it of this

        app = create_app(settings)
    signal.signal(signal.SIGHUP, lambda *_: _look_again(app))
    if parent is not None:
        Watch(functools.partial(_end_with, parent), 1.0).start()
    return app


class _WithoutPandas(MetaPathFinder):
    """Finds no pandas."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        """Raise ModuleNotFoundError of pandas, and leave all else to others."""
        del path, target
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def _spare_memory() -> None:
    """Let pyarrow neither import pandas, which it looks for at its first array, nor hold a pool.

    A worker converts nothing from or to pandas: 45 MB, where it is installed. And what is read is
    small: Arrow's own pool would keep some of it for each thread. So would glibc, which gives
    threads that ask at once heaps of their own; here they wait for each other anyway.
    """
    sys.meta_path.insert(0, _WithoutPandas())
    limit = getattr(ctypes.CDLL(None), "mallopt", None)  # of glibc; others have one heap
    if limit is not None:
        limit(M_ARENA_MAX, 1)
    import pyarrow as pa  # the process above several workers needs none of it

    pa.set_memory_pool(pa.system_memory_pool())


@contextlib.contextmanager
def _made_to_stay() -> Iterator[None]:
    """Look for no garbage in what is made, now or ever: it stays, and looking takes long."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _look_again(app: FastAPI) -> None:
    """Look for another champion at once; a service that still starts does so anyway."""
    watch = getattr(app.state, "watch", None)
    if isinstance(watch, Watch):
        watch.poke()


def _end_with(parent: int) -> None:
    """Stop when the parent is gone: nobody would stop this worker any more."""
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def _stop_at_once_until_it_runs() -> None:
    """Exit with 0 at a signal: while the server runs it has handlers of its own, and then again."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        sys.exit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _prepare(settings: Settings) -> None:
    """Do once what every worker would do: see to the master key, bring the schema up to date."""
    master_of(settings)
    engine = database.connect(settings.database)
    try:
        database.migrate(engine)
    except SQLAlchemyError as error:
        log.warning("the schema is not up to date: %s", type(error).__name__)
    finally:
        engine.dispose()

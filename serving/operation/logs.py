"""Logs: a JSON object a line on standard error, with the request's id and nothing personal.

Where an exception is logged its kind and its place are told, never its text: a text may hold
what somebody sent. Of what other packages log only what stands in their code is told.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

OURS: Final = ("audit", "features", "lumbung", "matching", "models", "serving", "uvicorn")
"""Packages that log nothing personal: a test reads all that they log of a whole journey."""

TOLD: Final = ("method", "route", "status", "ms", "code", "key")
"""What is told of a request beside its id (`serving.operation.observed`)."""

FRAMES: Final = 8
"""Places told of an exception: the last, where it came from."""

log = logging.getLogger(__name__)


def configure(*, pretty: bool | None = None) -> None:
    """Let everything that is logged in this process go to standard error.

    Args:
        pretty: for a person rather than a machine; where nobody says, in a terminal.
    """
    looked_at = sys.stderr.isatty() if pretty is None else pretty
    last: Processor = (
        structlog.dev.ConsoleRenderer() if looked_at else structlog.processors.JSONRenderer()
    )
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(TOLD),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        bare,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=before, processors=[ProcessorFormatter.remove_processors_meta, last]
        )
    )
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.WARNING
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def bare(logger: Any, name: str, event: EventDict) -> EventDict:
    """Take out what may be personal: texts of exceptions, and values in others' messages."""
    del logger, name
    raised = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, tuple):
        raised = raised[1]
    if isinstance(raised, BaseException):
        event["error"] = " < ".join(type(one).__name__ for one in _causes(raised))
        event["at"] = _places(raised)
    record = event.get("_record")
    if record is not None and record.name.partition(".")[0] not in OURS:
        event["event"] = str(record.msg).partition("\n")[0] if isinstance(record.msg, str) else ""
    event["event"] = str(event["event"]).strip()
    return event


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give an exception and what it came from, one after another."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _places(error: BaseException) -> list[str]:
    """Return where an exception came through, the last `FRAMES` places."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """Log what nobody caught."""
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("nobody caught this", exc_info=(kind, error or kind(), trace))

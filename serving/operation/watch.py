"""A worker's own watch: it looks for another champion behind the answers, again and again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from features.errors import LumbungError

log = logging.getLogger(__name__)

SECONDS_TO_END: Final = 5.0
"""How long the service waits at its end for a look under way."""


class Watch:
    """Does something every so many seconds, and when poked.

    Args:
        look: what is done; whatever it raises is logged, and the next time comes.
        seconds: between the end of one look and the next.
    """

    def __init__(self, look: Callable[[], None], seconds: float) -> None:
        self._look, self._seconds = look, seconds
        self._poked, self._ended = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in a thread of its own; again, if it was ended before."""
        self._ended.clear()
        self._thread = threading.Thread(target=self._work, name="watch", daemon=True)
        self._thread.start()

    def poke(self) -> None:
        """Let it look now."""
        self._poked.set()

    def end(self) -> None:
        """End it; a look under way is given up after `SECONDS_TO_END`."""
        self._ended.set()
        self._poked.set()
        if self._thread is not None:
            self._thread.join(SECONDS_TO_END)

    def _work(self) -> None:
        while not self._ended.is_set():
            self._poked.wait(self._seconds)
            self._poked.clear()
            if not self._ended.is_set():
                self._once()

    def _once(self) -> None:
        try:
            self._look()
        except LumbungError as error:
            log.warning("not ready: %s", error.code)
        except Exception as error:  # noqa: BLE001  the next look may go well
            log.warning("a look failed: %s", type(error).__name__)

"""The challenger in shadow: it scores what was decided, behind the answers, and is shown to nobody.

A worker of its own takes decisions from a bounded queue after they are committed. No
answer waits for it: when the queue is full, as it soon is in a large batch, or the challenger
fails, the decision goes without a shadow. That is counted, and logged when it begins. The vectors
stay in the decisions, so what was missed can be scored later.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Engine

from audit.decide import under
from audit.decision import Decision
from audit.rules import Rules
from serving.rules.fetched import Registered
from serving.store import database
from serving.tables import ShadowScore

log = logging.getLogger(__name__)

MOST_WAITING: Final = 256
"""Decisions that may wait for the challenger; a decision is some tens of kilobytes."""

SECONDS_TO_END: Final = 5.0
"""How long the service waits at its end for those that still do."""


@dataclass(frozen=True)
class Waiting:
    """A decision, the rules it was made by, and who is to score it too."""

    decision: Decision
    rules: Rules
    challenger: Registered


class Shadow:
    """A challenger at work.

    Args:
        engine: the database.
        challenger: the model that scores what is decided from now on; another may take its place,
            or none. What waits is scored by the one it began to wait for.
        lost: is told of each decision that goes without a shadow.
    """

    def __init__(
        self,
        engine: Engine,
        challenger: Registered | None,
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine, self._behind = engine, False
        self.challenger = challenger
        self._lost = lost
        self._last: tuple[Rules, Registered, Rules] | None = None
        self._waiting: queue.Queue[Waiting | None] = queue.Queue(MOST_WAITING)
        self._worker = threading.Thread(target=self._work, name="shadow", daemon=True)
        self._worker.start()

    def follow(self, decision: Decision, rules: Rules) -> None:
        """Let the challenger score a committed decision, if it has the time; never waits."""
        asked = self.challenger
        if asked is None:
            return
        try:
            self._waiting.put_nowait(Waiting(decision, rules, asked))
            self._behind = False
        except queue.Full:
            self._lost()
            if not self._behind:
                self._behind = True
                log.warning("challenger behind; decision %s has no shadow", decision.decision_id)

    @property
    def waiting(self) -> int:
        """Return how many decisions wait."""
        return self._waiting.qsize()

    def end(self) -> None:
        """End the worker when it has done what waits, or go on without, after `SECONDS_TO_END`."""
        with contextlib.suppress(queue.Full):
            self._waiting.put(None, timeout=SECONDS_TO_END)
            self._worker.join(SECONDS_TO_END)
        if self._worker.is_alive():
            log.warning("challenger did not end; what waits has no shadow")

    def _work(self) -> None:
        for waiting in iter(self._waiting.get, None):
            decision_id = waiting.decision.decision_id
            try:
                self._keep(waiting)
            except Exception as error:  # noqa: BLE001  whatever is wrong with it, the next one is tried
                self._lost()
                kind = type(error).__name__
                log.warning("challenger failed (%s); decision %s has no shadow", kind, decision_id)

    def _keep(self, waiting: Waiting) -> None:
        asked = waiting.challenger
        made = under(waiting.decision, self._its(waiting.rules, asked))
        row = ShadowScore(
            decision_id=made.decision_id,
            version=asked.version,
            model_digest=asked.model.digest,
            probability=made.probability_of_default,
            score=made.points.score,
            result=made.result.kind,
        )
        with database.session(self._engine) as session, session.begin():
            session.add(row)

    def _its(self, rules: Rules, asked: Registered) -> Rules:
        """Return the same rules with the challenger in the champion's place."""
        if self._last is None or self._last[0] is not rules or self._last[1] is not asked:
            its = replace(
                rules, model_version=asked.version, model=asked.model, until=None, why=None
            )
            self._last = rules, asked, its
        return self._last[2]

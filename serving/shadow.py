"""The challenger in shadow: it scores what was decided, behind the answers, and is shown to nobody.

A worker of its own takes decisions from a bounded queue after they are committed. No
answer waits for it: when the queue is full, or the challenger fails, the decision goes
without a shadow, and that is logged. The vectors stay in the decisions, so what was missed
can be scored later.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Engine

from audit.decide import under
from audit.decision import Decision
from audit.rules import Rules
from serving import database
from serving.registry import Registered
from serving.tables import ShadowScore

log = logging.getLogger(__name__)

MOST_WAITING: Final = 256
"""Decisions that may wait for the challenger; a decision is some tens of kilobytes."""

SECONDS_TO_END: Final = 5.0
"""How long the service waits at its end for those that still do."""


@dataclass(frozen=True)
class Waiting:
    """A decision, and the rules it was made by."""

    decision: Decision
    rules: Rules


class Shadow:
    """A challenger at work.

    Args:
        engine: the database.
        challenger: the model that scores.
    """

    def __init__(self, engine: Engine, challenger: Registered) -> None:
        self._engine = engine
        self._challenger = challenger
        self._last: tuple[Rules, Rules] | None = None
        self._waiting: queue.Queue[Waiting | None] = queue.Queue(MOST_WAITING)
        self._worker = threading.Thread(target=self._work, name="shadow", daemon=True)
        self._worker.start()

    def follow(self, decision: Decision, rules: Rules) -> None:
        """Let the challenger score a committed decision, if it has the time; never waits."""
        try:
            self._waiting.put_nowait(Waiting(decision, rules))
        except queue.Full:
            log.warning("challenger behind; decision %s has no shadow", decision.decision_id)

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
                kind = type(error).__name__
                log.warning("challenger failed (%s); decision %s has no shadow", kind, decision_id)

    def _keep(self, waiting: Waiting) -> None:
        asked = self._challenger
        made = under(waiting.decision, self._its(waiting.rules))
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

    def _its(self, rules: Rules) -> Rules:
        """Return the same rules with the challenger in the champion's place."""
        if self._last is None or self._last[0] is not rules:
            asked = self._challenger
            its = replace(
                rules, model_version=asked.version, model=asked.model, until=None, why=None
            )
            self._last = rules, its
        return self._last[1]

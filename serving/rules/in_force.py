"""What is in force: the rules that decide today, with the products on the shelf, and the shadow."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Engine

from audit.days import wib
from audit.decision import Decision
from audit.rules import Rules
from features.errors import BadInput, Refused, Unavailable
from matching.product import Product
from serving.ledger import parts
from serving.lending import products
from serving.operation.metrics import Metrics
from serving.rules import succession, switches
from serving.rules.fetched import Registered
from serving.rules.shadow import Shadow

log = logging.getLogger(__name__)

SECONDS_TO_WAIT: Final = 5.0
"""How long a request waits for another that fetches the first champion."""


@dataclass(frozen=True)
class Stocked:
    """Rules with the products in force.

    Args:
        loaded: the rules as they were fetched, with the products of the installation's files.
        day: on which the products are in force, WIB.
        revision: of the lenders' own; it changes whenever one is verified.
        rules: what decides.
    """

    loaded: Rules
    day: date
    revision: int
    rules: Rules

    def holds(self, loaded: Rules, day: date, revision: int) -> bool:
        """Return whether nothing has changed since."""
        return self.loaded is loaded and (self.day, self.revision) == (day, revision)


@dataclass
class InForce:
    """What is in force in a running service.

    Args:
        engine: the database.
        load: fetches the rules, the same object while they are the same; raises Unavailable when
            there are none.
        now: the time, UTC.
        challenge: fetches the challenger, whenever the rules are; None when there is none.
        rules: what decides; None while there is no champion.
        alone: gives the rules without a model, for the kill switch while there is no champion.
        metrics: what counts.
    """

    engine: Engine
    load: Callable[[], Rules]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    challenge: Callable[[], Registered | None] = lambda: None
    rules: Rules | None = None
    alone: Callable[[], Rules] | None = None
    metrics: Metrics = field(default_factory=Metrics, repr=False)
    _switched: tuple[int, Rules, Rules] | None = field(default=None, repr=False)
    _entered: tuple[str, str] | None = field(default=None, repr=False)
    _loaded: Rules | None = field(default=None, repr=False)
    _stocked: Stocked | None = field(default=None, repr=False)
    _shadow: Shadow | None = field(default=None, repr=False)
    _fetching: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def in_force(self) -> Rules:
        """Return the rules of today (WIB), fetched when there were none.

        Their products are those in force: what a second person verified a moment ago is among
        them, in whatever process.

        Raises:
            Unavailable: there are none, or what there is cannot be used, with that fault's code;
                or the database is away (``database-away``).
        """
        day, seen = wib(self.now()), switches.seen(self.engine)
        with self._alone():
            by_switch = seen.scorer == "rules"
            today = self._by_switch(seen.switch) if by_switch else self._today(day)
            if self._stocked is None or not self._stocked.holds(today, day, seen.revision):
                stocked = self._stock(today, day, seen.revision)
                parts.keep(self.engine, stocked.rules, self.now())
                self._stocked = stocked
            return self._stocked.rules

    def refresh(self) -> None:
        """Take the champion and the challenger of now, if they are others.

        What decides goes on until the other is fetched, checked and warm; then the next request has
        it, and one under way ends with what it began with.

        Raises:
            Unavailable: as `in_force`.
        """
        loaded = self._fetched()
        if loaded is not self._loaded:
            with self._alone():
                self._take(loaded)
        rules = self.in_force()
        self.metrics.decides(rules.model_version)
        decides = (rules.model_version, rules.model.digest)
        if self._entered != decides:
            succession.enter(self.engine, rules, self.now())
            self._entered = decides

    def _take(self, loaded: Rules) -> Rules:
        self._loaded = self.rules = loaded
        _say(loaded)
        return loaded

    def _taken(self) -> Rules:
        """Return the rules there are, fetched when there are none."""
        return self.rules or self._take(self._fetched())

    def _by_switch(self, number: int) -> Rules:
        """Return the rules that decide by a setting of the kill switch, champion or not."""
        loaded = self.rules or (self.alone or self._taken)()
        if self._switched is None or self._switched[:2] != (number, loaded):
            by_rules = loaded.by_rules(f"the kill switch, setting {number}")
            _say(by_rules)
            self._switched = number, loaded, by_rules
        return self._switched[2]

    def _today(self, day: date) -> Rules:
        """Return what decides on a day: what is loaded, or the rules once its time is over."""
        loaded = self._taken()
        today = loaded.on(day)
        if self._switched is not None:
            self._switched = None
            _say(today)
        if today is not loaded:
            _say(today)
            self.rules = today
        return today

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one at a time change what is in force; nobody waits for a registry without end."""
        if not self._fetching.acquire(timeout=SECONDS_TO_WAIT):
            raise Unavailable(
                found="a champion that is still being fetched",
                expected="one that is here",
                hint="Send the same request again in a moment.",
                code="no-champion",
            )
        try:
            yield
        finally:
            self._fetching.release()

    def _stock(self, loaded: Rules, day: date, revision: int) -> Stocked:
        """Return the rules with the products in force; themselves where no lender has its own."""
        if not revision:
            return Stocked(loaded, day, revision, loaded)
        shelf = products.in_force(self.engine, loaded.products, day)
        return Stocked(loaded, day, revision, replace(loaded, products=shelf))

    def filed(self) -> tuple[Product, ...]:
        """Return the products of the installation's files; raises as `in_force`."""
        self.in_force()
        return () if self.rules is None else self.rules.products

    @property
    def shelf(self) -> tuple[Product, ...]:
        """Return the products that were in force when last looked at; none before the first."""
        return () if self._stocked is None else self._stocked.rules.products

    def _fetched(self) -> Rules:
        try:
            rules = self.load()
        except (BadInput, Refused) as error:
            raise Unavailable(
                found=error.found, expected=error.expected, hint=error.hint, code=error.code
            ) from error
        self._challenge()
        return rules

    def _challenge(self) -> None:
        found = self.challenge()
        if self._shadow is None and found is not None:
            self._shadow = Shadow(self.engine, found, self.metrics.unshadowed.inc)
        elif self._shadow is not None:
            self._shadow.challenger = found

    def follow(self, decision: Decision, rules: Rules) -> None:
        """Count a committed decision, and let the challenger, if any, score it; never waits."""
        self.metrics.decisions.labels(decision.result.kind, decision.versions.scorer).inc()
        if self._shadow is not None:
            self._shadow.follow(decision, rules)
            self.metrics.waiting.set(self._shadow.waiting)

    def end(self) -> None:
        """End what runs behind the answers, then let go of the database."""
        if self._shadow is not None:
            self._shadow.end()
        self.engine.dispose()


def _say(rules: Rules) -> None:
    """Log what decides from now on."""
    if rules.why is None:
        log.info("version %s decides", rules.model_version)
    else:
        log.warning("the rules decide, and every case goes to a person: %s", rules.why)

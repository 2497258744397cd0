"""A version of the registry, followed by its alias: looked for, checked, warm before it serves.

One that cannot be used is refused, and what served goes on; so it does when the registry is
away. The version before is held too, so that an alias moved back finds it at hand.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from features.errors import LumbungError
from models.proof import prove
from serving.rules import fetched, registry
from serving.rules.fetched import Registered
from serving.rules.named import Named

log = logging.getLogger(__name__)

Outcome = Literal["same", "swapped", "refused", "away", "withdrawn"]
"""Of a look: the version there was; another, taken; another that cannot be used; nothing seen, for
the registry is away; an alias that names nothing."""

HELD: Final = 2
"""Versions in memory: the one that serves, and the one before."""


class Followed:
    """What an alias names. Safe to be asked by several threads.

    Args:
        uri: of the MLflow store.
        kept: the folder for what is fetched.
        alias: which.
        told: is told the outcome of each look.
    """

    def __init__(
        self, uri: str, kept: Path, alias: str, told: Callable[[Outcome], None] = lambda _: None
    ) -> None:
        self.told = told
        self._uri, self._kept, self._alias = uri, kept, alias
        self._held: tuple[Registered, ...] = ()
        self._wrong: tuple[str, LumbungError] | None = None
        self._said: tuple[str, str] = ("", "")
        self._looking = threading.Lock()

    def champion(self) -> Registered:
        """Return the version named, or the last that could be used; the same object while it is.

        An alias that was withdrawn changes nothing: what served goes on.

        Raises:
            Unavailable: there is none, there or here (``no-champion``).
            BadInput, FingerprintMismatch: what there is cannot be used; see `fetched.read`.
        """
        with self._looking:
            outcome, error = self._look()
            try:
                return self._held[0] if self._held else self._last(error)
            finally:
                self._report(outcome, error)

    def challenger(self) -> Registered | None:
        """Return the version named; None when none is, or when it cannot be used.

        It answers nobody, so whatever is wrong with it is logged and no more. While the registry
        is away the last one goes on.
        """
        with self._looking:
            outcome, error = self._look()
            if outcome in ("withdrawn", "refused"):
                self._held = ()
            self._report(outcome, error)
            return self._held[0] if self._held else None

    def _look(self) -> tuple[Outcome, LumbungError | None]:
        try:
            named = registry.named(self._uri, self._alias)
        except LumbungError as error:
            return "away", error
        if named is None:
            return "withdrawn", None
        if self._wrong is not None and self._wrong[0] == named.folder:
            return "refused", self._wrong[1]
        try:
            return self._take(named), None
        except LumbungError as error:
            if error.code == "registry-away":
                return "away", error
            self._wrong = named.folder, error
            return "refused", error

    def _take(self, named: Named) -> Outcome:
        """Make what is named the one that serves, and keep the one before."""
        folder = registry.fetch(self._uri, self._kept, named)
        found = next((one for one in self._held if one.name == named.folder), None)
        if found is None:
            found = fetched.read(folder)
            prove(found.model)
        until = fetched.until_of(folder)
        if until != found.until:
            found = replace(found, until=until)
        fetched.use(self._kept, found.name)
        self._wrong = None
        if self._held and found is self._held[0]:
            return "same"
        others = [one for one in self._held if one.name != found.name]
        self._held = (found, *others)[:HELD]
        return "swapped"

    def _last(self, error: LumbungError | None) -> Registered:
        """Return what was used last, proven; the fault of what is named, where there is none."""
        try:
            found = fetched.last(self._kept)
            prove(found.model)
        except LumbungError as none:
            if error is None or error.code == "registry-away":
                raise
            raise error from none
        self._held = (found,)
        return found

    def _report(self, outcome: Outcome, error: LumbungError | None) -> None:
        """Tell the outcome; log it where it is not what it was."""
        self.told(outcome)
        served = self._held[0].version if self._held else "none"
        if outcome in ("same", "swapped"):
            outcome = "same"
        said = (outcome, served if error is None else f"{error.code} {error.where} {served}")
        if said == self._said:
            return
        self._said = said
        if outcome == "same":
            log.info("%s is version %s", self._alias, served)
        elif error is None:
            log.warning("no version is %s; in its place goes on: %s", self._alias, served)
        else:
            what = f"{error.code}: {error.found}"
            log.warning("%s %s (%s); goes on: %s", self._alias, outcome, what, served)

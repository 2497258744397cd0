"""What the settings let decide: the champion or the rules, with products, policy and programmes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace

from audit.result import Policy
from audit.rules import Rules
from matching.shelf import PRODUCTS, load_products
from matching.support import load_programmes
from models.artefact import CHALLENGER, CHAMPION
from models.rules import VERSION, RulesOnly
from serving.rules.fetched import Registered
from serving.rules.followed import Followed, Outcome
from serving.settings import Settings


class Rulebook:
    """What decides, by the settings.

    Args:
        settings: the service's.
        told: is told the outcome of each look for the champion.
    """

    def __init__(
        self, settings: Settings, told: Callable[[Outcome], None] = lambda _: None
    ) -> None:
        self._settings = settings
        self._champion = Followed(settings.registry, settings.home / "champions", CHAMPION, told)
        self._challenger = Followed(settings.registry, settings.home / "challengers", CHALLENGER)
        self._last: tuple[Registered, Rules] | None = None

    @functools.cached_property
    def alone(self) -> Rules:
        """Return the rules without a model; products and programmes are read once."""
        return Rules(
            model_version=VERSION,
            model=RulesOnly(),
            products=load_products(self._settings.products or PRODUCTS),
            policy=Policy(),
            examples=self._settings.offer_examples,
            why="LUMBUNG_SCORER is rules",
            programmes=load_programmes(),
        )

    def rules(self) -> Rules:
        """Return what decides now; the very same object as long as it is the same.

        Where the settings say so the rules stand in the champion's place, and no registry is asked.

        Raises:
            Unavailable, BadInput, FingerprintMismatch: as `Followed.champion`.
        """
        if self._settings.scorer == "rules":
            return self.alone
        found = self._champion.champion()
        if self._last is None or self._last[0] is not found:
            its = replace(
                self.alone,
                model_version=found.version,
                model=found.model,
                until=found.until,
                why=None,
            )
            self._last = found, its
        return self._last[1]

    def challenger(self) -> Registered | None:
        """Return the challenger in shadow; none where only the rules are to be used."""
        return None if self._settings.scorer == "rules" else self._challenger.challenger()

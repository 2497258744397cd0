"""What decides: model, products and policy, all of one moment."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final, Literal

from pydantic import TypeAdapter

from audit import decision
from audit.digest import digest
from audit.result import Policy
from matching.offering import Offering
from matching.product import Product
from matching.support import Programme
from models import rules as points_by_rules
from models.rules import RulesOnly
from models.scorer import Scorer

Part = Literal["policy", "products", "programmes"]
"""What is kept by its digest beside the decisions, so that each can be made again."""

POLICY: Final = TypeAdapter(Policy)
PRODUCTS: Final = TypeAdapter(tuple[Product, ...])
PROGRAMMES: Final = TypeAdapter(tuple[Programme, ...])
"""These read a part back from JSON."""

DAYS_KEPT: Final = 8
"""Days of which the products are kept as they stand on them."""


@dataclass(frozen=True)
class Rules:
    """What decides: the champion, the products and the policy, all of one moment.

    Args:
        model_version: the model's version in the registry; ``rules`` where there is no model.
        model: the model, or the rules in its place.
        products: on offer or not; `matching` judges.
        policy: where the lines are.
        examples: whether example products may be offered.
        until: the last day, WIB, on which the model may decide; None for ever.
        why: why the rules decide in place of a champion; None where one does.
        programmes: of support.
    """

    model_version: str
    model: Scorer
    products: tuple[Product, ...]
    policy: Policy
    examples: bool
    until: date | None = None
    why: str | None = None
    programmes: tuple[Programme, ...] = ()

    def on(self, day: date) -> Rules:
        """Return what decides on a day (WIB): these, or the rules once the model's time is over."""
        if self.until is None or day <= self.until:
            return self
        return self.by_rules(f"the override of version {self.model_version} ended on {self.until}")

    def by_rules(self, why: str) -> Rules:
        """Return these with the rules in the model's place, and why."""
        return replace(
            self,
            model_version=points_by_rules.VERSION,
            model=RulesOnly(self.model.identity.currency),
            until=None,
            why=why,
        )

    @functools.cached_property
    def offering(self) -> Callable[[date], Offering]:
        """Return what gives the products as they stand on a day, in order of product_id.

        What was made for a day is kept with these rules.
        """
        products = sorted(self.products, key=lambda one: one.product_id)
        return functools.lru_cache(DAYS_KEPT)(
            lambda day: Offering(products, on=day, examples=self.examples)
        )

    @property
    def scorer(self) -> decision.Scorer:
        """Return which of the two decides."""
        return "rules" if isinstance(self.model, RulesOnly) else "champion"

    @property
    def parts(self) -> Mapping[Part, object]:
        """Return what is kept by its digest, each as JSON has it."""
        return {
            "policy": asdict(self.policy),
            "products": [one.model_dump(mode="json") for one in self.products],
            "programmes": [one.model_dump(mode="json") for one in self.programmes],
        }

    @functools.cached_property
    def versions(self) -> decision.Versions:
        """Return what these are made of, each by name and digest; worked out once."""
        parts = self.parts
        return decision.Versions(
            model=self.model_version,
            model_digest=self.model.digest,
            catalogue=self.model.identity.fingerprint,
            policy=f"{self.policy.name}-{short(parts['policy'])}",
            products=short(parts["products"]),
            simulated=self.model.identity.simulated,
            scorer=self.scorer,
            programmes=short(parts["programmes"]),
            examples=self.examples,
        )


def short(part: object) -> str:
    """Return the digest that a decision names a part by, as JSON has it: 16 hexadecimal digits."""
    return digest(part)[:16]

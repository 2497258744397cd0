"""The result of an application: eligible, human review or not yet.

A result follows from the risk, from how much is known, and from what could be
offered; the policy says where the lines are. It is a recommendation: the lender
decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from matching.offer import Matches

Kind = Literal["eligible", "human_review", "not_yet"]
Cause = Literal[
    "thin_file", "near_the_line", "unknown_facts", "risk_above_the_line", "no_product_fits"
]


@dataclass(frozen=True)
class Policy:
    """Where the lines are.

    Args:
        name: of the policy, to be kept with each decision.
        most_probability: the largest probability of default that is recommended, 0 … 1.
        near: how far from that line, on either side, a person looks at the case, 0 … 1.
        fewest_months: the shortest history, in months of thirty days, that is judged without a
            person.
    """

    name: str = "2026-11"
    most_probability: float = 0.12
    near: float = 0.02
    fewest_months: float = 3.0


@dataclass(frozen=True)
class Result:
    """A result, and why it is not *eligible*."""

    kind: Kind
    causes: tuple[Cause, ...]


def result_of(
    probability: float, history_months: float, matches: Matches, policy: Policy
) -> Result:
    """Return the result of an application.

    A thin file and a case near the line go to a person, and so does one in which only facts that
    nobody has told keep every product away. Otherwise it is eligible when the risk is within the
    line and a product fits.

    Args:
        probability: of default, 0 … 1.
        history_months: of payments known; NaN when there are none.
        matches: what `matching.offer.match` found.
        policy: where the lines are.
    """
    causes: list[Cause] = []
    if math.isnan(history_months) or history_months < policy.fewest_months:
        causes.append("thin_file")
    if abs(probability - policy.most_probability) <= policy.near:
        causes.append("near_the_line")
    if not matches.offers and any(unfit.open for unfit in matches.unfit):
        causes.append("unknown_facts")
    risky = probability > policy.most_probability + policy.near
    if "thin_file" not in causes and risky:
        return Result("not_yet", ("risk_above_the_line",))
    if causes:
        return Result("human_review", tuple(causes))
    if not matches.offers:
        return Result("not_yet", ("no_product_fits",))
    return Result("eligible", ())

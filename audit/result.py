"""The result of an application: eligible, human review or not yet.

A result follows from the risk, from how much is known, from what could be
offered, and from signals that some transactions need a look; the policy says
where the lines are. It is a recommendation: the lender decides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from features.signals import SIGNALS
from matching.offer import Matches

Kind = Literal["eligible", "human_review", "not_yet"]
Cause = Literal[
    "thin_file",
    "near_the_line",
    "transactions_to_check",
    "unknown_facts",
    "risk_above_the_line",
    "no_product_fits",
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
        lines: name of a signal → the value from which on a person looks at the transactions; a
            signal that has no line here raises no hand.
    """

    name: str = "2026-11"
    most_probability: float = 0.12
    near: float = 0.02
    fewest_months: float = 3.0
    lines: Mapping[str, float] = field(
        default_factory=lambda: {signal.name: signal.line for signal in SIGNALS}
    )


@dataclass(frozen=True)
class Result:
    """A result, and why it is not *eligible*."""

    kind: Kind
    causes: tuple[Cause, ...]


def raised(signals: Mapping[str, float | None], policy: Policy) -> tuple[str, ...]:
    """Return the names of the signals at or beyond their line, in order of the policy.

    Args:
        signals: name → value, None where missing; what is missing raises no hand.
        policy: where the lines are.

    Raises:
        KeyError: the policy draws a line for a signal that there is not.
    """
    return tuple(
        name
        for name, line in policy.lines.items()
        if (value := signals[name]) is not None and value >= line
    )


def result_of(
    probability: float,
    history_months: float,
    hands: tuple[str, ...],
    matches: Matches,
    policy: Policy,
) -> Result:
    """Return the result of an application.

    A thin file and a case near the line go to a person, and so do one of which a signal raised a
    hand and one in which only facts that nobody has told keep every product away. Otherwise it is
    eligible when the risk is within the line and a product fits.

    A raised hand asks for a look and does nothing else: it moves no point, and it never turns a
    result into *not yet*. Nor does it help: where the risk is above the line the result is *not
    yet* with and without it, or money sent in circles would buy a look that honest applicants of
    the same risk do not get.

    Args:
        probability: of default, 0 … 1.
        history_months: of payments known; NaN when there are none.
        hands: the signals that raised a hand, as `raised` names them.
        matches: what `matching.offer.match` found.
        policy: where the lines are.
    """
    causes: list[Cause] = []
    if math.isnan(history_months) or history_months < policy.fewest_months:
        causes.append("thin_file")
    if abs(probability - policy.most_probability) <= policy.near:
        causes.append("near_the_line")
    if hands:
        causes.append("transactions_to_check")
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

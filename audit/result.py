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
from matching.offer import Reach

Kind = Literal["eligible", "human_review", "not_yet"]
Cause = Literal[
    "thin_file",
    "near_the_line",
    "unlike_those_known",
    "transactions_to_check",
    "unknown_facts",
    "rules_only",
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


@dataclass(frozen=True)
class Judged:
    """What a result follows from, beside the products.

    Args:
        probability: of default, 0 … 1; None where the rules decide without a model.
        history_months: of payments known; NaN when there are none.
        unlike: the features that make the applicant unlike those the model was trained on.
        hands: the signals that raised a hand, as `raised` names them.
    """

    probability: float | None
    history_months: float
    unlike: tuple[str, ...] = ()
    hands: tuple[str, ...] = ()


def result_of(judged: Judged, reach: Reach, policy: Policy) -> Result:
    """Return the result of an application.

    A thin file and a case near the line go to a person, and so do an applicant unlike those the
    model knows, one of whom a signal raised a hand, and one from whom only facts that nobody has
    told keep every product away. Otherwise the application is eligible when the risk is within the
    line and a product fits.

    A model says little about a thin file, and about someone unlike all it was trained on; what it
    says then is no ground for *not yet* either.

    A raised hand asks for a look and does nothing else: it moves no point, and it never turns a
    result into *not yet*. Nor does it help: where the risk is above the line the result is *not
    yet* with and without it, or money sent in circles would buy a look that honest applicants of
    the same risk do not get.

    Where the rules decide without a model nothing is eligible: what no hard fact keeps from every
    product goes to a person.

    Args:
        judged: what was found of the applicant.
        reach: what the matcher found.
        policy: where the lines are.
    """
    causes = _asking_for_a_person(judged, reach, policy)
    reliable = not {"thin_file", "unlike_those_known"} & set(causes)
    if reliable and _risky(judged.probability, policy):
        return Result("not_yet", ("risk_above_the_line",))
    if not causes and reach != "fits":
        return Result("not_yet", ("no_product_fits",))
    if judged.probability is None:
        causes.append("rules_only")
    return Result("human_review", tuple(causes)) if causes else Result("eligible", ())


def _asking_for_a_person(judged: Judged, reach: Reach, policy: Policy) -> list[Cause]:
    thin = math.isnan(judged.history_months) or judged.history_months < policy.fewest_months
    asking: dict[Cause, bool] = {
        "thin_file": thin,
        "near_the_line": _near(judged.probability, policy),
        "unlike_those_known": bool(judged.unlike),
        "transactions_to_check": bool(judged.hands),
        "unknown_facts": reach == "open",
    }
    return [cause for cause, holds in asking.items() if holds]


def _near(probability: float | None, policy: Policy) -> bool:
    return probability is not None and abs(probability - policy.most_probability) <= policy.near


def _risky(probability: float | None, policy: Policy) -> bool:
    return probability is not None and probability > policy.most_probability + policy.near

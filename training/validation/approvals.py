"""How many loans a partner has to approve at random to learn what they do, and at what cost.

A test of one bad rate against a bound (docs/declined-applicants.md): *n* loans are
paid out to applicants drawn at random from a band of scores that is not financed
otherwise, and the band is opened when at most *c* of them go bad. It is the exact
binomial test, so it holds for few loans too. Once more than *c* have gone bad the
answer is no, whatever comes after: paying out stops there, and the test stays exact.

Print the table of the page: ``python -m training.validation.approvals``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from features.errors import BadInput
from features.rows import Floats

ALPHA: Final = 0.05
"""The chance at most that a band is opened whose bad rate is at the bound or above."""

POWER: Final = 0.8
"""The chance at least that a band is opened whose bad rate is the hoped one."""

MOST: Final = 5000
"""Loans beyond which no design is looked for."""


@dataclass(frozen=True)
class Design:
    """A trial of loans approved at random.

    Args:
        hoped: the bad rate at which the band is to be opened with `POWER`, 0 … 1.
        bound: the bad rate from which on it must not be opened, above *hoped*.
        loans: how many are paid out.
        most_bad: how many of them may go bad for the band to be opened.
    """

    hoped: float
    bound: float
    loans: int
    most_bad: int

    def expected_loss(self, amount: float, lgd: float) -> float:
        """Return Σ PD · LGD · EAD at the hoped rate, in the unit of *amount*, of one loan."""
        return self.loans * self.hoped * lgd * amount

    def worst_loss(self, amount: float, lgd: float) -> float:
        """Return what is lost when the trial stops for bad loans, those still out not counted."""
        return (self.most_bad + 1) * lgd * amount


def design(hoped: float, bound: float, alpha: float = ALPHA, power: float = POWER) -> Design:
    """Return the smallest trial that tells a hoped bad rate from one that is too high.

    Args:
        hoped: of the band, 0 … 1.
        bound: above *hoped*, below 1: such as the rate at which interest no longer pays for losses.
        alpha: chance at most of opening the band at the bound.
        power: chance at least of opening it at the hoped rate.

    Raises:
        BadInput: the rates are none, or so near each other that `MOST` loans do not tell them apart
            (``bad-trial``).
    """
    if not 0 <= hoped < bound < 1:
        raise _bad(f"a hoped rate of {hoped} and a bound of {bound}", "0 <= hoped < bound < 1")
    for loans in range(1, MOST + 1):
        most_bad = int(np.searchsorted(_at_most(loans, bound), alpha, side="right")) - 1
        if most_bad >= 0 and _at_most(loans, hoped)[most_bad] >= power:
            return Design(hoped, bound, loans, most_bad)
    raise _bad(f"rates as near as {hoped} and {bound}", f"rates that {MOST} loans tell apart")


def _at_most(n: int, rate: float) -> Floats:
    """Return (n + 1,) the chances that at most 0, 1 … n of *n* loans go bad."""
    if rate == 0:
        return np.ones(n + 1)
    k = np.arange(n + 1)
    ways = np.array([math.lgamma(i + 1) for i in range(n + 1)])
    log = ways[n] - ways - ways[::-1] + k * math.log(rate) + (n - k) * math.log1p(-rate)
    chances: Floats = np.cumsum(np.exp(log))
    return chances


def _bad(found: str, expected: str) -> BadInput:
    return BadInput(
        found=found,
        expected=expected,
        hint="Name the rate you hope for, and the one from which on the loans no longer pay.",
        code="bad-trial",
    )


RATES: Final = ((0.05, 0.10), (0.05, 0.15), (0.08, 0.15), (0.08, 0.20), (0.10, 0.20), (0.15, 0.25))
"""Hoped rates and bounds of the table."""

AMOUNT: Final = 5_000_000
SHARE_LOST: Final = 0.45
"""Rupiah of a loan in the table, and the share lost of one gone bad: assumptions."""


def table() -> str:
    """Return the table of the page, Markdown."""
    top = "| hoped | bound | loans | open at most | expected loss | loss when stopped |\n"
    rows = [_row(design(hoped, bound)) for hoped, bound in RATES]
    return top + "|--:|--:|--:|--:|--:|--:|\n" + "".join(rows)


def _row(trial: Design) -> str:
    losses = (trial.expected_loss(AMOUNT, SHARE_LOST), trial.worst_loss(AMOUNT, SHARE_LOST))
    money = " | ".join(f"Rp{loss / 1e6:.1f} million" for loss in losses)
    rates = f"{trial.hoped:.0%} | {trial.bound:.0%}"
    return f"| {rates} | {trial.loans} | {trial.most_bad} bad | {money} |\n"


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201  what the command is for

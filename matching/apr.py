"""The all-in price of a loan per year, the figure by which loans of all kinds compare.

It is nominal: the rate of return per period times the periods a year. The rate is the one
at which what is repaid is worth today exactly what was received. As all instalments but
the last are the same, that worth has a closed form, and Newton's steps find the rate of
any number of loans at a time, each held between two rates that enclose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.errors import BadInput

Floats = NDArray[np.float64]

DIGITS: Final = 10
"""Decimals of a price per year: beyond them two machines may differ."""

CLOSE: Final = 1e-13
"""Steps smaller than this, against 1 + rate, no longer change what is kept."""

MOST_STEPS: Final = 200


@dataclass(frozen=True)
class Flows:
    """What *k* borrowers receive and pay back, float64 arrays of shape (k,), rupiah.

    Args:
        received: paid out: the amount less fees and deposit.
        instalment: each instalment but the last.
        last: the last one, less the deposit that comes back with it.
        number: how many instalments, the last included.
    """

    received: Floats
    instalment: Floats
    last: Floats
    number: Floats

    @property
    def gain(self) -> Floats:
        """Return what is paid back beyond what was received."""
        return self.instalment * (self.number - 1) + self.last - self.received

    def worth(self, rate: Floats) -> tuple[Floats, Floats]:
        """Return what all is worth today at a rate above zero per period, and its slope."""
        grown = np.log1p(rate)
        kept = np.exp(-grown * self.number)
        earlier = self.number - 1
        level = -np.expm1(-grown * earlier) / rate
        last = self.last * kept
        slope = self.instalment * (earlier * kept - level) / rate
        return self.instalment * level + last, slope - self.number * last / (1 + rate)


def apr(flows: Flows, periods: Floats) -> Floats:
    """Return the nominal price per year of each loan, a share, by *periods* instalments a year.

    Raises BadInput (``bad-loan``) when nothing is received or less is repaid than received.
    """
    wrong = np.flatnonzero((flows.received <= 0) | (flows.gain < 0))
    if wrong.size:
        one = wrong[0]
        got = flows.received[one]
        raise BadInput(
            found=f"{got:.0f} received and {got + flows.gain[one]:.0f} repaid",
            expected="something received, and at least as much repaid",
            hint="Look at the fees of the product: they may be larger than the loan.",
            code="bad-loan",
        )
    return np.round(_rates(flows) * periods, DIGITS)


def _rates(flows: Flows) -> Floats:
    """Return the rate per period of each loan, zero where nothing is gained."""
    gained = flows.gain > 0
    low = np.zeros(gained.shape)
    paid = flows.instalment * (flows.number - 1) + np.maximum(flows.last, 0)
    high = np.where(gained, paid / flows.received - 1, 1)
    rate = 2 * high / (flows.number + 1)
    for _ in range(MOST_STEPS):
        worth, slope = flows.worth(rate)
        above = worth > flows.received
        low, high = np.where(above, rate, low), np.where(above, high, rate)
        with np.errstate(all="ignore"):  # a step that is no number is not taken
            step = rate - (worth - flows.received) / slope
        better = np.where((low < step) & (step <= high), step, (low + high) / 2)
        moved = np.abs(better - rate) > CLOSE * (1 + rate)
        rate = better
        if not (moved & gained).any():
            break
    return np.where(gained, rate, 0.0)

"""What is paid back when: schedules in whole rupiah, and the price they come to.

Amounts are computed in whole numbers throughout, so each figure is the exact one
rounded once, half up. Every instalment is the same; the last one absorbs what rounding
left over, so that the principal parts add up to the amount lent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

from features.errors import BadInput
from matching.product import Product

MOST_KEPT: Final = 4096
"""Schedules kept of each kind: round amounts over the same months are asked about often."""


@dataclass(frozen=True)
class Schedule:
    """The monthly instalments of one loan, the first a month after it is paid out.

    Args:
        principal: rupiah of the loan repaid by each instalment; together the amount lent.
        interest: rupiah of interest or margin in each instalment.
    """

    principal: tuple[int, ...]
    interest: tuple[int, ...]

    @property
    def amount(self) -> int:
        """Return the amount lent, rupiah."""
        return sum(self.principal)

    @cached_property
    def instalments(self) -> tuple[int, ...]:
        """Return each instalment, principal and interest together, rupiah."""
        return tuple(map(sum, zip(self.principal, self.interest, strict=True)))

    @property
    def total(self) -> int:
        """Return all that is repaid, rupiah."""
        return sum(self.instalments)

    @property
    def total_interest(self) -> int:
        """Return all interest or margin, rupiah."""
        return sum(self.interest)

    @property
    def instalment(self) -> int:
        """Return the instalment of every month but the last, rupiah."""
        return self.instalments[0]

    @property
    def last_instalment(self) -> int:
        """Return the last instalment, rupiah: it differs from the others only by rounding."""
        return self.instalments[-1]


@lru_cache(MOST_KEPT)
def annuity(amount: int, tenor: int, rate: Decimal) -> Schedule:
    """Return the schedule of a loan with equal instalments and interest on what is still owed.

    The instalment is P·i ÷ (1 - (1 + i)^-n) for P rupiah over n months at i = rate ÷ 12.

    Args:
        amount: rupiah lent, above zero.
        tenor: months, above zero.
        rate: effective price per year, a share, zero or more.
    """
    top, bottom = _monthly(rate)
    growth = (bottom + top) ** tenor
    gained = bottom * (growth - bottom**tenor)
    payment = _nearest(amount * top * growth, gained) if gained else _nearest(amount, tenor)
    return _repay(amount, tenor, payment, lambda owed: _nearest(owed * top, bottom))


@lru_cache(MOST_KEPT)
def flat(amount: int, tenor: int, rate: Decimal) -> Schedule:
    """Return the schedule of a loan with equal instalments and interest on the amount lent.

    The instalment is P/n + P·i for P rupiah over n months at i = rate ÷ 12, where *rate* is the
    flat price per year; the other arguments are those of `annuity`.
    """
    top, bottom = _monthly(rate)
    payment = _nearest(amount * (bottom + top * tenor), bottom * tenor)
    charge = _nearest(amount * top, bottom)
    return _repay(amount, tenor, payment, lambda _: charge)


REPAYMENTS: Mapping[str, Callable[[int, int, Decimal], Schedule]] = {
    "annuity": annuity,
    "flat": flat,
}
"""The schedule that each kind of repayment makes."""


def schedule_of(product: Product, amount: int, tenor: int) -> Schedule:
    """Return the schedule of *amount* rupiah over *tenor* months on a product's terms."""
    return REPAYMENTS[product.repayment](amount, tenor, product.rate)


def apr(instalments: Sequence[int], received: int) -> float:
    """Return the all-in nominal price per year, a share: twelve times the monthly rate of return.

    It is the rate at which the instalments are worth today exactly what was *received*, the
    amount lent without the fees. In terms of v = 1/(1 + i) their worth is a polynomial that
    rises and bends upwards, so Newton's steps from v = 1 fall onto the root and never pass it.

    Args:
        instalments: rupiah, one a month, together at least *received*.
        received: rupiah paid out, above zero.

    Raises BadInput (``bad-loan``) when nothing is received or less is repaid than received.
    """
    if not 0 < received <= sum(instalments):
        raise BadInput(
            found=f"{received} received and {sum(instalments)} repaid",
            expected="something received, and at least as much repaid",
            hint="Look at the fees of the product: they may be larger than the loan.",
            code="bad-loan",
        )
    discount, lower = 2.0, 1.0
    while lower < discount:
        discount = lower
        worth, slope = _worth(instalments, discount)
        lower = discount - (worth - received) / slope
    return 12 * (1 / discount - 1)


def _worth(instalments: Sequence[int], v: float) -> tuple[float, float]:
    """Return Σ pₖ·vᵏ and its slope in v, by Horner's scheme."""
    worth = slope = 0.0
    for payment in (*reversed(instalments), 0):
        slope = slope * v + worth
        worth = worth * v + payment
    return worth, slope


def _monthly(rate: Decimal) -> tuple[int, int]:
    """Return the price per month, rate ÷ 12, as an exact fraction (top, bottom)."""
    top, bottom = rate.as_integer_ratio()
    return top, 12 * bottom


def _nearest(top: int, bottom: int) -> int:
    """Return top ÷ bottom rounded to the nearest whole number, half up."""
    return (2 * top + bottom) // (2 * bottom)


def _repay(amount: int, tenor: int, payment: int, charge: Callable[[int], int]) -> Schedule:
    """Pay *payment* a month, the *charge* on what is still owed first; the last pays the rest."""
    owed, principal, interest = amount, [], []
    for left in range(tenor, 0, -1):
        interest.append(charge(owed))
        principal.append(owed if left == 1 else min(max(payment - interest[-1], 0), owed))
        owed -= principal[-1]
    return Schedule(tuple(principal), tuple(interest))

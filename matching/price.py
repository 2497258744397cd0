"""What is repaid of a loan: its instalments in whole rupiah, without listing every one.

Whatever the kind of price, all instalments are the same but the last, which absorbs what
rounding left over. With P rupiah lent, three shares that hang on the terms alone say all:

    instalment      = P · level, rounded half up
    last instalment = P · growth - instalment · earlier, rounded half up

*level* is the exact instalment of one rupiah; *growth* is what one rupiah comes to by the
end with its price, and *earlier* what one rupiah in each instalment before the last comes to.
All are exact fractions, so each figure is the exact one, rounded once. `matching.offering`
computes the same for many loans at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from matching.product import Period, PriceKind, Product, Repayment

WEEKS_A_YEAR: Final = 52
DAYS_A_YEAR: Final = 365

MOST_KEPT: Final = 65_536
"""Prices kept: of a hundred terms over every tenor that is asked."""


class Repaid(NamedTuple):
    """What is repaid: *number* instalments, all of *instalment* rupiah but the last, of *last*."""

    instalment: int
    last: int
    number: int

    @property
    def total(self) -> int:
        """Return all of them together, rupiah."""
        return self.instalment * (self.number - 1) + self.last

    @property
    def largest(self) -> int:
        """Return the largest of them, rupiah."""
        return max(self.instalment, self.last)


@dataclass(frozen=True, slots=True)
class Price:
    """The three shares of the module's docstring, and what they follow from.

    Args:
        number: of instalments.
        charge: the price of one period, a share of the amount it is charged on.
        level_top, level_bottom: *level* is the one divided by the other.
        growth, earlier: both divided by *bottom* are the shares of that name.
        bottom: see there.
    """

    number: int
    charge: Fraction
    level_top: int
    level_bottom: int
    growth: int
    earlier: int
    bottom: int

    @property
    def shares(self) -> tuple[float, float, float]:
        """Return level, growth and earlier, each the nearest float."""
        level = self.level_top / self.level_bottom
        return level, self.growth / self.bottom, self.earlier / self.bottom

    def repaid(self, amount: int) -> Repaid:
        """Return what is repaid of *amount* rupiah, above zero.

        Where rounding up would leave less than nothing for the last instalment, as with a loan of
        some rupiah over years, the instalment is rounded down.
        """
        instalment = nearest(amount * self.level_top, self.level_bottom)
        last = nearest(amount * self.growth - instalment * self.earlier, self.bottom)
        if last < 0:
            instalment = amount * self.level_top // self.level_bottom
            last = nearest(amount * self.growth - instalment * self.earlier, self.bottom)
        return Repaid(instalment if self.number > 1 else last, last, self.number)


def nearest(top: int, bottom: int) -> int:
    """Return top ÷ bottom rounded to the nearest whole number, half up; *bottom* above zero."""
    return (2 * top + bottom) // (2 * bottom)


def price_of(product: Product, tenor: int) -> Price:
    """Return the price of a product's terms over so many months, above zero."""
    number = number_of(product, tenor)
    season = product.season_months
    return _price(
        product.price_kind, product.rate, product.repayment, product.period, season, number
    )


def number_of(product: Product, tenor: int) -> int:
    """Return how many instalments there are over so many months, above zero.

    One a month; one for each whole week, of which there are 365 ÷ 7 in twelve months; one for each
    whole season, at its end, and one where there is no whole season. No more than the product has.
    """
    number = tenor
    if product.period == "weekly":
        number = tenor * DAYS_A_YEAR // (12 * 7)
    elif product.season_months is not None:
        number = max(tenor // product.season_months, 1)
    return number if product.instalments_max is None else min(number, product.instalments_max)


def months_of(product: Product, number: int) -> int:
    """Return the months until the last of *number* instalments, rounded up."""
    if product.period == "weekly":
        return -(-number * 12 * 7 // DAYS_A_YEAR)
    return number * (product.season_months or 1)


def periods_a_year(product: Product) -> float:
    """Return how many instalments fall into a year: 52, 12, or 12 ÷ the months of a season."""
    return WEEKS_A_YEAR if product.period == "weekly" else 12 / (product.season_months or 1)


@lru_cache(MOST_KEPT)
def _price(
    kind: PriceKind,
    rate: Decimal,
    repayment: Repayment,
    period: Period,
    season: int | None,
    number: int,
) -> Price:
    share = Fraction(*rate.as_integer_ratio())
    if kind == "margin":
        charge = share / number
    elif kind == "per_day":
        charge = share * (7 if period == "weekly" else DAYS_A_YEAR * _years(period, season))
    else:
        charge = share * _years(period, season)
    if repayment == "annuity" and charge:
        return _annuity(charge, number)
    level = charge if repayment == "bullet" else charge + Fraction(1, number)
    growth = 1 + number * charge
    bottom = growth.denominator
    earlier = (number - 1) * bottom
    return Price(
        number, charge, level.numerator, level.denominator, growth.numerator, earlier, bottom
    )


def _annuity(charge: Fraction, number: int) -> Price:
    """Return the price of equal instalments with *charge* on what is still owed.

    With g = 1 + charge: level = charge · gⁿ ÷ (gⁿ - 1), growth = gⁿ, earlier = g + … + gⁿ⁻¹.
    """
    top, unit = charge.as_integer_ratio()
    growth, bottom = (unit + top) ** number, unit**number
    earlier = (growth - (unit + top) * unit ** (number - 1)) * unit // top
    level_bottom = unit * (growth - bottom)
    return Price(number, charge, top * growth, level_bottom, growth, earlier, bottom)


def _years(period: Period, season: int | None) -> Fraction:
    return Fraction(1, WEEKS_A_YEAR) if period == "weekly" else Fraction(season or 1, 12)

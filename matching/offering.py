"""Products in columns: the terms of a whole shelf on one day, made once and asked many times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from typing import Final

import numpy as np

from matching.asking import LARGEST, Asking, Bools, Floats, Ints
from matching.price import WEEKS_A_YEAR, nearest, price_of
from matching.product import Product
from matching.ruled import OPEN, SHUT, Bars, Ruled

TENORS_KEPT: Final = 128
"""Tenors remembered with the prices of all products over each."""

DOUBT: Final = 1e-15
"""An upper limit of the relative error of an instalment in double precision."""

LONG: Final = 2.0**62
"""Whole numbers beyond are no longer multiplied in 64 bits."""


class Offering:
    """*p* products as they stand on a day.

    Args:
        products: p of them; one that may not be offered on the day is shut to everyone.
        on: the day.
        examples: whether products only for demonstration count.

    Its ``longest_tenor`` is the longest that one of them takes of a business; 0 where none is open.
    """

    def __init__(self, products: Sequence[Product], *, on: date, examples: bool) -> None:
        self.products = tuple(products)
        self._amounts = self._ints("amount_min"), np.minimum(self._ints("amount_max"), LARGEST - 1)
        self._tenors = self._ints("tenor_min"), self._ints("tenor_max")
        cut_offs = [np.inf if one.max_pd is None else one.max_pd for one in products]
        self._cut_off: Floats = np.array(cut_offs, np.float64)
        weekly = np.array([one.period == "weekly" for one in products], np.bool_)
        seasons = np.array([one.season_months or 1 for one in products], np.int64)
        self._a_month = np.where(weekly, WEEKS_A_YEAR, 1), np.where(weekly, 12, seasons)
        fixed = [sum(fee.on(0) for fee in one.fees if fee.kind == "fixed") for one in products]
        self._fixed_fees: Ints = np.array(fixed, np.int64)
        self._fee_shares = _fee_shares(products)
        shut = [not _open_to_businesses(one, on, examples=examples) for one in products]
        tenors = [one.tenor_max for one, barred in zip(products, shut, strict=True) if not barred]
        self.longest_tenor = max(tenors, default=0)
        self._ruled = Ruled(products, SHUT * np.array(shut, np.int8))
        self._shares = lru_cache(TENORS_KEPT)(self._shares_over)

    def _ints(self, name: str) -> Ints:
        return np.array([getattr(one, name) for one in self.products], np.int64)

    def barred(self, asking: Asking) -> Bars:
        """Return (n, p) what speaks against each loan, but whether it is affordable."""
        bars = self._ruled.barred(asking)
        amount, tenor, risk = asking.amount[:, None], asking.tenor[:, None], asking.risk[:, None]
        shut = (amount < self._amounts[0]) | (amount > self._amounts[1]) | (risk > self._cut_off)
        shut |= (tenor < self._tenors[0]) | (tenor > self._tenors[1])
        bars |= SHUT * shut.view(np.int8)
        if np.isnan(asking.risk).any():
            bars |= OPEN * (np.isnan(risk) & np.isfinite(self._cut_off)).view(np.int8)
        return bars

    def repaid(self, amounts: Ints, tenors: Ints, at: Ints) -> tuple[Ints, Ints]:
        """Return (k,) all that is repaid of each of k loans, and its largest instalment, rupiah.

        Instalments come of double precision; the few whose rounding that cannot decide come of the
        exact price.

        Args:
            amounts: (k,) each within the limits of its product.
            tenors: (k,) each within them too.
            at: (k,) the places of the products.
        """
        asked, places = np.unique(tenors, return_inverse=True)
        shares = np.array([self._shares(tenor) for tenor in asked.tolist()])
        level, growth, earlier, number = shares[places, at].T
        instalment, sure = _rounded(amounts * level, amounts * level)
        grown, paid = amounts * growth, instalment * earlier
        last, also = _rounded(grown - paid, grown + paid)
        for row in np.flatnonzero(~sure | ~also | (last < 0)).tolist():
            price = price_of(self.products[at[row]], int(tenors[row]))
            instalment[row], last[row], _ = price.repaid(int(amounts[row]))
        largest = np.maximum(np.where(number > 1, instalment, last), last)
        return instalment * (number.astype(np.int64) - 1) + last, largest

    def burden(self, largest: Ints, at: Ints) -> Ints:
        """Return (k,) instalments as rupiah a month; see `matching.affordability.burden`."""
        times, months = self._a_month
        return -(-largest * times[at] // months[at])

    def fees(self, amounts: Ints, at: Ints) -> Ints:
        """Return (k,) all fees on loans, rupiah, each rounded half up."""
        fees = self._fixed_fees[at]
        for top, bottom in self._fee_shares:
            fees += _share(amounts, top[at], bottom[at])
        return fees

    def _shares_over(self, tenor: int) -> Floats:
        """Return (p, 4) level, growth, earlier and number; zeros where the tenor is outside."""
        out = np.zeros((len(self.products), 4))
        for at, product in enumerate(self.products):
            if product.tenor_min <= tenor <= product.tenor_max:
                price = price_of(product, tenor)
                out[at] = *price.shares, price.number
        return out


def _open_to_businesses(product: Product, on: date, *, examples: bool) -> bool:
    return product.applicant_kind != "cooperative" and product.offerable(on, examples=examples)


def _fee_shares(products: Sequence[Product]) -> list[tuple[Ints, Ints]]:
    """Return the fees that are shares, each product's first, second, …, (p,) as fractions."""
    shares = [[fee.value for fee in one.fees if fee.kind == "percent"] for one in products]
    ratios = zip_longest(*([s.as_integer_ratio() for s in one] for one in shares), fillvalue=(0, 1))
    columns = (np.array(ratio, np.int64).reshape(-1, 2).T for ratio in ratios)
    return [(top, bottom) for top, bottom in columns]


def _rounded(exact: Floats, size: Floats) -> tuple[Ints, Bools]:
    """Return numbers rounded half up, and whether errors of *size* leave no doubt of it."""
    up = exact + 0.5
    return np.floor(up).astype(np.int64), np.abs(up - np.rint(up)) > DOUBT * size


def _share(amounts: Ints, top: Ints, bottom: Ints) -> Ints:
    """Return a share of each amount, rounded half up."""
    out = (2 * top * amounts + bottom) // (2 * bottom)
    for row in np.flatnonzero(2.0 * top * amounts + bottom > LONG).tolist():
        out[row] = nearest(int(amounts[row]) * int(top[row]), int(bottom[row]))
    return out

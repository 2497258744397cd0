"""Until when a fact of the past counts, if nothing like it happens again.

Arrears of last year cannot be undone, but they grow old: a feature sees a row for so many
days and no longer. Here it is said of each feature that states such a fact which rows
state it, and for how long; what is in a person's hands, such as a bill still unpaid, has its
own next steps, and what follows from sums by month, such as months in the red, has no day on
which it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from features import bills, cashflow, credit, invoices
from features.feature import Feature
from features.known import HISTORY_DAYS, Known
from features.lateness import late
from features.rows import DAY, MONTH, Floats, Ints, Rows


@dataclass(frozen=True)
class Past:
    """A fact of the past that a feature states.

    Args:
        feature: the feature.
        rows: what was known → the rows that state the fact.
        days: how old such a row may be, and still counts.
    """

    feature: Feature
    rows: Callable[[Known], Rows]
    days: int

    def left(self, known: Known) -> Floats:
        """Return (n,) days from the application until nothing of it counts; missing where none."""
        return self.days - self.rows(known).last(self.days).days_since_last()


def _late(rows: Callable[[Known], Rows], **kinds: str | tuple[str, ...]) -> Callable[[Known], Rows]:
    return lambda known: late(rows(known)).where(**kinds)


def _bills(known: Known) -> Rows:
    return known.bills


def _invoices(known: Known) -> Rows:
    return known.invoices


def _cut_off(known: Known) -> Rows:
    return known.bills.known("cut_off_at")


def _prepaid(kind: str) -> Callable[[Known], Rows]:
    def bought(known: Known) -> Rows:
        rows = known.bills.where(kind=kind)
        return rows.keep(rows["prepaid"] > 0)

    return bought


def _since(rows: Rows) -> Ints:
    """Return (m,) the age of the row before each row; its own where it is the first."""
    before = rows.age.copy()
    same = rows.segment[1:] == rows.segment[:-1]
    np.copyto(before[1:], rows.age[:-1], where=same)
    return before


def _after_longest(rows: Callable[[Known], Rows], days: int) -> Callable[[Known], Rows]:
    """Return how to find the rows that end the longest gap; none where it has not ended."""

    def ending(known: Known) -> Rows:
        every = rows(known)
        longest = every.longest_gap(days)
        gap = (np.minimum(_since(every), days * DAY) - np.minimum(every.age, days * DAY)) / DAY
        closed = every.days_since_last() < longest
        return every.keep((gap == longest[every.segment]) & closed[every.segment])

    return ending


def _after_a_month_without(known: Known) -> Rows:
    """Return the income that ended a month or more without any; none where one goes on."""
    income = cashflow.all_income(known)
    before, first = _since(income), np.rint(known.payments.days_since_first() * DAY)
    before = np.where(before == income.age, first[income.segment], before)
    going_on = income.days_since_last() * DAY >= MONTH
    return income.keep((before - income.age >= MONTH) & ~going_on[income.segment])


MONTHS_SEEN: Final = 6
"""Of months without income; the last of them begins a month before its end."""

YEAR: Final = 365

PASTS: Final = (
    Past(cashflow.longest_gap_days, _after_longest(lambda known: known.payments, 180), 180),
    Past(cashflow.months_without_income, _after_a_month_without, 30 * (MONTHS_SEEN - 1)),
    Past(cashflow.penalties, lambda k: k.payments.where(kind="penalty", direction="out"), YEAR),
    Past(bills.longest_power_gap, _after_longest(_prepaid("electricity"), 180), 180),
    Past(bills.power_late_share, _late(_bills, kind="electricity"), YEAR),
    Past(bills.power_days_late, _late(_bills, kind="electricity"), YEAR),
    Past(bills.bill_late_share, _late(_bills, kind=bills.OTHERS), YEAR),
    Past(bills.bill_days_late, _late(_bills, kind=bills.OTHERS), YEAR),
    Past(bills.months_paid_on_time, _late(_bills), HISTORY_DAYS),
    Past(bills.services_cut_off, _cut_off, HISTORY_DAYS),
    Past(bills.longest_top_up_gap, _after_longest(_prepaid("telecom"), 90), 90),
    Past(bills.tax_on_time_share, _late(_bills, kind="pbb"), HISTORY_DAYS),
    Past(invoices.supplier_days_late, _late(_invoices), YEAR),
    Past(invoices.supplier_on_time_share, _late(_invoices), YEAR),
    Past(credit.worst_days_past_due, credit.in_arrears, YEAR),
    Past(credit.doubtful_months, credit.doubtful, HISTORY_DAYS),
    Past(credit.months_since_arrears, credit.in_arrears, HISTORY_DAYS),
    Past(credit.loans_restructured, credit.eased, HISTORY_DAYS),
    Past(credit.inquiries, lambda known: known.credit.where(kind="inquiry"), 90),
)
"""Every such fact, in the order of the catalogue."""


def days_left(known: Known, pasts: Iterable[Past] = PASTS) -> dict[str, Floats]:
    """Return, by feature, (n,) days from the application until its fact counts no longer.

    Zero or more, at most two years; missing where there is no such fact, or no end to it yet. What
    is not due yet is taken to be paid in time, and gaps to be followed by none as long.
    """
    silent = np.full(known.n, np.nan)
    return {
        past.feature.name: silent
        if known.told.isdisjoint(past.feature.sources)
        else past.left(known)
        for past in pasts
    }

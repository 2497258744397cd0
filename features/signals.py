"""Signals that records may have been dressed up before applying.

They lead to a person, never to points: `audit.result` compares each with its line, and no
model sees one. Where a source cannot show a thing the signal is missing, and missing raises
no hand. Each compares a business with its own record where it can, so that a seasonal or a
lumpy trade is not taken for a show.

An *other side* is whom money came from or went to; *new* are payers and buyers whose first
payment or order lies within `NEW_DAYS`, where the record reaches back long enough to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from features.cashflow import EARNED, KINDS, SPENT, all_income, monthly_income
from features.known import Known
from features.lazy import shared
from features.rows import DAY, Flags, Floats, Rows, ratio
from features.signal import Signal, signal

WINDOW_DAYS: Final = 90
WEEK: Final = 7 * DAY
WEEKS: Final = 13
"""How many weeks the window touches."""

SOON: Final = 2 * DAY
NEARLY: Final = 0.95
"""What is sent on is at least this share of what came in."""

NEW_DAYS: Final = 60
RECORD_DAYS: Final = 150
"""Who came within the first is new, where the record reaches back by the second."""

OFTEN: Final = 4
"""A payer or buyer is a regular one from so many payments or orders on."""

ENOUGH_PAYMENTS: Final = 10
ENOUGH_LINES: Final = 20
ENOUGH_MONTHS: Final = 6

FREE_QRIS: Final = 500_000
"""Rupiah up to which a QRIS payment costs a micro business no fee, since 1 December 2024."""

LATE_DAYS: Final = 30
SETTLING_DAYS: Final = 7

NOT_REFUNDED: Final = tuple(kind for kind in KINDS if kind != "refund")
NOT_CASH: Final = ("qris", "ewallet", "bank")


@shared
def _moved(known: Known) -> Rows:
    """Return the payments of the window, with what came as income and what went out."""
    moved = known.payments.last(WINDOW_DAYS)
    inward = moved.one_of("direction", "in")
    came = np.where(inward & moved.one_of("kind", EARNED), moved["amount"], 0.0)
    return moved.having(came=came, went=np.where(inward, 0.0, moved["amount"]))


def _is_round(amount: Floats) -> Flags:
    """Return (m,) whether an amount has at most two digits before its zeros."""
    tens = np.floor(np.log10(np.maximum(amount, 1.0))) - 1
    found: Flags = amount % 10.0 ** np.maximum(tens, 0.0) == 0
    return found


def _share(some: Rows, payments: Rows) -> Floats:
    """Return the amount of some payments ÷ that of all; missing with fewer than ten."""
    enough = payments.count() >= ENOUGH_PAYMENTS
    return ratio(some.sum("amount"), np.where(enough, payments.sum("amount"), 0.0))


def _from_new(rows: Rows, other_side: str, amount: str) -> Floats:
    """Return the sum of an amount from those who are new and came often."""
    every = rows.by(rows[other_side], amount)
    new = every.keep((every["since"] <= NEW_DAYS) & (every["rows"] >= OFTEN))
    return new.sum(amount)


@signal("share", 0.2, missing="no income with a known payer in the window")
def circled_share(known: Known) -> Floats:
    """Income that went back in the same week to whoever paid it ÷ income, over the last 90 days.

    Of each known other side and each week, counted back from the application, the smaller of the
    income from them and of all money out to them, refunds aside.
    """
    every = _moved(known).where(kind=NOT_REFUNDED)
    moved = every.known("counterparty")
    week = moved["counterparty"] * WEEKS + (moved.age - 1) // WEEK
    each = moved.by(week, "came", "went")
    back = each.having(back=np.minimum(each["came"], each["went"])).sum("back")
    return ratio(back, np.where(moved.sum("came") > 0, every.sum("came"), 0.0))


@signal("share", 0.25, missing="no income in the window")
def passed_on_share(known: Known) -> Floats:
    """Income that was sent on at once ÷ income, over the last 90 days.

    An income payment was sent on when the next payment out above zero, to whomever, follows within
    two days and takes 95% to all of it. Transfers between the owner's own accounts do not count:
    takings are often swept from one to another.
    """
    moved = _moved(known).where(kind=SPENT)
    came, went = moved["came"], moved["went"]
    outward = np.where(went > 0, np.arange(went.size), went.size - 1)
    after = np.minimum.accumulate(outward[::-1])[::-1]
    sent = np.where(moved.segment[after] == moved.segment, went[after], 0.0)
    on = (sent > 0) & (sent >= NEARLY * came) & (sent <= came)
    on &= moved.age - moved.age[after] <= SOON
    return ratio(moved.keep(on).sum("came"), moved.sum("came"))


@signal(
    "ratio",
    0.4,
    missing="fewer than ten such payments, or none above zero, in one of the windows",
    low=-1.0,
    high=1.0,
)
def rounding_rise(known: Known) -> Floats:
    """Share of round amounts in the income of the last 60 days minus that of 300 days before.

    By amount, of income that is not in cash, since hands round what they write down. An amount is
    round with at most two digits before its zeros, as 1 500 000 is, in any currency.
    """
    income = all_income(known).where(channel=NOT_CASH).last(360)
    even = income.keep(_is_round(income["amount"]))
    return _share(even.last(60), income.last(60)) - _share(even.before(60), income.before(60))


@signal("share", 0.4, missing="fewer than ten such payments, or none above zero", currency="IDR")
def split_share(known: Known) -> Floats:
    """Income by QRIS that looks split to stay free of fees ÷ income by QRIS, of the last 90 days.

    Of known payers. A payer's payments of a day, each of at most 500 000 rupiah, look split when
    they are more than that together. Of another currency it says nothing.
    """
    paid = all_income(known).last(WINDOW_DAYS).where(channel="qris").known("counterparty")
    free = paid.keep(paid["amount"] <= FREE_QRIS)
    days = free.by(free["counterparty"] * WINDOW_DAYS + (free.age - 1) // DAY, "amount")
    split = days.keep(days["amount"] > FREE_QRIS)
    return _share(split, paid)


@signal(
    "share",
    0.3,
    missing="no income in the window, or no payer known by a channel used for 150 days",
)
def new_payer_share(known: Known) -> Floats:
    """Income of the last 60 days from new regular payers ÷ all income of those days.

    New are payers first seen within these days, regular those with four payments or more. What
    they paid counts by the channels by which known payers paid 150 days ago or earlier already:
    who takes up QRIS is paid by it by the same people as before.
    """
    paid = all_income(known).known("counterparty")
    channels = len(paid.table.column("channel").values)
    channel = paid.segment * channels + paid["channel"].astype(np.int64)
    first = np.zeros(known.n * channels, dtype=np.int64)
    np.maximum.at(first, channel, paid.age)
    long_used = first[channel] >= RECORD_DAYS * DAY
    counted = paid.having(counted=np.where(long_used, paid["amount"], 0.0))
    income = all_income(known).last(NEW_DAYS).sum("amount")
    told = paid.keep(long_used).count() > 0
    return ratio(_from_new(counted, "counterparty", "counted"), np.where(told, income, 0.0))


@signal("ratio", 2.0, missing="fewer than six months on record, or no income before the last")
def income_surge(known: Known) -> Floats:
    """Income of the last month ÷ the largest income of an earlier month of the last twelve.

    Months on record, of thirty days. Against the largest, since an honest order may be large too.
    """
    income = monthly_income(known, 12)
    on_record = np.count_nonzero(~np.isnan(income), axis=1)
    largest = np.fmax.reduce(income[:, 1:], axis=1)
    return ratio(income[:, 0], np.where(on_record >= ENOUGH_MONTHS, largest, 0.0))


@signal("share", 0.5, missing="fewer than twenty lines of bookkeeping in the window")
def backfilled_share(known: Known) -> Floats:
    """Lines of bookkeeping written long after, just before applying ÷ lines, of the last 180 days.

    Written more than thirty days after the day they are about, and within the last thirty days.
    """
    lines = known.books.last(180)
    # In whole microseconds: the difference of two times in days may miss the edge by a hair.
    late = lines.age - np.rint(lines["known_at"] * DAY) > LATE_DAYS * DAY
    filled = lines.keep(late & (lines["known_at"] <= LATE_DAYS)).count()
    return ratio(filled, np.where(lines.count() >= ENOUGH_LINES, lines.count(), 0.0))


@signal("share", 0.3, missing="nothing ordered in the window, or the first order is too recent")
def new_buyer_share(known: Known) -> Floats:
    """Gross of the last 60 days ordered by new regular buyers ÷ all gross ordered in them.

    Whatever became of the orders: some that are placed for show are cancelled. New are buyers
    first seen within these days, regular those with four orders or more. Missing where no order
    of a known buyer is 150 days old.
    """
    told = known.orders.known("buyer")
    gross = known.orders.last(NEW_DAYS).sum("gross")
    long_on = told.days_since_first() >= RECORD_DAYS
    return ratio(_from_new(told, "buyer", "gross"), np.where(long_on, gross, 0.0))


@signal(
    "share",
    0.5,
    missing="nothing paid out in the window, or payments do not show where it could arrive",
)
def unreached_payout_share(known: Known) -> Floats:
    """Marketplace payouts that cannot have reached the account ÷ payouts, of the last 90 days.

    What was paid out, a week ago or longer, beyond all income by bank or e-wallet of these days.
    Missing where payments are on record for less than these days or show no such income.
    """
    settled = known.orders.known("net")
    ago = settled["payout_at"]
    paid_out = settled.keep((ago > SETTLING_DAYS) & (ago <= WINDOW_DAYS)).sum("net")
    arrived = all_income(known).last(WINDOW_DAYS).where(channel=("ewallet", "bank"))
    on_record = known.payments.days_since_first() >= WINDOW_DAYS
    shown = on_record & (arrived.count() > 0)
    lost = np.maximum(paid_out - arrived.sum("amount"), 0.0)
    return ratio(lost, np.where(shown, paid_out, 0.0))


SIGNALS: tuple[Signal, ...] = tuple(
    value for value in vars().copy().values() if isinstance(value, Signal)
)
"""Every signal, in the order above."""


def compute(known: Known, currency: str, among: Sequence[Signal] = SIGNALS) -> Floats:
    """Return (n, number of signals) values in the order of *among*; NaN where missing.

    A signal that speaks of another currency than that of the records is missing.
    """
    values = np.full((known.n, len(among)), np.nan)
    for place, one in enumerate(among):
        if one.currency in (None, currency) and not known.told.isdisjoint(one.sources):
            values[:, place] = one(known)
    return values


def of_one(
    known: Known, currency: str, among: Sequence[Signal] = SIGNALS
) -> dict[str, float | None]:
    """Return the signals of the only application by name, as `compute`; None where missing."""
    values = compute(known, currency, among)[0].tolist()
    named = zip(among, values, strict=True)
    return {one.name: None if np.isnan(value) else value for one, value in named}

"""The simulated account: all payments of a business in one line, with the running balance.

The account is closed every thirty days on record: the bank takes its fee, and a
penalty where the balance is below zero; the owner puts money in or takes it
out. Then everything becomes the payments table.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Final

import numpy as np
import polars as pl

from features.rows import DAY, Flags, Floats, Ints, total
from features.sources import PAYMENTS
from training.simulated_businesses import MONTH_DAYS, Businesses, stream
from training.simulated_columns import business_ids, instants, pseudonyms, texts
from training.simulated_payments import HOUR, UNKNOWN, WIB, Flow, rounded, same, sold, spent

FEE: Final = 10_000
PENALTY_RATE: Final = 0.02
TOP_UP: Final = 0.5
TAKE_OUT: Final = 0.6
LATE_SHARE: Final = 0.03
LATE_DAYS: Final = 7
NO_BALANCE_SHARE: Final = 0.3
_NONE: Final = np.iinfo(np.int64).min


def payments(world: Businesses, seed: int, chunk: int) -> pl.DataFrame:
    """Return the payments table of a chunk, in order of business and time."""
    random = stream(seed, chunk, "account")
    n = world.number.size
    target = _target(world)
    opening = rounded(target * random.uniform(0.5, 1.5, n), 1000)
    states_balance = random.random(n) >= NO_BALANCE_SHARE
    sales = sold(world, seed, chunk)
    flow = _together([sales, *spent(world, sales, seed, chunk)])
    flow = _together([flow, *_closings(world, flow, opening, target)])
    balance = np.where(states_balance[flow.owner], _balance(flow, opening), _NONE)
    return _frame(world, flow, balance, _delay(flow, random), seed)


def _target(world: Businesses) -> Floats:
    """Return (n,) the balance an owner aims at, rupiah: the buffer in months of spending."""
    month = world.monthly_sales * (1 - world.margin) + world.household * world.usual_margin
    return world.recorded * world.buffer * month


def _together(flows: list[Flow]) -> Flow:
    """Return the payments of all flows, in order of business and time."""
    every = Flow(
        **{f.name: np.concatenate([getattr(x, f.name) for x in flows]) for f in fields(Flow)}
    )
    return every.take(np.lexsort((every.clock, every.owner)))


def _closings(world: Businesses, flow: Flow, opening: Ints, target: Floats) -> list[Flow]:
    """Return the fees, the penalties and the owner's transfers.

    A loop over months, since each month's balance follows from the one before.
    """
    net = _monthly(world, flow)
    month = np.arange(net.shape[1])
    column = world.first[:, None] + MONTH_DAYS * (month + 1) - 1
    closed = column <= world.last[:, None]
    fee, penalty, transfer = (np.zeros(net.shape, dtype=np.int64) for _ in range(3))
    balance = opening.astype(np.float64)
    for m in month:
        balance = balance + net[:, m] - FEE
        fee[:, m], penalty[:, m] = -FEE, -_penalty(balance)
        balance = balance + penalty[:, m]
        transfer[:, m] = _transfer(balance, target)
        balance = balance + transfer[:, m]
    return [
        _closing(column, fee, closed, "fee", 22),
        _closing(column, penalty, closed, "penalty", 23),
        _closing(column, transfer, closed, "transfer", 23),
    ]


def _monthly(world: Businesses, flow: Flow) -> Floats:
    """Return (n, months) what each thirty days on record added to the account, rupiah."""
    months = -(-world.sales.shape[1] // MONTH_DAYS)
    month = (flow.clock // DAY - world.first[flow.owner]) // MONTH_DAYS
    n = world.number.size
    slot = flow.owner * months + month
    return total(slot, flow.signed().astype(np.float64), n * months).reshape((n, months))


def _penalty(balance: Floats) -> Ints:
    """Return (n,) the bank's charge on a balance below zero, else 0."""
    return np.where(balance < 0, rounded(-PENALTY_RATE * balance, 5000), 0)


def _transfer(balance: Floats, target: Floats) -> Ints:
    """Return (n,) what the owner puts in (above 0) or takes out (below 0)."""
    over = np.maximum(balance - target, 0.0)
    moved = np.rint((TOP_UP * np.maximum(-balance, 0.0) - TAKE_OUT * over) / 1000)
    return moved.astype(np.int64) * 1000


def _closing(column: Ints, moved: Ints, closed: Flags, kind: str, hour: int) -> Flow:
    """Return one kind of payment at the closings where it is not zero."""
    owner, month = np.nonzero(closed & (moved != 0))
    amount = moved[owner, month]
    inward = same(owner, "direction", "in")
    return Flow(
        owner=owner,
        clock=column[owner, month] * DAY + hour * HOUR,
        amount=np.abs(amount),
        direction=np.where(amount > 0, inward, same(owner, "direction", "out")),
        channel=same(owner, "channel", "bank"),
        kind=same(owner, "kind", kind),
        other=np.full(owner.size, UNKNOWN),
    )


def _balance(flow: Flow, opening: Ints) -> Ints:
    """Return (m,) the balance after each payment: the opening one plus all that has moved."""
    moved = flow.signed()
    upto = np.cumsum(moved)
    before = (upto - moved)[np.searchsorted(flow.owner, flow.owner)]
    return np.asarray(upto - before + opening[flow.owner], dtype=np.int64)


def _delay(flow: Flow, random: np.random.Generator) -> Ints:
    """Return (m,) microseconds until a payment is known: 0, for a few one to seven days."""
    days = random.integers(1, LATE_DAYS + 1, flow.owner.size)
    return np.where(random.random(flow.owner.size) < LATE_SHARE, days, 0) * DAY


def _frame(world: Businesses, flow: Flow, balance: Ints, delay: Ints, seed: int) -> pl.DataFrame:
    """Return the payments as declared; ids count up in order of time within a business."""
    business = business_ids(world.number).gather(flow.owner)
    begin = np.searchsorted(flow.owner, flow.owner)
    place = pl.Series(np.arange(flow.owner.size) - begin).cast(pl.String)
    occurred_at = ((world.as_of_day - world.as_of_column) * DAY - WIB)[flow.owner] + flow.clock
    other = pl.Series(pseudonyms(seed, world.number[flow.owner], flow.other)).cast(pl.String)
    return pl.DataFrame(
        {
            "payment_id": business + "-" + place.str.zfill(6),
            "business_id": business,
            "occurred_at": instants(occurred_at),
            "known_at": instants(occurred_at + delay),
            "amount": flow.amount,
            "direction": texts(PAYMENTS, "direction", flow.direction),
            "channel": texts(PAYMENTS, "channel", flow.channel),
            "kind": texts(PAYMENTS, "kind", flow.kind),
            "counterparty": ("c" + other).set(pl.Series(flow.other == UNKNOWN), None),
            "balance_after": pl.Series(balance).set(pl.Series(balance == _NONE), None),
        }
    )

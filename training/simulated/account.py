"""The simulated account: all payments of a business in one line, with the running balance.

The account is closed every thirty days on record: the bank takes its fee, and a
penalty where the balance is below zero; the owner puts money in or takes it
out. `recorded` then makes of it what the source has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from features.rows import DAY, Flags, Floats, Ints, total
from features.sources import PAYMENTS
from training.simulated.businesses import Businesses
from training.simulated.chunk import MONTH_DAYS, Chunk
from training.simulated.columns import HOUR, NONE, Parts, code, rounded, stacked
from training.simulated.flows import of_kind, payments, same, signed
from training.simulated.mistakes import misdated, mistaken

FEE: Final = 10_000
PENALTY_RATE: Final = 0.02
TOP_UP: Final = 0.5
TAKE_OUT: Final = 0.6
LATE_SHARE: Final = 0.03
LATE_DAYS: Final = 7
NO_BALANCE_SHARE: Final = 0.3


def moved(world: Businesses, flows: Sequence[Parts], chunk: Chunk) -> Parts:
    """Return all movements of money, closings included, in order, each with its balance."""
    random = chunk.stream("account")
    target = _target(world)
    opening = rounded(target * random.uniform(0.5, 1.5, world.n), 1000)
    states_balance = random.random(world.n) >= NO_BALANCE_SHARE
    flow = stacked(flows)
    flow = stacked([flow, *_closings(world, flow, opening, target)])
    stated = states_balance[flow["owner"]]
    flow["balance_after"] = np.where(stated, _balance(flow, opening), NONE)
    return flow


def recorded(world: Businesses, flow: Parts, chunk: Chunk) -> Parts:
    """Return the movements as the source has them: some known late, some mistaken."""
    random = chunk.stream("known late")
    parts = {**flow, "known_at": flow["occurred_at"] + _delay(flow["owner"].size, random)}
    cash = parts["channel"] == code(PAYMENTS, "channel", "cash")
    parts = misdated(parts, (world.first, world.last), chunk)
    return stacked([mistaken(parts, cash, of_kind(parts, "sale"), chunk, "payments")])


def _target(world: Businesses) -> Floats:
    """Return (n,) the balance an owner aims at, rupiah: the buffer in months of spending."""
    month = world.monthly_sales * (1 - world.margin) + world.household * world.usual_margin
    return world.recorded * world.buffer * month


def _closings(world: Businesses, flow: Parts, opening: Ints, target: Floats) -> list[Parts]:
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


def _monthly(world: Businesses, flow: Parts) -> Floats:
    """Return (n, months) what each thirty days on record added to the account, rupiah."""
    months = -(-world.days // MONTH_DAYS)
    owner = flow["owner"]
    month = (flow["occurred_at"] // DAY - world.first[owner]) // MONTH_DAYS
    slot = owner * months + month
    return total(slot, signed(flow).astype(np.float64), world.n * months).reshape(-1, months)


def _penalty(balance: Floats) -> Ints:
    """Return (n,) the bank's charge on a balance below zero, else 0."""
    return np.where(balance < 0, rounded(-PENALTY_RATE * balance, 5000), 0)


def _transfer(balance: Floats, target: Floats) -> Ints:
    """Return (n,) what the owner puts in (above 0) or takes out (below 0)."""
    over = np.maximum(balance - target, 0.0)
    moved = np.rint((TOP_UP * np.maximum(-balance, 0.0) - TAKE_OUT * over) / 1000)
    return moved.astype(np.int64) * 1000


def _closing(column: Ints, moved: Ints, closed: Flags, kind: str, hour: int) -> Parts:
    """Return one kind of payment at the closings where it is not zero."""
    owner, month = np.nonzero(closed & (moved != 0))
    amount = moved[owner, month]
    when = column[owner, month] * DAY + hour * HOUR
    flow = payments(owner, when, np.abs(amount), ("out", "bank", kind))
    inward = same(owner, "direction", "in")
    return {**flow, "direction": np.where(amount > 0, inward, flow["direction"])}


def _balance(flow: Parts, opening: Ints) -> Ints:
    """Return (m,) the balance after each payment: the opening one plus all that has moved."""
    owner, change = flow["owner"], signed(flow)
    upto = np.cumsum(change)
    before = (upto - change)[np.searchsorted(owner, owner)]
    return np.asarray(upto - before + opening[owner], dtype=np.int64)


def _delay(m: int, random: np.random.Generator) -> Ints:
    """Return (m,) microseconds until a payment is known: 0, for a few one to seven days."""
    days = random.integers(1, LATE_DAYS + 1, m)
    return np.where(random.random(m) < LATE_SHARE, days, 0) * DAY

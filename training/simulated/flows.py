"""Movements of money, as parts of the payments table, and who may be on the other side."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import Flags, Ints
from features.sources import PAYMENTS
from training.simulated.columns import NONE, Parts, code

QRIS_MOST: Final = 10_000_000
"""The most one QRIS payment may move, rupiah; held for e-wallets too."""

MOST_CUSTOMERS: Final = 900
LANDLORD: Final = 990
MARKETPLACE: Final = 991
LENDER: Final = 993
SUPPLIER: Final = 1000
FRIEND: Final = 1010
FAMILY: Final = 1020
FACILITY: Final = 1030
BUYER: Final = 2000
"""Whom a business deals with, in its own numbering: customers from 1, and these from there on."""


def payments(
    owner: Ints, when: Ints, amount: Ints, way: tuple[str, str, str], other: Ints | int = NONE
) -> Parts:
    """Return payments of one kind; *way* is direction, channel and kind."""
    direction, channel, kind = way
    return {
        "owner": owner,
        "occurred_at": when,
        "amount": amount,
        "direction": same(owner, "direction", direction),
        "channel": same(owner, "channel", channel),
        "kind": same(owner, "kind", kind),
        "counterparty": np.broadcast_to(np.int64(other), owner.shape)
        if isinstance(other, int)
        else other,
    }


def same(owner: Ints, column: str, value: str) -> Ints:
    """Return (m,) one category's code for as many payments as there are owners."""
    return np.full(owner.size, code(PAYMENTS, column, value))


def signed(flow: Parts) -> Ints:
    """Return (m,) what the payments add to the account, rupiah."""
    inward = flow["direction"] == code(PAYMENTS, "direction", "in")
    return np.where(inward, flow["amount"], -flow["amount"])


def of_kind(flow: Parts, kind: str) -> Flags:
    """Return (m,) which payments are of a kind."""
    return np.equal(flow["kind"], code(PAYMENTS, "kind", kind))

"""Mistakes people make when they record: a zero too many, twice, on the wrong day.

Each strikes at a rate of the scenario, whatever the business. Balances stay as
they were: the bank's own count makes no such mistake.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import DAY, Flags, Ints
from training.simulated.chunk import Chunk
from training.simulated.columns import HOUR, Parts, taken

ZERO: Final = 10
OFF_DAYS: Final = 7


def mistaken(parts: Parts, by_hand: Flags, sale: Flags, chunk: Chunk, use: str) -> Parts:
    """Return records of amounts with mistakes among them, no longer in order of time.

    Args:
        parts: the records, with ``known_at``.
        by_hand: (m,) whether a person wrote the amount.
        sale: (m,) whether it is a sale.
        chunk: whose scenario gives the rates.
        use: names the stream.
    """
    random, rates = chunk.stream(f"mistakes in {use}"), chunk.scenario
    m = by_hand.size
    zero = by_hand & (random.random(m) < rates.extra_zero)
    twice = np.nonzero(sale & (random.random(m) < rates.booked_twice))[0]
    out = {**parts, "amount": np.where(zero, ZERO * parts["amount"], parts["amount"])}
    again = taken(parts, twice)
    later = random.integers(HOUR // 60, HOUR // 2, twice.size)
    for time in ("occurred_at", "known_at"):
        again[time] = again[time] + later
    return {name: np.concatenate([out[name], again[name]]) for name in out}


def misdated(parts: Parts, within: tuple[Ints, Ints], chunk: Chunk) -> Parts:
    """Return payments of which some are dated a week early or late.

    Args:
        parts: the payments, with ``known_at``.
        within: (n,) first and last day on record; a date outside them would be noticed.
        chunk: whose scenario gives the rate.
    """
    random = chunk.stream("misdated payments")
    m = parts["owner"].size
    moved = OFF_DAYS * DAY * np.where(random.random(m) < 1 / 2, -1, 1)
    dated = parts["occurred_at"] + moved
    first, last = (days[parts["owner"]] * DAY for days in within)
    wrong = (random.random(m) < chunk.scenario.misdated) & (dated >= first) & (dated < last + DAY)
    occurred = np.where(wrong, dated, parts["occurred_at"])
    known = np.maximum(parts["known_at"], occurred)
    return {**parts, "occurred_at": occurred, "known_at": known}

"""Which limits cannot all hold, and the proof of it: prices that make a contradiction of them.

If the rows could all be kept, no prices could make the bound of an objective of zero fall
below zero. Prices that do are a proof, which anyone can add up. Of the rows that have a
price in it, those that the proof can do without are then left out one by one.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.errors import Refused
from matching.allocation.prices import prices_of
from matching.allocation.rows import Row
from matching.allocation.system import System

SURE: Final = 1e-6
"""How far below zero a bound must fall to be no rounding, in scaled units."""

PRICED: Final = 1e-3
"""The least price, of the largest, at which a row takes part in a proof."""


def conflict(system: System) -> tuple[Row, ...]:
    """Return rows that cannot all hold, each of them needed for that; none where all can.

    A conflict of less than about one loan may go unseen here; whole loans then show it.
    """
    proof = _proof(system)
    needed = list(proof)
    for row in proof:
        others = tuple(one for one in needed if one is not row)
        if others and _proof(System(system.value, system.scale, others)):
            needed = list(others)
    return tuple(needed)


def refuse(rows: tuple[Row, ...], *, proven: bool = True) -> Refused:
    """Return the error that names the limits in conflict, or those that nothing found keeps."""
    names = " and ".join(dict.fromkeys(f"“{row.name}” ({_said(row)})" for row in rows))
    how = "cannot all be kept" if proven else "no allocation found keeps"
    return Refused(
        found=f"limits that {how}: {names}",
        expected="limits within which every minimum can be had from those whom a product fits",
        hint="Lower a minimum, raise a maximum, or wait for more applications.",
        code="programme-infeasible",
        where=rows[0].name,
    )


def _said(row: Row) -> str:
    if row.kind == "floor":
        return "a floor"
    side = "at most" if row.kind == "at_most" else "at least"
    return f"{side} {abs(row.limit):,} {row.unit}"


def _proof(system: System) -> tuple[Row, ...]:
    """Return the rows with a price in a proof that not all can hold; none where none is found."""
    minimum = np.array([row.limit < 0 for row in system.rows], dtype=bool)
    if not minimum.any():
        return ()
    nothing = System(np.where(np.isfinite(system.value), 0.0, -np.inf), 1.0, system.rows)
    prices = prices_of(nothing, np.where(minimum, 1.0, np.inf))
    if prices.bound >= -SURE:
        return ()
    priced = prices.of >= PRICED * prices.of.max()
    return tuple(row for row, takes_part in zip(system.rows, priced, strict=True) if takes_part)

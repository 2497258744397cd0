"""The system that an allocation solves: what each choice is worth, and the rows it must keep.

Exact integers decide what is allowed; doubles, scaled so that everything is near one, only
steer the search and prove its bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from features.errors import BadInput
from matching.allocation.pool import Bools, Floats, Ints, Pool
from matching.allocation.programme import Objective
from matching.allocation.rows import Row

CHEAPER: Final = 1e-4
"""How far the cost to the borrower counts: of two choices worth the same to within this share, the
cheaper is taken."""

NEARLY: Final = 1e-6
"""Below a whole number by this much is that number, in doubles."""

PIECE: Final = 2048
"""Applications looked at together, so that what is made of them stays in the processor's cache."""


@dataclass(frozen=True)
class System:
    """n applications of as many businesses, p products and K rows.

    Args:
        value: (n, p) what a choice is worth, above zero and near one on average; minus infinity
            where the product does not fit.
        scale: the objective's unit of one.
        rows: the K rows.
        whole: whether what an allocation is worth comes in whole numbers of the scale's unit.
    """

    value: Floats
    scale: float
    rows: tuple[Row, ...]
    whole: bool = False

    @cached_property
    def weight(self) -> Ints:
        """Return (K, n) what each application weighs in each row."""
        empty = np.zeros((0, len(self.value)), dtype=np.int64)
        return np.stack([row.weight for row in self.rows]) if self.rows else empty

    @cached_property
    def about(self) -> Bools:
        """Return (K, p) the products that each row is about."""
        empty = np.zeros((0, self.value.shape[1]), dtype=bool)
        return np.stack([row.products for row in self.rows]) if self.rows else empty

    @cached_property
    def limit(self) -> Ints:
        """Return (K) the rows' limits."""
        return np.array([row.limit for row in self.rows], dtype=np.int64)

    @cached_property
    def unit(self) -> Floats:
        """Return (K) what each row is divided by to be near one."""
        heaviest: Ints = np.abs(self.weight).max(axis=1, initial=1)
        return heaviest.astype(float)

    @cached_property
    def scaled(self) -> Floats:
        """Return (K, n) the weights in the rows' units."""
        return np.asfortranarray(self.weight / self.unit[:, None])

    @cached_property
    def choosing(self) -> Ints:
        """Return the applications that some product fits."""
        return np.flatnonzero(np.isfinite(self.value).any(axis=1))

    @cached_property
    def of_product(self) -> tuple[Ints, ...]:
        """Return for each product the rows that are about it."""
        return tuple(np.flatnonzero(self.about[:, j]) for j in range(self.about.shape[1]))

    def net(self, prices: Floats, part: Ints) -> Floats:
        """Return what choices of *part* are worth, net of the prices (K) of what they weigh."""
        paid: Floats = self.scaled[:, part].T @ (prices[:, None] * self.about)
        return np.asarray(self.value[part] - paid)

    def room(self, chosen: Ints) -> Ints:
        """Return (K) what is left of each row; below zero where it is broken.

        Args:
            chosen: (n) the product of each application; -1 for none.
        """
        served = np.flatnonzero(chosen >= 0)
        counts = self.about[:, chosen[served]]
        used: Ints = np.where(counts, self.weight[:, served], 0).sum(axis=1)
        return np.asarray(self.limit - used)

    def worth(self, chosen: Ints) -> float:
        """Return what an allocation is worth, in the scale of the values."""
        served = np.flatnonzero(chosen >= 0)
        return float(self.value[served, chosen[served]].sum())


def most_of(system: System, bound: float) -> float:
    """Return the most that the objective alone can be, in its own unit, by a bound on the system.

    In the system a choice is worth less than its objective, by `CHEAPER` at most, so no
    allocation's objective is above this. Whole numbers of people come in whole numbers.
    """
    most = bound * system.scale / (1 - CHEAPER)
    return float(np.floor(most + NEARLY)) if system.whole else most


def system_of(objective: Objective, pool: Pool, rows: tuple[Row, ...]) -> System:
    """Return the system of a pool; raises BadInput (``bad-pool``) where a risk is not known."""
    worth = worth_of(objective, pool)
    fitting = pool.fits.any(axis=1)
    scale = float(worth[fitting].mean()) if fitting.any() else 1.0
    cost = np.where(pool.fits, pool.cost, 0)
    dear = cost / (cost + pool.amount[:, None])
    value = worth[:, None] / scale * (1 - CHEAPER * dear)
    whole = bool((worth == np.floor(worth)).all())
    return System(np.where(pool.fits & current(pool)[:, None], value, -np.inf), scale, rows, whole)


def worth_of(objective: Objective, pool: Pool) -> Floats:
    """Return (n) what serving an application is worth.

    ``expected_repaid``: amount · (1 - probability of default), rupiah, 1 at least. ``businesses``:
    1. ``jobs``: the people who work there with the owner; who is not known to employ anybody
    counts the owner.
    """
    if objective == "businesses":
        return np.ones(len(pool))
    if objective == "jobs":
        return 1 + np.nan_to_num(pool.employees, nan=0.0)
    unknown = int((np.isnan(pool.probability) & pool.fits.any(axis=1)).sum())
    if unknown:
        raise BadInput(
            found=f"{unknown} applications whose risk is not known",
            expected="a probability of default for each",
            hint="Take another objective, or leave these applications out.",
            code="bad-pool",
        )
    return np.maximum(pool.amount * (1 - np.nan_to_num(pool.probability)), 1.0)


def current(pool: Pool) -> Bools:
    """Return (n) whether an application is its business's latest, the only one that counts."""
    latest: dict[str, int] = {}
    for place in np.lexsort((np.array(pool.application_ids), pool.asked_at)).tolist():
        latest[pool.business_ids[place]] = place
    counts = np.zeros(len(pool), dtype=bool)
    counts[list(latest.values())] = True
    return counts

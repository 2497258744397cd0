"""Who is counted where: the businesses of a pool by kecamatan and by what they were allocated.

The table has a row for each kecamatan and one for all, and a column for each product, for those
whom none was left for, for those whom none fits, for all that is allocated, and for all who ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from audit.cells import LEAST, publishable
from features.rows import Flags, Ints
from matching.allocation.pool import Pool
from matching.allocation.programme import Floor, Limit
from matching.allocation.result import Outcome
from matching.allocation.rows import about, in_group
from matching.product import Product

BESIDE: Final = 4
"""Columns beside the products': no room, no fit, met, asked."""


@dataclass(frozen=True)
class Part:
    """Some of the businesses that are allocated something: those under a limit, or of a group.

    Args:
        businesses: how many.
        among: the cells of the table, flat, that hold them and others together.
        who: (n) which applications they are.
        few: whether so few could be among them that what became of any would be known.
    """

    businesses: int
    among: Ints
    who: Flags
    few: bool


@dataclass(frozen=True)
class Table:
    """The businesses of a pool, each counted once.

    Args:
        kecamatan: (K) codes in order, empty for not known; the rows, before that of all.
        products: (p) those that fit anybody; the columns, before the `BESIDE`.
        row: (n) of each application.
        column: (n) of each application; `p` no room, `p + 1` no fit, -1 not counted, because
            another request of the same business is.
        amount: (n) rupiah.
    """

    kecamatan: tuple[str, ...]
    products: tuple[Product, ...]
    row: Ints
    column: Ints
    amount: Ints

    @property
    def shape(self) -> tuple[int, int]:
        """Return (rows, columns)."""
        return len(self.kecamatan) + 1, len(self.products) + BESIDE

    @cached_property
    def businesses(self) -> Ints:
        """Return (rows, columns) how many businesses are in each cell."""
        return self._added(np.ones_like(self.amount))

    @cached_property
    def rupiah(self) -> Ints:
        """Return (rows, columns) what the businesses of each cell ask for, or are lent."""
        return self._added(self.amount)

    def _added(self, weight: Ints) -> Ints:
        p = len(self.products)
        found = np.zeros(self.shape, dtype=np.int64)
        counted = self.column >= 0
        np.add.at(found, (self.row[counted], self.column[counted]), weight[counted])
        found[:, p + 2] = found[:, :p].sum(axis=1)
        found[:, p + 3] = found[:, p : p + 3].sum(axis=1)
        found[-1] = found[:-1].sum(axis=0)
        return found

    def under(self, limit: Limit, pool: Pool) -> Part:
        """Return the part that a limit is about."""
        who, which = about(limit, pool)
        ids = {product.product_id for product, it in zip(pool.products, which, strict=True) if it}
        columns = [c for c, product in enumerate(self.products) if product.product_id in ids]
        rows = [r for r, at in enumerate(self.kecamatan) if at in (limit.kecamatan or (at,))]
        able = who & pool.fits[:, which].any(axis=1)
        return self._part(who & np.isin(self.column, columns), rows, columns, few=_few(able, pool))

    def of_group(self, floor: Floor, pool: Pool) -> Part:
        """Return the part that a floor's group has."""
        p = len(self.products)
        group = in_group(floor, pool)
        who = group & (self.column >= 0) & (self.column < p)
        able = group & pool.fits.any(axis=1)
        return self._part(who, range(len(self.kecamatan)), range(p), few=_few(able, pool))

    def _part(self, who: Flags, rows: Sequence[int], columns: Sequence[int], *, few: bool) -> Part:
        cells = np.arange(np.prod(self.shape)).reshape(self.shape)
        return Part(int(who.sum()), cells[np.ix_(rows, columns)].ravel(), who, few)

    @property
    def _unsure(self) -> Flags:
        """Return (rows, columns) the cells of places where so few ask that none tells of each."""
        asked = self.businesses[:, -1:]
        found: Flags = (asked > 0) & (asked < LEAST) & (self.businesses[-1] > 0)
        return found

    def shown(self, parts: Sequence[Part]) -> tuple[Flags, Flags]:
        """Return (rows, columns) which cells may be shown, and (parts) which parts."""
        grid, m = self.businesses.ravel(), self.businesses.size
        mine = np.array([part.businesses for part in parts], dtype=np.int64)
        others = np.array([grid[part.among].sum() for part in parts], dtype=np.int64) - mine
        counts = np.concatenate([grid, mine, others])
        meant = np.arange(len(counts)) < m + len(parts)
        unsure = np.zeros(len(counts), dtype=bool)
        unsure[:m] = self._unsure.ravel()
        found = publishable(counts, np.stack([*self._sums(parts)]), meant, unsure=unsure)
        return found[:m].reshape(self.shape), _apart(parts, found[m : m + len(parts)])

    def _sums(self, parts: Sequence[Part]) -> list[Ints]:
        """Return how the cells, the parts and those outside each part add up."""
        p, m = len(self.products), self.businesses.size
        cells = np.arange(m).reshape(self.shape)
        made = [*((row[:p], row[p + 2]) for row in cells)]
        made += [(row[p : p + 3], row[p + 3]) for row in cells]
        made += [(column[:-1], column[-1]) for column in cells.T]
        sums = np.zeros((len(made) + len(parts), m + 2 * len(parts)), dtype=np.int64)
        for place, (those, total) in enumerate(made):
            sums[place, those], sums[place, total] = 1, -1
        for place, part in enumerate(parts):
            sums[len(made) + place, part.among] = -1
            sums[len(made) + place, [m + place, m + len(parts) + place]] = 1
        return list(sums)


def _few(who: Flags, pool: Pool) -> bool:
    """Return whether applications are those of some businesses, but fewer than may be told of."""
    return 0 < len(set(np.array(pool.business_ids)[who])) < LEAST


def _apart(parts: Sequence[Part], shown: Flags) -> Flags:
    """Return which parts may be shown: of two that differ by a few businesses the larger one."""
    told: Flags = shown & np.array([not part.few for part in parts], dtype=bool)
    for place in np.argsort([part.businesses for part in parts], kind="stable"):
        inner = parts[place]
        told[place] &= not any(
            it and 0 < outer.businesses - inner.businesses < LEAST
            for outer, it in zip(parts, told, strict=True)
            if not (inner.who & ~outer.who).any()
        )
    return told


def counted(outcomes: Sequence[Outcome], pool: Pool) -> Table:
    """Return the table of a pool's outcomes, which stand in its order.

    A business counts once: with what it is allocated, else with its largest request that a product
    fits, else with its largest.
    """
    products = tuple(pool.products[j] for j in np.flatnonzero(pool.fits.any(axis=0)))
    kecamatan = tuple(sorted(set(pool.kecamatan)))
    row = np.searchsorted(np.array(kecamatan), np.array(pool.kecamatan))
    column = _columns(outcomes, [product.product_id for product in products])
    late = np.where(column < 0, len(products) + BESIDE, column)
    order = np.lexsort((-pool.amount, late))
    _, first = np.unique(np.array(pool.business_ids)[order], return_index=True)
    once = np.full(len(pool), -1)
    once[order[first]] = column[order[first]]
    return Table(kecamatan, products, row, once, pool.amount)


def _columns(outcomes: Sequence[Outcome], products: Sequence[str]) -> Ints:
    """Return (n) the column of each outcome; -1 where another request of the business counts."""
    at = {product_id: place for place, product_id in enumerate(products)}
    none = {"no_room": len(products), "no_product_fits": len(products) + 1}
    return np.array(
        [
            none.get(one.code, -1) if one.product_id is None else at[one.product_id]
            for one in outcomes
        ],
        dtype=np.int64,
    )

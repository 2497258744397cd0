"""Which rows belong to which application: every pair of the same business, without a loop."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from features.rows import Flags, Ints


class Ranks(Protocol):
    """What rows are ordered by: an array, or what gives one of those of its rows asked for."""

    def __getitem__(self, rows: Ints, /) -> NDArray[Any]:
        """Return ranks of some rows, which compare as these rows do."""


def pairs(
    wanted: NDArray[np.generic], owners: NDArray[np.generic], *ranks: Ranks
) -> tuple[Ints, Ints]:
    """Pair each of *n* wanted businesses with every row it owns.

    Args:
        wanted: (n,) a business for each application; the same one may stand several times.
        owners: (m,) the business each row belongs to, in any order.
        ranks: (m,) each: the rows of a business stand in order of the first, an array, then the
            next; where all are equal, in the order given.

    Returns:
        (segment, row), (k,) each: for each pair the application, never decreasing, and the row.
    """
    order = _ordered(owners, *ranks)
    if wanted.size == 1:
        (mine,) = (owners[order] == wanted).nonzero()
        return np.zeros(mine.size, dtype=np.int64), order[mine]
    sorted_owners = owners[order]
    start = np.searchsorted(sorted_owners, wanted, side="left")
    size = np.searchsorted(sorted_owners, wanted, side="right") - start
    segment = np.repeat(np.arange(wanted.size), size)
    offset = np.arange(segment.size) - np.repeat(np.cumsum(size) - size, size)
    return segment, order[start[segment] + offset]


def _ordered(*ranks: Ranks) -> Ints:
    """Return the places of the rows in order of the first rank, then the next.

    The third rank and those after it, often texts, are compared only where the first two tie.
    """
    first, rest = [np.asarray(rank) for rank in ranks[:2]], ranks[2:]
    order: Ints = np.arange(first[0].size)
    rising, same = _beside(first)
    if not (rising | same).all():  # as only few requests come
        packed = _packed(first)
        order = np.lexsort(first[::-1]) if packed is None else np.argsort(packed)
        _, same = _beside([rank[order] for rank in first])
    if same.any():
        tied = np.zeros(order.size, dtype=np.bool_)
        tied[1:] = same
        tied[:-1] |= same
        among = np.sort(order[tied])
        order[tied] = among[np.lexsort([rank[among] for rank in (*rest[::-1], *first[::-1])])]
    return order


def _beside(ranks: list[NDArray[Any]]) -> tuple[Flags, Flags]:
    """Return (m - 1,) each: whether a row ranks after the one before it, and whether as it does."""
    steps = max(ranks[0].size - 1, 0)
    rising, same = np.zeros(steps, dtype=np.bool_), np.ones(steps, dtype=np.bool_)
    for rank in ranks:
        before, after = rank[:-1], rank[1:]
        rising |= same & (after > before)
        same &= after == before
    return rising, same


def _packed(ranks: list[NDArray[np.generic]]) -> Ints | None:
    """Return (m,) whole numbers that stand as the ranks do; None where 64 bits do not hold them.

    To sort these is several times as fast as to sort by one rank after another.
    """
    packed, width = np.zeros(ranks[0].size, dtype=np.int64), 1
    for rank in ranks:
        texts = rank.dtype.kind not in "iu"
        whole = np.unique(rank, return_inverse=True)[1] if texts else rank.astype(np.int64)
        if whole.size:
            least = int(whole.min())
            many = int(whole.max()) - least + 1
            width *= many
            if width > np.iinfo(np.int64).max:
                return None
            packed = packed * many + (whole - least)
    return packed

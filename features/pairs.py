"""Which rows belong to which application: every pair of the same business, without a loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.rows import Ints


def pairs(
    wanted: NDArray[np.generic], owners: NDArray[np.generic], *ranks: NDArray[np.generic]
) -> tuple[Ints, Ints]:
    """Pair each of *n* wanted businesses with every row it owns.

    Args:
        wanted: (n,) a business for each application; the same one may stand several times.
        owners: (m,) the business each row belongs to, in any order.
        ranks: (m,) each: the rows of a business stand in order of the first, then the next.

    Returns:
        (segment, row), (k,) each: for each pair the application, never decreasing, and the row.
    """
    businesses, owner = np.unique(owners, return_inverse=True)
    order = np.lexsort((*reversed(ranks), owner))
    if not businesses.size:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    place = np.searchsorted(businesses, wanted)
    there = businesses[np.minimum(place, businesses.size - 1)] == wanted
    sorted_owner = owner[order]
    start = np.searchsorted(sorted_owner, place, side="left")
    size = np.where(there, np.searchsorted(sorted_owner, place, side="right") - start, 0)
    segment = np.repeat(np.arange(wanted.size), size)
    offset = np.arange(segment.size) - np.repeat(np.cumsum(size) - size, size)
    return segment, np.asarray(order[start[segment] + offset], dtype=np.int64)

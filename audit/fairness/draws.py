"""The bootstrap: what groups add up to, in many samples drawn anew, all at once.

Whatever is a function of sums over a group (a share, a mean, a ratio of them) needs of a sample
only those sums. A sample is a row of counts, how often each application is in it, and the sums of
every sample are one product of matrices (Efron & Tibshirani, *An Introduction to the Bootstrap*,
1993, chapters 6 and 13).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.rows import Floats, Ints

AT_ONCE: Final = 2**21
"""Counts held at a time."""


@dataclass(frozen=True)
class Drawing:
    """How samples are drawn.

    Args:
        draws: how many; of a thousand, the bounds of a 95% interval lie within about half a point
            of their place.
        confidence: of intervals, 0 … 1.
        seed: of the draws; the same gives the same.
    """

    draws: int = 1_000
    confidence: float = 0.95
    seed: int = 0


USUAL: Final = Drawing()


def sums(terms: Floats, labels: NDArray[np.intp], groups: int, drawing: Drawing) -> Floats:
    """Return (draws + 1, groups, k) what the terms add up to, first in the sample there is.

    Samples are drawn of all applications together, so the sizes of groups vary as they would.

    Args:
        terms: (n, k) what is added up, of each application.
        labels: (n,) its group, 0 … groups - 1; -1 of none: it is drawn, and added nowhere.
        groups: how many there are.
        drawing: how samples are drawn.
    """
    n, k = terms.shape
    apart = np.zeros((n, groups, k))
    told = np.flatnonzero(labels >= 0)
    apart[told, labels[told]] = terms[told]
    flat = apart.reshape(n, groups * k)
    found = [flat.sum(axis=0)[None], *(counts @ flat for counts in _counts(n, drawing))]
    return np.concatenate(found).reshape(drawing.draws + 1, groups, k)


def _counts(n: int, drawing: Drawing) -> Iterator[Floats]:
    """Yield (some draws, n) how often each application is in each sample."""
    random = np.random.default_rng(drawing.seed)
    some = max(1, AT_ONCE // n)
    for done in range(0, drawing.draws, some):
        rows = min(some, drawing.draws - done)
        places: Ints = random.integers(0, n, (rows, n)) + n * np.arange(rows)[:, None]
        yield np.bincount(places.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)


def shuffled(terms: Floats, labels: NDArray[np.intp], groups: int, drawing: Drawing) -> Floats:
    """Return (draws, groups, k) the sums where chance alone says who is of which group.

    Args:
        terms: as `sums` takes them, and so all the others.
        labels: each group has some application; who is of none stays so.
        groups: how many there are.
        drawing: how groups are shuffled.
    """
    told = np.flatnonzero(labels >= 0)
    random = np.random.default_rng([drawing.seed, 1])
    starts = np.searchsorted(np.sort(labels[told]), np.arange(groups))
    mixed = (terms[random.permutation(told)] for _ in range(drawing.draws))
    return np.stack([np.add.reduceat(one, starts, axis=0) for one in mixed])

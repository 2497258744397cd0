"""How far one feature by itself tells a group from the rest: by the ranks of its values."""

from __future__ import annotations

import numpy as np

from features.rows import Floats


def ranks(values: Floats) -> Floats:
    """Return (n, k) the rank of each value in its column from 1, ties shared; 0 where it is NaN."""
    found = np.zeros(values.shape)
    for column, into in zip(values.T, found.T, strict=True):
        there = ~np.isnan(column)
        _, place, counts = np.unique(column[there], return_inverse=True, return_counts=True)
        into[there] = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return found


def rank_sums(values: Floats, inside: Floats) -> tuple[Floats, Floats]:
    """Return (k, groups) how often a value of a group is above one of the rest, and how surely.

    The first is the AUC of the feature, ties half: 0.5 tells nothing. The second is its distance
    from that in standard errors (Wilcoxon, *Biometrics Bulletin* 1, 1945). Only values count that
    are there; without any of the group, or of the rest, they are 0.5 and 0.

    Args:
        values: (n, k) of features.
        inside: (n, groups) 1 for who is of a group, 0 else.
    """
    there = (~np.isnan(values)).astype(np.float64)
    every = there.sum(axis=0)[:, None]
    own = there.T @ inside
    pairs = own * (every - own)
    above = ranks(values).T @ inside - own * (own + 1) / 2
    auc = np.where(pairs > 0, above / np.maximum(pairs, 1.0), 0.5)
    standardised = (auc - 0.5) * np.sqrt(12 * pairs / (every + 1))
    return auc, standardised

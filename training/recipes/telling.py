"""Which features tell most of a protected attribute: what a model might see it through.

They are found to be left out of alternatives, never to be put in.
"""

from __future__ import annotations

import numpy as np

from audit.fairness.cases import NOT_TOLD
from audit.origins.ranks import rank_sums
from training.table import TrainingTable


def telling(table: TrainingTable, group: np.ndarray) -> list[str]:
    """Return the features' names, those first that tell the groups apart best.

    A feature's figure is the largest, over groups, of the standardised difference of its ranks in
    the group from the rest, so a small group does not stand out by chance more than a large one.
    Only those count who told, and values that are there.

    Args:
        table: the loans.
        group: (n,) text, the group of each in one attribute, `NOT_TOLD` where not known.
    """
    told = group != NOT_TOLD
    names, members = np.unique(group[told], return_inverse=True)
    _, apart = rank_sums(table.vectors[told], np.eye(names.size)[members])
    figures = np.abs(apart).max(axis=1, initial=0.0)
    order = np.argsort(-figures, kind="stable")
    return [table.names[place] for place in order]

"""What would be known had a candidate been done: its records, and the features of these.

Candidates that change the same sources are computed side by side, as so many applications.
Of the features only those that read what changed are computed; the others stand.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection, Sequence
from inspect import unwrap
from typing import Final

import numpy as np

from audit.steps.candidate import REQUEST, Candidate
from features.catalogue import FEATURES, compute
from features.feature import Feature
from features.known import Known, nothing
from features.rows import Floats
from features.sources import SOURCES
from features.steps.edits import stacked

Parts = tuple[frozenset[str], ...]
"""What each of the candidates done together changes; a candidate alone is its only part."""

OF_THE_REQUEST: Final = frozenset(unwrap(one.compute) for one in FEATURES if one.asks)
"""By what `features.lazy.shared` remembers the features that read the request."""


def vectors(known: Known, starts: Floats, candidates: Sequence[Candidate]) -> Floats:
    """Return (k, features) the feature vectors of k candidates, in their order.

    Args:
        known: the records as they are, of one application.
        starts: (k, features) of these; of candidates done together, with what each alone changes.
        candidates: k of them.
    """
    out = starts.copy()
    groups: dict[Parts, list[int]] = defaultdict(list)
    for row, one in enumerate(candidates):
        groups[one.parts or (one.changed,)].append(row)
    for parts, rows in groups.items():
        places = touched(parts)
        if places:
            among = [FEATURES[place] for place in places]
            revised = _revised(known, [candidates[row] for row in rows], among)
            out[np.ix_(rows, places)] = compute(revised, among)
    return out


@functools.cache
def touched(parts: Parts) -> tuple[int, ...]:
    """Return the places of the features to compute: of several parts, those that two of them touch.

    What only one touches is what it is when that one is done alone.
    """
    least = min(len(parts), 2)
    return tuple(
        place
        for place, one in enumerate(FEATURES)
        if sum(_reads(one, changed) for changed in parts) >= least
    )


def _revised(known: Known, candidates: Sequence[Candidate], among: Sequence[Feature]) -> Known:
    """Return what would be known under candidates that change the same, for some features."""
    revised = [one.known for one in candidates if one.known is not None]
    if not revised:
        return asked_of(known, candidates)
    if len(revised) == 1:
        return revised[0]
    return side_by_side(revised, {source for one in among for source in one.sources})


def asked_of(known: Known, candidates: Sequence[Candidate]) -> Known:
    """Return what would be known under k candidates that only ask for something else.

    All that was computed stands but what was computed of the request: the records are one
    application's, and k are asked of it.
    """
    asked = [one.applicant for one in candidates]
    revised = known.asking([one.amount for one in asked], [one.tenor_months for one in asked])
    revised.once.update(known.once)
    for computed in OF_THE_REQUEST:
        revised.once.pop(computed, None)
    return revised


def _reads(one: Feature, changed: frozenset[str]) -> bool:
    return bool(changed & set(one.sources)) or (REQUEST in changed and one.asks)


def overlaid(vector: Floats, alone: Sequence[tuple[Candidate, Floats]]) -> Floats:
    """Return (features,) a vector with what each candidate changes when it is done alone.

    Args:
        vector: (features,) as it is.
        alone: candidates that change different things, each with its (features,).
    """
    out = vector.copy()
    for one, its in alone:
        places = list(touched((one.changed,)))
        out[places] = its[places]
    return out


def side_by_side(revised: Sequence[Known], read: Collection[str]) -> Known:
    """Return what would be known under each of k candidates, as one application each.

    Args:
        revised: what would be known under each, of one application.
        read: the sources that are to have rows; the others have none.
    """
    k = len(revised)
    return Known(
        as_of=np.concatenate([one.as_of for one in revised]),
        amount=np.concatenate([one.amount for one in revised]),
        tenor_months=np.concatenate([one.tenor_months for one in revised]),
        sources={
            name: stacked([one.sources[name] for one in revised])
            if name in read
            else nothing(table, k)
            for name, table in SOURCES.items()
        },
    )

"""G07: enough bad loans, and enough loans of every kind."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.catalogue import FEATURES
from features.rows import Flags
from features.sources import SOURCES
from training.gates.gate import Colour, Gate
from training.table import TrainingTable

FEWEST_BAD: Final = 30
FEWEST_IN_SEGMENT: Final = 30
"""Below so many, a share of 10% has a 95% interval of 3 to 26% (Wilson): it says nothing."""


def gate(fitted: TrainingTable, tested: TrainingTable) -> Gate:
    """G07: at least 30 bad loans fitted on, and as many tested on; amber where a segment is thin.

    A segment is amber with some loans on either side, and below 30 on one of them.
    """
    counts = int(fitted.bad.sum()), int(tested.bad.sum())
    both = segments(fitted, tested)
    thin = {name: n for name, n in both.items() if min(n) < FEWEST_IN_SEGMENT}
    colour: Colour = "amber" if thin else "green"
    if min(counts) < FEWEST_BAD:
        colour = "red"
    found = f"{counts[0]} bad loans fitted on, {counts[1]} tested on; {len(both)} segments"
    if thin:
        named = ", ".join(f"{name} {one} and {other}" for name, (one, other) in thin.items())
        found += f", thin: {named}"
    expected = f"at least {FEWEST_BAD} each, and {FEWEST_IN_SEGMENT} loans a segment"
    return Gate("G07", "Enough bad loans", colour, found, expected)


def segments(fitted: TrainingTable, tested: TrainingTable) -> dict[str, tuple[int, int]]:
    """Return how many loans fitted on and tested on each segment has, those with any at all.

    A segment is a source that an applicant has, or has not, or the partner asked.
    """
    before, after = (_segments(table) for table in (fitted, tested))
    names = dict.fromkeys([*before, *after])
    return {name: (before.get(name, 0), after.get(name, 0)) for name in names}


def _segments(table: TrainingTable) -> dict[str, int]:
    counted: dict[str, int] = {}
    for source in SOURCES:
        with_it = _has(table, source)
        counted[f"with {source}"] = int(with_it.sum())
        counted[f"without {source}"] = int((~with_it).sum())
    partners, loans = np.unique(table.partners[table.partners != ""], return_counts=True)
    counted |= {f"partner {name}": int(n) for name, n in zip(partners, loans, strict=True)}
    return {name: n for name, n in counted.items() if n}


def _has(table: TrainingTable, source: str) -> Flags:
    """Return (n,) whether a feature that reads this source alone has a value."""
    alone = [place for place, feature in enumerate(FEATURES) if feature.sources == (source,)]
    return np.asarray(np.any(~np.isnan(table.vectors[:, alone]), axis=1), dtype=np.bool_)

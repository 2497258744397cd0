"""Which numbers a measure gives away, so that it is told only where all of them may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from audit.fairness import measures
from audit.fairness.cases import Cases
from audit.fairness.measures import Measure
from features.rows import Flags

COUNTS: Final[dict[Measure, str]] = {
    measures.IMPACT: "decided",
    measures.PARITY: "decided",
    measures.OPPORTUNITY: "good",
    measures.FALSE_POSITIVE: "bad",
}
"""Measure → the base (`audit.fairness.published.COUNTED`) that it is a share of.

Of how many another measure knows something is not told: beside the number of the group it would
tell of how many it does not.
"""

NEEDS: Final[dict[Measure, tuple[str, ...]]] = {
    **{measure: (base,) for measure, base in COUNTS.items()},
    measures.CALIBRATION: ("ended", "scored"),
    measures.SCORE: ("scored",),
    measures.RANKING: ("ended", "scored"),
    measures.RECORDS: ("recorded",),
    measures.PAST_ANSWERS: ("answered",),
    measures.PRICE: ("priced",),
    measures.OFFERS: ("offered", "several"),
    measures.TIME: ("timed", "took"),
    measures.REVIEWS: ("reviewed",),
    measures.OVERRIDES: ("looked", "overridden"),
}
"""Measure → what else must be told of a group beside *decided*, of `COUNTED` and of `FLAGS`."""

FLAGS: Final[dict[str, Callable[[Cases], Flags]]] = {
    "scored": lambda c: ~np.isnan(measures.score(c)),
    "recorded": lambda c: ~np.isnan(c.records),
    "answered": lambda c: ~np.isnan(c.denied),
    "priced": lambda c: ~np.isnan(c.price),
    "offered": lambda c: c.offers > 0,
    "several": lambda c: c.offers > 1,
    "timed": lambda c: ~np.isnan(c.hours),
    "took": lambda c: c.hours > 0,
    "reviewed": lambda c: c.reviewed == 1,
    "looked": lambda c: ~np.isnan(c.overridden),
    "overridden": lambda c: c.overridden == 1,
}
"""What a measure's figure gives away of how many it is true."""

KNOWN: Final = {"scored": ("score", "probability"), "priced": ("price",)}
"""Of `FLAGS` those that the widest gap gives away → the figures that it is of."""


def flags(cases: Cases, asked: Sequence[Measure]) -> dict[str, Flags]:
    """Return (n,) of whom each of `FLAGS` holds that measures give away, or the widest gap."""
    needed = {*KNOWN, *(name for one in asked for name in NEEDS.get(one, ()))}
    return {name: find(cases) for name, find in FLAGS.items() if name in needed}

"""How far features moved, beside the limits of their alarm."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.figure import Figure as Picture

from audit.drift.monitored import Drift
from training.plots.style import GREEN, GREY, RED, canvas

MOST: Final = 16
"""Features that are drawn, the farthest moved."""


def draw(found: Drift, of: str) -> Picture:
    """Return the stability index of the features that moved farthest, with their intervals.

    Args:
        found: with an index of some feature.
        of: which data (`training.plots.style.source`).
    """
    moved = [one for one in found.findings if one.compared.measure == "feature"]
    moved = sorted(moved, key=lambda one: one.compared.found.value)[-MOST:]
    title = f"Features of {found.applicants:,} applicants against those trained on"
    picture, axes = canvas(title, of)
    indices = [one.compared.found for one in moved]
    places = np.arange(len(moved))
    inks = [RED if one.level in ("act", "look") else GREEN for one in moved]
    lows, highs = ([getattr(one, end) for one in indices] for end in ("low", "high"))
    axes.hlines(places, lows, highs, colors=inks)
    axes.scatter([one.value for one in indices], places, c=inks, zorder=3)
    limit = found.limits.of("feature-moved")
    for name, line in (("look", limit.look), ("act", limit.act)):
        axes.axvline(line, color=GREY, linestyle=":", label=f"{name}, from {line:g}")
    axes.set_yticks(places, [one.compared.what for one in moved])
    axes.set(xlabel="stability index with 95% interval; red rings", xlim=(0, None))
    axes.legend(loc="lower right")
    return picture

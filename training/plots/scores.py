"""How scores are spread in each set of loans."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure as Picture

from features.rows import Floats
from models import scale
from training.plots.style import GREY, INKS, canvas

BINS = 40


def draw(points: Mapping[str, tuple[Floats, Floats]], of: str) -> Picture:
    """Return the distribution of scores of each set.

    Args:
        points: name of a set → points and weights of its loans, (n,) each; a set without loans is
            left out. One at least has loans.
        of: which data (`training.plots.style.source`).
    """
    picture, axes = canvas("Scores by set of loans", of)
    there = {name: both for name, both in points.items() if both[0].size}
    every = np.concatenate([score for score, _ in there.values()])
    edges = np.linspace(every.min(), every.max(), BINS + 1)
    for (name, (score, weights)), ink in zip(there.items(), INKS, strict=False):
        label = f"{name} ({score.size:,})"
        height, _ = np.histogram(score, edges, weights=weights / weights.sum())
        axes.stairs(height, edges, color=ink, label=label, linewidth=1.8)
    axes.axvline(scale.BASE, color=GREY, linewidth=1)
    axes.set(xlabel="points", ylabel="share of the set")
    axes.legend(loc="upper left")
    return picture

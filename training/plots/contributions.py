"""The SHAP summary: how far each feature moves the score, and in which direction.

Drawn from the model's own exact contributions (`models.risk.RiskModel.contributions`),
in points; each dot is one loan (Lundberg et al., *Nature Machine Intelligence* 2, 2020).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Picture

from features.catalogue import NAMES
from features.rows import Floats
from models import scale
from models.risk import RiskModel
from training.plots.style import BLUE, GREY, RED, canvas, source

MOST: Final = 15
"""Features that fit; those that move most are shown."""

DOTS: Final = 1000
"""Loans drawn; of more, evenly spaced ones."""

DOT: Final = 7
"""Size of a dot, in square points of print."""

LEVELS: Final = 60
"""Places along the points in which dots are stacked."""

LOW_TO_HIGH: Final = LinearSegmentedColormap.from_list("low to high", [BLUE, "#d8d8d8", RED])


def draw(model: RiskModel, vectors: Floats) -> Picture:
    """Return the picture of *n* feature vectors, (n, features), n above 0."""
    shown = vectors[:: -(-len(vectors) // DOTS)]
    points = -scale.FACTOR * model.contributions(shown)[:, :-1]
    moved = np.abs(points).mean(axis=0)
    most = [int(i) for i in np.argsort(moved, kind="stable")[-MOST:] if moved[i] > 0]
    title = f"What moves the score, {len(shown):,} loans"
    picture, axes = canvas(title, source(model.identity), (9, 0.42 * len(most) + 1.8))
    for place, feature in enumerate(most):
        rank, height = _ranks(shown[:, feature]), _stacked(points[:, feature])
        there = ~np.isnan(rank)
        x, y = points[:, feature], place + height
        axes.scatter(x[~there], y[~there], s=DOT, color=GREY, linewidths=0)
        inks = LOW_TO_HIGH(rank[there])
        axes.scatter(x[there], y[there], s=DOT, color=inks, linewidths=0)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_yticks(range(len(most)), [NAMES[i].replace("_", " ") for i in most])
    axes.set(
        xlabel="points added to the score\nblue: a low value · red: a high one · grey: missing",
        ylim=(-0.6, len(most) - 0.4),
    )
    axes.grid(axis="y", color=GREY, alpha=0.2)
    return picture


def _ranks(values: Floats) -> Floats:
    """Return the rank of each value among those there, 0 … 1, equal ones alike; NaN stays."""
    there = ~np.isnan(values)
    different, place = np.unique(values[there], return_inverse=True)
    ranks = np.full(values.size, np.nan)
    ranks[there] = place / max(different.size - 1, 1)
    return ranks


def _stacked(points: Floats) -> Floats:
    """Return how far from the line each dot stands, so that equal ones form a heap."""
    spread = max(float(np.ptp(points)), 1e-9)
    level = np.floor((points - points.min()) / spread * (LEVELS - 1)).astype(np.int64)
    order = np.argsort(level, kind="stable")
    counts = np.bincount(level, minlength=LEVELS)
    start = np.cumsum(counts) - counts
    within = np.empty(points.size)
    within[order] = np.arange(points.size) - start[level[order]]
    # From the line outwards: middle, up, down, up, down.
    away = np.ceil(within / 2) * np.where(within % 2 == 1, 1, -1)
    heights: Floats = away * min(0.04, 0.8 / max(int(counts.max()), 1))
    return heights

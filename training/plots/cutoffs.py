"""The trade-off of a cut-off: more approved, more of them bad."""

from __future__ import annotations

import polars as pl
from matplotlib.figure import Figure as Picture

from training.plots.style import GREEN, GREY, RED, canvas, in_percent
from training.validation.cutoffs import EVERYONE


def draw(cutoffs: pl.DataFrame, of: str) -> Picture:
    """Return approval rate and bad rate, with its interval, by cut-off, of all partners together.

    Args:
        cutoffs: of `training.validation.cutoffs.cutoffs`.
        of: which data (`training.plots.style.source`).
    """
    everyone = cutoffs.filter(partner=EVERYONE)
    loans = int(everyone["approved"][0])
    picture, axes = canvas(f"What a cut-off does to {loans:,} loans that were financed", of)
    points = everyone["cutoff"]
    axes.plot(points, everyone["approval_rate"], color=GREEN, linewidth=2, label="approved")
    axes.set(xlabel="cut-off in points", ylabel="share of loans approved", ylim=(0, 1.02))
    in_percent(axes)
    right = axes.twinx()
    right.fill_between(points, everyone["bad_low"], everyone["bad_high"], color=RED, alpha=0.15)
    right.plot(points, everyone["bad_rate"], color=RED, linewidth=2, label="bad among them")
    right.set(ylabel="share of bad loans among them, 95% interval")
    # Of the few best loans the interval is so wide that it would flatten the rest.
    right.set_ylim(0, 1.6 * max(0.01, float(everyone["bad_high"][0])))
    right.spines[["top"]].set_visible(False)
    in_percent(right)
    axes.grid(color=GREY, alpha=0.2)
    picture.legend(loc="outside lower center", ncols=2)
    return picture

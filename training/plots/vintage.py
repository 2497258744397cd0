"""The vintage picture: how each cohort went, and how soon."""

from __future__ import annotations

from typing import Final

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture

from training.plots.style import GREEN, GREY, RED, in_percent

MOST_NAMED: Final = 12
"""Cohorts that fit into a legend or under an axis; of more, every so-many-eth is named."""

INKS: Final = {
    "good": GREEN,
    "indeterminate": "#d9a441",
    "bad": RED,
    "censored": GREY,
    "other": "#cccccc",
}


def draw(vintages: pl.DataFrame, curves: pl.DataFrame, of: str) -> Picture:
    """Return the weighted share of each label by cohort, and cumulative default by months on book.

    Args:
        vintages: of `training.validation.vintage.vintages`.
        curves: of `training.validation.vintage.curves`; without rows the second part is left out.
        of: which data (`training.plots.style.source`).
    """
    parts = 1 if curves.is_empty() else 2
    picture = Picture(figsize=(6.5 * parts, 5), layout="constrained")
    picture.suptitle(f"{vintages['loans'].sum():,} loans by time of disbursement · {of}")
    first, *second = np.atleast_1d(picture.subplots(1, parts)).tolist()
    _labels(first, vintages)
    for axes in second:
        _curves(axes, curves)
    return picture


def _labels(axes: Axes, vintages: pl.DataFrame) -> None:
    cohorts = [f"{cohort:%Y-%m}" for cohort in vintages["cohort"]]
    below = np.zeros(len(cohorts))
    for name, ink in INKS.items():
        share = vintages[f"{name}_share"].to_numpy()
        if share.any():
            axes.bar(cohorts, share, bottom=below, color=ink, label=name, width=0.8)
            below += share
    for place, period in enumerate(vintages["period"]):
        if period is not None:
            axes.text(place, 1.01, "*", ha="center")
    marked = vintages["period"].drop_nulls().unique(maintain_order=True).to_list()
    note = f"  (* {', '.join(marked)})" if marked else ""
    axes.set(title=f"Share of loans by label{note}", xlabel="disbursed from", ylim=(0, 1.06))
    axes.set_xticks(range(len(cohorts))[:: _every(len(cohorts))])
    axes.tick_params(axis="x", rotation=45)
    in_percent(axes)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.3), ncols=5, frameon=False)


def _curves(axes: Axes, curves: pl.DataFrame) -> None:
    parts = curves.partition_by("cohort", maintain_order=True)
    inks = mpl.colormaps["viridis"](np.linspace(0, 0.9, len(parts)))
    for place, (part, ink) in enumerate(zip(parts, inks, strict=True)):
        named = f"{part['cohort'][0]:%Y-%m} ({part['loans'][0]:,})"
        label = named if place % _every(len(parts)) == 0 else None
        axes.plot(part["month"], part["defaulted"], color=ink, label=label, linewidth=1.6)
    axes.set(
        title="Cumulative default, by disbursement (loans)",
        xlabel="months on book",
        ylabel="share of the cohort that had defaulted",
        ylim=(0, None),
    )
    in_percent(axes)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8)


def _every(cohorts: int) -> int:
    return -(-cohorts // MOST_NAMED)

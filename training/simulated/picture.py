"""A picture of a simulated world: ``python -m training.simulated.picture FILE``.

It draws what the tables hold, not what they were made from, so that it shows the
data a model would see.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.simulated.seasons import IDULFITRI, RAMADAN_DAYS, days_since_1970
from training.simulated.sectors import SECTORS
from training.simulator import simulate

BUSINESSES, MONTHS, SEED = 6000, 24, 1
SHOWN: Final = {"emping": "#2e6f40", "konveksi": "#b3462d", "kelontong": "#8a8a8a"} | {
    "fishing": "#2f5d8c"
}
"""Sectors drawn, with their colours."""

SMOOTH: Final = 7
FEWEST: Final = 30
"""A day is drawn where at least so many businesses of the sector are on record."""

WIB: Final = timedelta(hours=7)
GREEN, RED, GREY = "#2e6f40", "#b3462d", "#8a8a8a"
Tables = dict[str, pl.DataFrame]


def world(businesses: int = BUSINESSES, months: int = MONTHS) -> Tables:
    """Return what the picture needs of a simulated world, chunk by chunk brought together."""
    chunks = [_day_by_day(chunk) for chunk in simulate(businesses, months, SEED)]
    return {name: pl.concat([chunk[name] for chunk in chunks]) for name in chunks[0]}


def _day_by_day(chunk: Tables) -> Tables:
    names = {sector.kbli: name for name, sector in SECTORS.items()}
    told = chunk["profile"].drop_nulls("sector").unique("business_id", maintain_order=True)
    sector = told.select("business_id", pl.col("sector").replace_strict(names))
    day = (pl.col("occurred_at") + WIB).dt.date().alias("day")
    sold = chunk["payments"].filter(kind="sale").with_columns(day).join(sector, on="business_id")
    life = sold.group_by("business_id", "sector").agg(
        pl.col("day").min().alias("from"), pl.col("day").max().alias("to"), pl.sum("amount")
    )
    daily = sold.group_by("business_id", "day").agg(
        pl.sum("amount"), pl.col("amount").filter(channel="qris").sum().alias("qris")
    )
    judged = chunk["truth"].join(chunk["outcomes"], on="application_id", how="left")
    return {"life": life, "daily": daily, "truth": judged}


def picture(tables: Tables) -> Figure:
    """Return one picture of four: sales by sector, QRIS, true risk, and its calibration."""
    figure = Figure(figsize=(12, 8.5), layout="constrained")
    axes = figure.subplots(2, 2)
    businesses = tables["truth"].height
    figure.suptitle(f"Simulated: {businesses:,} businesses that do not exist, seed {SEED}")
    _sales(axes[0, 0], tables)
    _qris(axes[0, 1], tables["daily"])
    _risk(axes[1, 0], tables["truth"])
    _calibration(axes[1, 1], tables["truth"])
    return figure


def _index(tables: Tables, sector: str) -> tuple[np.ndarray, np.ndarray]:
    """Return days, and the mean over businesses of sales ÷ the business's own mean, smoothed."""
    life = tables["life"].filter(sector=sector)
    usual = life.with_columns(
        usual=pl.col("amount") / ((pl.col("to") - pl.col("from")).dt.total_days() + 1)
    )
    daily = tables["daily"].join(usual.select("business_id", "usual"), on="business_id")
    sold = daily.group_by("day").agg((pl.col("amount") / pl.col("usual")).sum().alias("sold"))
    first, last = (np.sort(life[name].to_numpy()) for name in ("from", "to"))
    every = np.arange(first[0], last[-1] + np.timedelta64(1, "D"))
    there = np.searchsorted(first, every, side="right") - np.searchsorted(last, every)
    found = (
        pl.DataFrame({"day": every})
        .join(sold, on="day", how="left")["sold"]
        .fill_null(0)
        .to_numpy()
    )
    index = np.convolve(found / np.maximum(there, 1), np.ones(SMOOTH) / SMOOTH, mode="same")
    return every[there >= FEWEST], index[there >= FEWEST]


def _sales(axes: Axes, tables: Tables) -> None:
    begun, ended = [], []
    for name, colour in SHOWN.items():
        day, index = _index(tables, name)
        axes.plot(day, index, color=colour, linewidth=1.2, label=name)
        begun.append(day[0])
        ended.append(day[-1])
    axes.set_xlim(max(begun), min(ended))
    for feast in IDULFITRI:
        fitri = days_since_1970(feast)  # matplotlib counts days from 1970 too
        axes.axvspan(fitri - RAMADAN_DAYS, fitri, color="#f1e3b4", zorder=0)
        axes.axvline(fitri, color="#c9a227", linewidth=1)
    axes.tick_params(axis="x", labelrotation=30)
    axes.set(title="Recorded sales, weekly mean ÷ usual", ylim=(0, 2.7))
    axes.legend(title="shaded: Ramadan; line: Idulfitri", loc="upper left", ncols=2, fontsize=8)


def _qris(axes: Axes, daily: pl.DataFrame) -> None:
    month = daily.group_by(pl.col("day").dt.truncate("1mo")).agg(
        (pl.sum("qris") / pl.sum("amount")).alias("share"),
        pl.col("business_id").filter(pl.col("qris") > 0).n_unique().alias("takers"),
        pl.col("business_id").n_unique().alias("all"),
    )
    month = month.filter(pl.col("all") >= pl.col("all").max() / 10).sort("day")
    axes.plot(month["day"], month["takers"] / month["all"], color=GREY, label="businesses with any")
    axes.plot(month["day"], month["share"], color=GREEN, label="share of recorded sales")
    axes.tick_params(axis="x", labelrotation=30)
    axes.set(title="Adoption of QRIS", ylim=(0, 1))
    axes.legend(loc="upper left")


def _risk(axes: Axes, truth: pl.DataFrame) -> None:
    edges = np.geomspace(1e-5, 1, 41).tolist()
    for financed, colour in ((True, GREEN), (False, RED)):
        part = truth.filter(financed=financed)["probability_of_default"].to_numpy()
        label = f"{'' if financed else 'not '}financed: {part.size:,}, mean {part.mean():.1%}"
        axes.hist(part, edges, color=colour, alpha=0.7, label=label)
    axes.set(xscale="log", title="True probability of default", ylabel="applications")
    axes.legend(loc="upper left")


def _calibration(axes: Axes, truth: pl.DataFrame) -> None:
    loans = truth.filter("financed").sort("probability_of_default")
    risk, days = (loans[n].to_numpy() for n in ("probability_of_default", "worst_days_past_due"))
    bins = np.array_split(np.arange(risk.size), 12)
    expected = np.array([risk[b].mean() for b in bins])
    observed = np.array([(days[b] >= 90).mean() for b in bins])  # noqa: PLR2004  days past due
    error = 1.96 * np.sqrt(np.array([np.sum(risk[b] * (1 - risk[b])) for b in bins])) / bins[0].size
    axes.plot([0, expected[-1]], [0, expected[-1]], color=GREY, linewidth=1)
    axes.errorbar(expected, observed, error, fmt="o", color=GREEN, capsize=2)
    axes.set(
        title="Calibration of outcomes, twelfths of the financed, 95% by chance",
        xlabel="mean true probability of default",
        ylabel="share of loans that went bad",
    )


if __name__ == "__main__":
    picture(world()).savefig(Path(sys.argv[1]), dpi=110)

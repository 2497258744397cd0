"""Calibration: what was foretold against what happened, with an interval for each bin."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Picture

from features.rows import Floats
from training.plots.style import GREEN, GREY, canvas
from training.table import TrainingTable
from training.validation.evaluate import tenths
from training.validation.rates import bad_rate


def draw(probability: Floats, tested: TrainingTable, of: str) -> Picture:
    """Return observed bad rates against probabilities, by ten bins of equal weight.

    Both axes are logarithmic, as most probabilities are small. A bin without a bad loan has only
    the upper end of its Wilson interval.

    Args:
        probability: (n,) of default, above 0.
        tested: the n loans.
        of: which data (`training.plots.style.source`).
    """
    bins = tenths(probability, tested.weights)
    foretold = np.array([np.average(probability[b], weights=tested.weights[b]) for b in bins])
    rates = [rate for b in bins if (rate := bad_rate(tested.bad[b], tested.weights[b]))]
    value, low, high = (np.array([getattr(r, n) for r in rates]) for n in ("value", "low", "high"))
    title = f"Foretold and observed, {tested.bad.size:,} later loans, {tested.bad.sum():,} bad"
    picture, axes = canvas(title, of, (7, 6))
    least = min(foretold.min(), high.min(), *value[value > 0]) / 2
    ends = [least, min(1.0, 1.3 * max(foretold.max(), high.max()))]
    axes.plot(ends, ends, color=GREY, linewidth=1, label="foretold = observed")
    axes.vlines(foretold, np.maximum(low, least), high, color=GREEN, linewidth=1.5)
    seen = value > 0
    axes.plot(foretold[seen], value[seen], "o", color=GREEN, label="a tenth of the loans")
    if not seen.all():
        axes.plot(
            *(foretold[~seen], high[~seen], "v"),
            color=GREEN,
            fillstyle="none",
            label="a tenth, none of it bad",
        )
    axes.set(
        xscale="log",
        yscale="log",
        xlim=ends,
        ylim=ends,
        xlabel="probability of default foretold",
        ylabel="share of bad loans observed, with 95% interval",
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda share, _: f"{share:.3g}")
    axes.legend(loc="upper left")
    return picture

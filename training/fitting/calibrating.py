"""Fitting a calibration, and choosing by time among three shapes and the latest loans.

Each is fitted to margins out of fold. Which one is used is judged the way it
will be used: fitted on earlier loans, held against later ones (forward
chaining). The simplest, Platt's line, stays unless another is surely better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from features.rows import Flags, Floats, Ints
from models.calibration import Beta, Calibration, Isotonic, Platt, log_sigmoid
from training.splits import stretches
from training.table import TrainingTable

STRETCHES: Final = 5
"""Of time, with about as many bad loans in each; all but the first are later than others."""

FEWEST: Final = 20
"""The fewest good and the fewest bad loans to fit on, and to be held against."""


@dataclass(frozen=True)
class Chosen:
    """The calibration chosen, and why.

    Args:
        calibration: fitted on all margins, or on the latest.
        scaling: Platt's line on the same margins; the calibration itself where that is one.
        reason: why this one, as a sentence.
        losses: kind → mean log-loss on later loans, in nats; empty where nothing was compared.
    """

    calibration: Calibration
    scaling: Platt
    reason: str
    losses: dict[str, float] = field(default_factory=dict)


def platt(margins: Floats, bad: Ints, weights: Floats) -> Platt:
    """Return the line of the greatest weighted likelihood (Platt, 1999), its slope not below 0."""
    intercept, (slope,) = _likeliest(margins[:, None], bad, weights)
    return Platt(intercept, slope)


def beta(margins: Floats, bad: Ints, weights: Floats) -> Beta:
    """Return the beta calibration of the greatest weighted likelihood, no slope below 0."""
    columns = np.column_stack([log_sigmoid(margins), -log_sigmoid(-margins)])
    intercept, (low, high) = _likeliest(columns, bad, weights)
    return Beta(intercept, low, high)


def isotonic(margins: Floats, bad: Ints, weights: Floats) -> Isotonic:
    """Return the rising line through the blocks of weighted isotonic regression.

    Each block of equal rates is one knot, at its mean margin. One more loan, of average weight and
    as bad as the average, is added to each, so that no probability is 0 or 1; as small blocks move
    more by it than large ones, the rates are put in order again, by the same regression.
    """
    weights = weights / weights.mean()
    base = np.average(bad, weights=weights)
    block = np.unique(_risen(margins, bad, weights), return_inverse=True)[1]
    loans, of_bad, of_margin = (np.bincount(block, weights * x) for x in (1.0, bad, margins))
    rates = _risen(np.arange(loans.size), (of_bad + base) / (loans + 1), loans + 1)
    knots = zip((of_margin / loans).tolist(), np.log(rates / (1 - rates)).tolist(), strict=True)
    return Isotonic(tuple(knots))


def _risen(margins: Floats | Ints, values: Floats | Ints, weights: Floats | Ints) -> Floats:
    """Return (n,) the values, pooled where they fall while the margin rises."""
    regression = IsotonicRegression(out_of_bounds="clip").fit(margins, values, weights)
    return np.asarray(regression.predict(margins))


def _likeliest(columns: Floats, bad: Ints, weights: Floats) -> tuple[float, list[float]]:
    """Return intercept and slopes, none below 0, of the greatest weighted likelihood.

    While a slope is below 0, the lowest is set to 0 and the others are fitted again, as Kull and
    others do. A penalty too small to be seen keeps slopes finite where a margin parts good and bad.
    """
    slopes, kept = np.zeros(columns.shape[1]), np.arange(columns.shape[1])
    while kept.size:
        logistic = LogisticRegression(C=1e4, solver="newton-cholesky", tol=1e-10)
        logistic.fit(columns[:, kept], bad, weights / weights.mean())
        found = logistic.coef_[0]
        if found.min() >= 0:
            slopes[kept] = found
            return float(logistic.intercept_[0]), slopes.tolist()
        kept = np.delete(kept, found.argmin())
    rate = np.average(bad, weights=weights)
    return float(np.log(rate / (1 - rate))), slopes.tolist()


Fit = Callable[[Floats, Ints, Floats], Calibration]

KINDS: Final[dict[str, Fit]] = {
    "platt": platt,
    "beta": beta,
    "isotonic": isotonic,
}
"""Of (n,) margins, outcomes and weights; the simplest first."""

LATEST: Final = "latest"
"""Platt's line of the latest stretch of time alone: where the rate of bad loans moves with the
years, what comes next is most like what was last."""


def choose(table: TrainingTable, margins: Floats) -> Chosen:
    """Return the calibration to use.

    Platt's line, unless another has a log-loss on later loans that is lower by more than one
    standard error of the paired difference; of several such, the one with the lowest.

    Args:
        table: the loans fitted on.
        margins: (n,) of its loans, out of fold.
    """
    line = platt(margins, table.bad, table.weights)
    losses, judged = later_losses(table, margins)
    good, bad = (int((table.bad[judged] == label).sum()) for label in (0, 1))
    if min(good, bad) < FEWEST:
        few = f"{good} good and {bad} bad later loans, fewer than {FEWEST}, compare nothing"
        return Chosen(line, line, f"Platt's line: {few}.")
    last = _is_last(table)
    if _fewest(table, last) < FEWEST:
        del losses[LATEST]
    part = table.part(judged)
    means = {kind: float(np.average(loss, weights=part.weights)) for kind, loss in losses.items()}
    better = {
        kind: f"lower by {gain:.5f} than Platt's, standard error {error:.5f}"
        for kind, loss in losses.items()
        for gain, error in [paired(losses["platt"] - loss, part.weights, part.businesses)]
        if gain > error
    }
    if not better:
        why = "no other has a loss on later loans lower by more than a standard error"
        return Chosen(line, line, f"Platt's line: {why}.", means)
    best = min(better, key=means.__getitem__)
    why = f"{best.capitalize()}: loss on later loans {better[best]}."
    if best == LATEST:
        line = platt(margins[last], table.bad[last], table.weights[last])
        return Chosen(line, line, why, means)
    return Chosen(KINDS[best](margins, table.bad, table.weights), line, why, means)


def later_losses(table: TrainingTable, margins: Floats) -> tuple[dict[str, Floats], Flags]:
    """Return kind → (m,) log-loss of each loan judged, and (n,) which were judged.

    A stretch of time is judged where those before it hold at least `FEWEST` good and bad loans;
    each kind is fitted to those, and `LATEST` to the last of them, if that holds as many.
    """
    judged = np.zeros(margins.size, dtype=np.bool_)
    losses = {kind: np.empty(margins.size) for kind in (*KINDS, LATEST)}
    stretch = stretches(table, STRETCHES)
    for now in range(1, int(stretch.max()) + 1):
        seen, later = stretch < now, stretch == now
        if _fewest(table, seen) < FEWEST:
            continue
        judged |= later
        last = stretch == now - 1
        last = last if _fewest(table, last) >= FEWEST else seen
        fitted = {kind: _on(fit, table, margins, seen) for kind, fit in KINDS.items()}
        fitted[LATEST] = _on(platt, table, margins, last)
        for kind, calibration in fitted.items():
            losses[kind][later] = log_loss(calibration.log_odds(margins[later]), table.bad[later])
    return {kind: loss[judged] for kind, loss in losses.items()}, judged


def _is_last(table: TrainingTable) -> Flags:
    stretch = stretches(table, STRETCHES)
    last: Flags = stretch == stretch.max()
    return last


def _on(fit: Fit, table: TrainingTable, margins: Floats, rows: Flags) -> Calibration:
    return fit(margins[rows], table.bad[rows], table.weights[rows])


def _fewest(table: TrainingTable, rows: Flags) -> int:
    """Return how many good or how many bad loans there are among some, whichever are fewer."""
    return int(np.bincount(table.bad[rows], minlength=2).min())


def log_loss(log_odds: Floats, bad: Ints) -> Floats:
    """Return (n,) -ln of the probability that was given to what happened, in nats."""
    return -log_sigmoid(np.where(bad == 1, log_odds, -log_odds))


def paired(difference: Floats, weights: Floats, businesses: np.ndarray) -> tuple[float, float]:
    """Return the weighted mean of paired differences and its standard error.

    Loans of one business stand or fall together, so the error is that of clusters of them.
    """
    mean = float(np.average(difference, weights=weights))
    cluster = np.unique(businesses, return_inverse=True)[1]
    off = np.bincount(cluster, weights * (difference - mean))
    return mean, float(np.sqrt(off @ off) / weights.sum())

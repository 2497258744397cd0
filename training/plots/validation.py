"""The validation picture: how a model did on loans it never saw."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from sklearn.metrics import roc_curve

from features.rows import Floats, Ints
from models import scale
from models.reasons import CODES, take_apart
from models.risk import RiskModel
from training.plots.style import GREEN, GREY, RED, source
from training.table import TrainingTable
from training.validation.evaluate import Figure, tenths

MOST = 16
"""Reasons that fit into the picture; of more, those that move most are shown."""


def draw(model: RiskModel, tested: TrainingTable, figures: dict[str, Figure]) -> Picture:
    """Return one picture of four: ROC curve, calibration, scores, and points by reason."""
    picture = Picture(figsize=(11, 8), layout="constrained")
    axes = picture.subplots(2, 2)
    probability = model.probability(tested.vectors)
    said = f"{tested.bad.size} later loans, {tested.bad.sum()} bad"
    picture.suptitle(f"{said} · {source(model.identity)}")
    _roc(axes[0, 0], probability, tested, figures["auc"])
    _calibration(axes[0, 1], probability, tested, figures["calibration_slope"])
    _scores(axes[1, 0], model.points(tested.vectors), tested.bad)
    _reasons(axes[1, 1], model, tested.vectors)
    return picture


def _roc(axes: Axes, probability: Floats, tested: TrainingTable, auc: Figure) -> None:
    false_alarms, caught, _ = roc_curve(tested.bad, probability, sample_weight=tested.weights)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1)
    axes.plot(false_alarms, caught, color=GREEN, linewidth=2)
    axes.set(
        title=f"AUC {auc.value:.3f} [{auc.low:.3f}, {auc.high:.3f}]",
        xlabel="share of good loans refused",
        ylabel="share of bad loans refused",
    )


def _calibration(axes: Axes, probability: Floats, tested: TrainingTable, slope: Figure) -> None:
    bins = tenths(probability, tested.weights)
    expected = [np.average(probability[b], weights=tested.weights[b]) for b in bins]
    observed = [np.average(tested.bad[b], weights=tested.weights[b]) for b in bins]
    top = max(*expected, *observed)
    axes.plot([0, top], [0, top], color=GREY, linewidth=1)
    axes.plot(expected, observed, "o-", color=GREEN)
    axes.set(
        title=f"Calibration, slope {slope.value:.2f} [{slope.low:.2f}, {slope.high:.2f}]",
        xlabel="predicted probability of default, by tenths of loans",
        ylabel="observed share of bad loans",
    )


def _scores(axes: Axes, points: Floats, bad: Ints) -> None:
    edges = np.histogram_bin_edges(points, 29).tolist()
    axes.hist(points[bad == 0], edges, color=GREEN, alpha=0.7, label="good", density=True)
    axes.hist(points[bad == 1], edges, color=RED, alpha=0.7, label="bad", density=True)
    axes.axvline(scale.BASE, color=GREY, linewidth=1)
    axes.set(title="Scores", xlabel="points", ylabel="share of loans, each kind for itself")
    axes.set_yticks([])
    axes.legend(loc="upper left")


def _reasons(axes: Axes, model: RiskModel, vectors: Floats) -> None:
    apart = take_apart(model, vectors)
    mean = {code: float(np.mean([abs(p.exact[code]) for p in apart])) for code in CODES}
    codes = sorted((code for code in CODES if mean[code] > 0), key=mean.__getitem__)[-MOST:]
    axes.barh(codes, [mean[code] for code in codes], color=GREEN)
    axes.set(title="Mean points moved, up or down, by reason", xlabel="points")

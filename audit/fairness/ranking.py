"""How well risk is told apart within a group: AUC with its interval, weights respected."""

from __future__ import annotations

import math

import numpy as np

from audit.fairness.cases import Cases
from audit.fairness.estimate import Estimate
from features.rows import Floats


def auc(cases: Cases, z: float) -> Estimate:
    """Return the chance that a bad loan has a higher probability than a good one, ties half.

    The variance is that of DeLong, DeLong & Clarke-Pearson (*Biometrics* 44, 1988), each loan by
    its weight; the interval is made on the logit, so it stays within 0 … 1.

    Args:
        cases: loans that ended, good and bad ones among them.
        z: how many standard errors the interval reaches either way.
    """
    bad = cases.bad == 1
    high, low = cases.probability[bad], cases.probability[~bad]
    v, w = cases.weights[bad], cases.weights[~bad]
    above = _share_below(high, low, w)
    value = float(np.average(above, weights=v))
    below = 1 - _share_below(low, high, v)
    variance = _of_mean(above, v, value) + _of_mean(below, w, value)
    inner = min(max(value, 1e-9), 1 - 1e-9)
    logit, reach = math.log(inner / (1 - inner)), z * math.sqrt(variance) / (inner * (1 - inner))
    bounds = (1 / (1 + math.exp(-max(-700.0, min(700.0, logit + s * reach)))) for s in (-1, 1))
    return Estimate(value, *bounds)


def _share_below(values: Floats, others: Floats, weights: Floats) -> Floats:
    """Return of each value the weighted share of *others* below it, ties counted half."""
    order = np.argsort(others, kind="stable")
    running = np.concatenate([[0.0], np.cumsum(weights[order])])
    left, right = (np.searchsorted(others[order], values, side) for side in ("left", "right"))
    shares: Floats = (running[left] + running[right]) / (2 * running[-1])
    return shares


def _of_mean(values: Floats, weights: Floats, mean: float) -> float:
    """Return the variance of a weighted mean of independent values."""
    return float(np.sum((weights * (values - mean)) ** 2) / weights.sum() ** 2)

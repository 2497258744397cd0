"""How much of a gap in decisions remains among applicants whom other columns make alike.

Two regressions of *denied* on the group and the other columns, as the literature on the Boston
denials does it (Munnell et al., *American Economic Review* 86, 1996; Stock & Watson, *Introduction
to Econometrics*, chapter 11): a linear one, whose coefficient is the gap itself, and a logistic
one, whose gap is the average over all applicants of what belonging to the group changes. Errors
are robust to unequal variance (White, 1980; HC1). What remains may still be explained by columns
that nobody recorded, and what goes away may be a column that carries the group in disguise.
"""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
from scipy.linalg import qr
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.sm_exceptions import ModelWarning, PerfectSeparationError

from audit.fairness.estimate import Estimate
from audit.fairness.report import Remaining
from features.rows import Flags, Floats

PER_COLUMN: Final = 10
"""Answers of the rarer kind that each column needs (Peduzzi et al., *J. Clin. Epid.* 49, 1996)."""


SAME: Final = 1e-9
"""A column of which this little is its own is the others added up."""


def remaining(denied: Floats, group: Flags, columns: Floats, confidence: float) -> Remaining | None:
    """Return what of a gap remains; None where the data cannot tell.

    They cannot where there are too few answers of one kind for so many columns, or where some
    columns tell every answer.

    Args:
        denied: (n,) 1 or 0.
        group: (n,) who is of the group.
        columns: (n, k) the others, without NaN.
        confidence: of the intervals, 0 … 1.
    """
    varied = _apart(columns)
    rarer = min(denied.sum(), (1 - denied).sum())
    if rarer < PER_COLUMN * (varied.shape[1] + 1) or not 0 < group.sum() < group.size:
        return None
    x = np.column_stack([group, varied, np.ones(group.size)]).astype(np.float64)
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return None
    logit = _logit(denied, x)
    if logit is None:
        return None
    line = OLS(denied, x).fit(cov_type="HC1")
    effect = logit.get_margeff(dummy=True)
    alpha = 1 - confidence
    return Remaining(
        applications=group.size,
        columns=varied.shape[1],
        raw=float(denied[~group].mean() - denied[group].mean()),
        linear=_turned(line.params[0], line.conf_int(alpha)[0]),
        logistic=_turned(effect.margeff[0], effect.conf_int(alpha)[0]),
        log_odds=Estimate(*map(float, (logit.params[0], *logit.conf_int(alpha)[0]))),
        p=float(logit.pvalues[0]),
    )


def _apart(columns: Floats) -> Floats:
    """Return the columns, each on one scale, without those that others add up to."""
    varied = columns[:, np.ptp(columns, axis=0) > 0] if columns.size else columns
    spread = (varied - varied.mean(axis=0)) / varied.std(axis=0)
    _, r, order = qr(spread, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(r))
    kept = order[: diagonal.size][diagonal > SAME * diagonal.max(initial=0.0)]
    found: Floats = spread[:, np.sort(kept)]
    return found


def _logit(denied: Floats, x: Floats) -> Any:
    """Return the logistic regression; None where it finds no end."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", ModelWarning)
        try:
            return Logit(denied, x).fit(disp=0, cov_type="HC1")
        except (ModelWarning, PerfectSeparationError, np.linalg.LinAlgError):
            return None


def _turned(value: float, bounds: Floats) -> Estimate:
    """Return a gap in denials so that lower is worse for the group."""
    return Estimate(float(-value), float(-bounds[1]), float(-bounds[0]))

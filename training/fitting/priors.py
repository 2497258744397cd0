"""How much more, or less, often a lender's loans go bad than the model expects.

Each lender has a shift of the log-odds, drawn from a normal distribution around
0 whose spread is estimated from all of them (empirical Bayes): a lender with few
loans stays near 0, one with many goes where its loans are. The log-odds given
are out of fold, so the shift is what the applicants' own features do not explain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rows import Floats, Ints
from models.priors import shift_of
from models.risk import RiskModel, probability_of
from training.fitting.calibrating import log_loss
from training.table import TrainingTable

FEWEST_LOANS: Final = 50
"""A lender with fewer loans gets no shift."""

SPREADS: Final = tuple(step / 20 for step in range(41))
"""The spreads looked at, as standard deviations: 0 to 2, where odds differ sevenfold."""

MOST_STEPS: Final = 50
CLOSE: Final = 1e-10
"""The step at which Newton's method has arrived."""

SURE: Final = 2.71
"""Twice the gain in log-likelihood from which on lenders are held to differ.

The 5% point where a variance of 0 is the edge of what can be (Self & Liang, *Journal of the
American Statistical Association* 82, 1987).
"""


@dataclass(frozen=True)
class Shift:
    """A lender's shift of the log-odds.

    Args:
        partner: the lender's id.
        loans: how many it was estimated from.
        shift: above 0 where its loans go bad more often than the model expects.
        error: the standard error of the shift, given the spread.
    """

    partner: str
    loans: int
    shift: float
    error: float


def shifts(table: TrainingTable, log_odds: Floats) -> tuple[Shift, ...]:
    """Return the shift of every lender with enough loans, in order of id.

    None at all where fewer than two lenders have enough, or where their differences may be chance.

    Args:
        table: the loans fitted on; one without a lender counts for none.
        log_odds: (n,) calibrated log-odds of default of its loans, out of fold.
    """
    names, counts = np.unique(table.partners, return_counts=True)
    enough = names[(names != "") & (counts >= FEWEST_LOANS)]
    if enough.size < 2:  # noqa: PLR2004  a difference needs two
        return ()
    mine = np.isin(table.partners, enough)
    lenders = _Lenders(
        partner=np.searchsorted(enough, table.partners[mine]),
        log_odds=log_odds[mine],
        bad=table.bad[mine],
        weights=table.weights[mine] / table.weights.mean(),
    )
    evidence = [lenders.evidence(spread) for spread in SPREADS]
    if 2 * (max(evidence) - evidence[0]) < SURE:
        return ()
    found, information = lenders.shifts(SPREADS[int(np.argmax(evidence))])
    loans = counts[np.isin(names, enough)]
    errors = 1 / np.sqrt(information)
    columns = (enough.tolist(), loans.tolist(), found.tolist(), errors.tolist())
    return tuple(Shift(*row) for row in zip(*columns, strict=True))


def probabilities(model: RiskModel, table: TrainingTable) -> Floats:
    """Return (n,) the probability of default that each loan's own lender is given."""
    shift = [shift_of(model.priors, partner) for partner in table.partners.tolist()]
    return probability_of(model.log_odds(table.vectors) + np.array(shift))


@dataclass(frozen=True)
class _Lenders:
    """Loans of numbered lenders, each with the log-odds that the model gave it."""

    partner: Ints
    log_odds: Floats
    bad: Ints
    weights: Floats

    def shifts(self, spread: float) -> tuple[Floats, Floats]:
        """Return each lender's most likely shift, and the information on it, by Newton's method.

        Args:
            spread: the standard deviation of shifts, above 0.
        """
        shift = np.zeros(int(self.partner.max()) + 1)
        for _ in range(MOST_STEPS):
            expected = probability_of(self.log_odds + shift[self.partner])
            information = self._per_lender(expected * (1 - expected)) + spread**-2
            step = (self._per_lender(self.bad - expected) - shift * spread**-2) / information
            # A longer step could leave the region where the curve is like a parabola.
            shift += step.clip(-1, 1)
            if np.abs(step).max() < CLOSE:
                break
        return shift, information

    def evidence(self, spread: float) -> float:
        """Return the log-likelihood of a spread, shifts integrated out by Laplace's method."""
        if spread == 0:
            return -float(self._losses(self.log_odds).sum())
        shift, information = self.shifts(spread)
        fit = -self._losses(self.log_odds + shift[self.partner]) - (shift / spread) ** 2 / 2
        return float((fit - np.log(information * spread**2) / 2).sum())

    def _losses(self, log_odds: Floats) -> Floats:
        return self._per_lender(log_loss(log_odds, self.bad))

    def _per_lender(self, values: Floats) -> Floats:
        return np.bincount(self.partner, self.weights * values).astype(np.float64)

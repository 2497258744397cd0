"""What a model is worth on each of four sets of loans (`training.splits`).

From the first set to the last the model knows less: the loans it was fitted on; earlier
loans, each judged by trees that never saw its business; later loans of businesses it
knows; later loans of others. The fall from one to the next says what was learned by
heart, and what time took.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from features.rows import Floats
from models.risk import RiskModel, probability_of
from training.splits import Split, has_both
from training.table import TrainingTable
from training.validation.evaluate import DRAWS, Figure, evaluate

FIT: Final = "fitted on"
NEW: Final = "earlier, new businesses"
LATER_KNOWN: Final = "later, known businesses"
LATER_NEW: Final = "later, new businesses"

ORDER: Final = ("auc", "gini", "ks")
LEVEL: Final = ("brier", "observed_to_expected")
"""Figures of the set `NEW` are those of the order alone: calibration was fitted on its predictions,
so the level of these is no test."""


@dataclass(frozen=True)
class Measured:
    """One set and its figures.

    Args:
        name: `FIT`, `NEW`, `LATER_KNOWN` or `LATER_NEW`.
        loans: how many.
        bad: how many of them went bad.
        figures: `ORDER` and, but for `NEW`, `LEVEL`; none where good or bad loans are missing.
    """

    name: str
    loans: int
    bad: int
    figures: dict[str, Figure]


def four(split: Split, model: RiskModel, margins: Floats, draws: int = DRAWS) -> list[Measured]:
    """Return the figures of each of the four sets.

    Args:
        split: the loans.
        model: fitted on ``split.fit``.
        margins: (loans of ``split.fit``,) of `training.fitting.fit.out_of_fold`.
        draws: of each interval.
    """
    fit, known, new = split.fit, split.later_known, split.later_new
    return [
        _measured(FIT, fit, model.probability(fit.vectors), ORDER + LEVEL, draws),
        _measured(NEW, fit, probability_of(margins), ORDER, draws),
        _measured(LATER_KNOWN, known, model.probability(known.vectors), ORDER + LEVEL, draws),
        _measured(LATER_NEW, new, model.probability(new.vectors), ORDER + LEVEL, draws),
    ]


def _measured(
    name: str, part: TrainingTable, probability: Floats, names: tuple[str, ...], draws: int
) -> Measured:
    both, weights = has_both(part), part.weights
    figures = evaluate(probability, part.bad, weights, draws, names) if both else {}
    return Measured(name, int(part.bad.size), int(part.bad.sum()), figures)

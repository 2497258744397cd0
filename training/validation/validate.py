"""All that is measured of a model on loans it never saw, in one place."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from audit.fairness.cases import Cases
from features.rows import Floats
from training.asked import Asked
from training.datasets import DataSet
from training.fitting.fit import Fitted
from training.fitting.priors import probabilities
from training.permission import permitted
from training.recipes.recipe import Recipe
from training.splits import Split
from training.validation.audited import audited
from training.validation.cutoffs import cutoffs, grades
from training.validation.evaluate import Figure, evaluate
from training.validation.rivals import Rival, rivals
from training.validation.sets import Measured, four
from training.validation.unknown import Unknown, unknown_region
from training.validation.vintage import curves, vintages

DRAWS = 200
"""Bootstrap samples for the figures of each of the four sets; the headline has more."""


@dataclass(frozen=True)
class Valid:
    """What was measured.

    Args:
        probability: (later loans,) of default, each by the shift of its own lender.
        figures: of `training.validation.evaluate.MEASURES`, on all later loans.
        sets: the same on each of four sets (`training.validation.sets`).
        rivals: other ways to order the later loans.
        cases: the later applications of those who consented to the audit; None without any.
        cutoffs: of `training.validation.cutoffs.cutoffs`, on the later loans.
        grades: of `training.validation.cutoffs.grades`, likewise.
        vintages: of `training.validation.vintage.vintages`, of all loans.
        curves: of `training.validation.vintage.curves`, likewise.
        unknown: at which scores nothing is known.
    """

    probability: Floats
    figures: dict[str, Figure]
    sets: list[Measured]
    rivals: list[Rival]
    cases: Cases | None
    cutoffs: pl.DataFrame
    grades: pl.DataFrame
    vintages: pl.DataFrame
    curves: pl.DataFrame
    unknown: Unknown


def validate(data: DataSet, split: Split, made: Fitted, recipe: Recipe, asked: Asked) -> Valid:
    """Measure a model.

    Args:
        data: the data set, with every table.
        split: the loans it was fitted on, and the later ones.
        made: the model, fitted by *recipe* with the seed asked for.
        recipe: of its trees.
        asked: the seed, and the line by which groups are compared.
    """
    model, later = made.model, split.later
    probability = probabilities(model, later)
    outcomes = permitted(data, "model_improvement")["outcomes"]
    return Valid(
        probability=probability,
        figures=evaluate(probability, later.bad, later.weights),
        sets=four(split, model, made.margins, DRAWS),
        rivals=rivals(split, model, recipe, asked.seed),
        cases=audited(data, model, int(later.as_of.min()), asked.line, later.target),
        cutoffs=cutoffs(later, model.log_odds(later.vectors)),
        grades=grades(later, probability),
        vintages=vintages(outcomes, later.target),
        curves=curves(outcomes, later.target),
        unknown=unknown_region(data, model, later),
    )

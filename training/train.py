"""``lumbung train``: from a data set to a registered model, with what it is worth."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from models.risk import RiskModel
from training.asked import Asked
from training.datasets import DataSet
from training.fitting.fit import Fitted, fit, fitted, identity_of
from training.gates import gates, leak
from training.gates.evidence import Evidence
from training.gates.gate import Gate
from training.gates.stability import OTHER_SEEDS
from training.progress import Step
from training.recipes.recipe import Recipe, trees
from training.recipes.searched import searched
from training.report import report
from training.splits import Split, out_of_time
from training.table import TrainingTable, training_table
from training.tracking import Kept, Tracker
from training.validation.evaluate import Figure
from training.validation.rivals import Rival
from training.validation.sets import Measured
from training.validation.validate import Valid, validate


@dataclass(frozen=True)
class Trained:
    """What a training run came to.

    Args:
        kept: the run's id and the version registered.
        figures: of `training.validation.evaluate.MEASURES`, on the later loans.
        sets: of `training.validation.sets.four`.
        rivals: other ways to order the later loans.
        gates: what each gate found.
        recipe: why the trees were grown as they were.
        calibration: why margins became probabilities as they did.
        fitted: how many loans were fitted on, and how many of them were bad.
        tested: the same of those tested on.
        left_out: how many loans had no label, by cause.
    """

    kept: Kept
    figures: dict[str, Figure]
    sets: list[Measured]
    rivals: list[Rival]
    gates: list[Gate]
    recipe: str
    calibration: str
    fitted: tuple[int, int]
    tested: tuple[int, int]
    left_out: dict[str, int]


STEPS: Final = (
    "features",
    "recipe",
    "fit",
    "fit again",
    "fit with other seeds",
    "validate",
    "gates",
    "report",
    "keep",
)
"""What `train` tells, in order, beside each recipe that is tried."""


def train(data: DataSet, tracker: Tracker, asked: Asked, step: Step) -> Trained:
    """Fit on the earlier loans, test on the later ones, keep the run and register the model.

    Args:
        data: a data set with payments, applications and outcomes.
        tracker: where the run is kept.
        asked: what is asked for.
        step: told what is being done.

    Raises:
        Refused: a feature gives the outcome away (``leak``).
    """
    # The search for smaller gaps tries the standing recipe too.
    of = len(STEPS) + asked.trials + asked.alternatives + bool(asked.alternatives)
    done = itertools.count()

    def tell(doing: str) -> None:
        step(doing, next(done), of)

    tell("features")
    table = training_table(data, asked.target)
    split = out_of_time(table, asked.test_from)
    leak.refuse(split.fit)
    tell("recipe")
    found = searched(data, split.fit, asked, tell)
    tell("fit")
    made = fitted(split.fit, identity_of(data, split.fit), asked.seed, found.recipe)
    tell("fit again")
    again = fit(split.fit, made.model.identity, asked.seed, found.recipe)
    tell("fit with other seeds")
    others = list(_of_other_seeds(made.model, split.fit, found.recipe, asked.seed))
    tell("validate")
    valid = validate(data, split, made, found.recipe, asked)
    tell("gates")
    met = gates(_evidence(data, split, made, valid, again, others))
    tell("report")
    run = report(data, split, made, valid, met, found, asked.seed)
    tell("keep")
    return Trained(
        kept=tracker.keep(made.model, run),
        figures=valid.figures,
        sets=valid.sets,
        rivals=valid.rivals,
        gates=met,
        recipe=found.reason,
        calibration=made.chosen.reason,
        fitted=_sizes(split.fit),
        tested=_sizes(split.later),
        left_out=table.left_out,
    )


def _of_other_seeds(
    model: RiskModel, fitted_on: TrainingTable, recipe: Recipe, seed: int
) -> Iterator[RiskModel]:
    # What another seed changes is the trees; all else follows from margins and stays.
    for k in range(1, OTHER_SEEDS + 1):
        yield replace(model, text=trees(fitted_on, recipe, seed + k).model_to_string())


def _evidence(
    data: DataSet,
    split: Split,
    made: Fitted,
    valid: Valid,
    again: RiskModel,
    others: Sequence[RiskModel],
) -> Evidence:
    return Evidence(
        data=data,
        fitted=split.fit,
        tested=split.later,
        figures=valid.figures,
        model=made.model,
        again=again,
        others=others,
        held_out=made.margins,
        cases=valid.cases,
    )


def _sizes(table: TrainingTable) -> tuple[int, int]:
    return int(table.bad.size), int(table.bad.sum())

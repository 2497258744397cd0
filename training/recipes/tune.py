"""Looking for a recipe: a search over folds in order of time, the same one from the same seed.

Every recipe tried is fitted on earlier loans and judged on later ones (AUC),
several times over; one that falls behind the median of those before it is given
up after fewer folds. The loans a model is tested on take no part. Since a search
always finds something that looks better, the standing recipe stays unless
another beats it by more than one standard error; of those that do, the
shallowest within one standard error of the best is taken (Breiman et al., *CART*,
1984, section 3.4.3), for exact SHAP costs grow with depth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import optuna
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.trial import TrialState

from training.progress import UNHEARD, Step
from training.recipes.recipe import STANDING, Recipe, trees
from training.table import TrainingTable
from training.validation.evaluate import auc

Folds = Sequence[tuple[TrainingTable, TrainingTable]]
"""Pairs of what is fitted on and what comes later, such as `training.splits.forward_folds`."""

STARTUP: Final = 8
"""Recipes drawn at random before the search learns from them."""

SPACE: Final[dict[str, IntDistribution | FloatDistribution]] = {
    "rounds": IntDistribution(100, 1000, step=50),
    "learning_rate": FloatDistribution(0.02, 0.2, log=True),
    "max_depth": IntDistribution(1, 6),
    "min_data_in_leaf": IntDistribution(5, 100, log=True),
    "lambda_l2": FloatDistribution(0.1, 30.0, log=True),
    "feature_fraction": FloatDistribution(0.2, 1.0),
    "bagging_fraction": FloatDistribution(0.5, 1.0),
}
"""What of a recipe is looked for, and between which bounds."""


@dataclass(frozen=True)
class Tried:
    """A recipe that was tried.

    Args:
        recipe: what was tried.
        aucs: of each fold that was reached; fewer than there are where it was given up.
        done: whether it was judged on every fold.
    """

    recipe: Recipe
    aucs: tuple[float, ...]
    done: bool

    @property
    def mean(self) -> float:
        """Return the mean AUC over the folds reached."""
        return float(np.mean(self.aucs))

    def row(self) -> dict[str, float | bool | str]:
        """Return it as one flat row for a table."""
        recipe = {name: getattr(self.recipe, name) for name in SPACE}
        return {**recipe, "auc": self.mean, "folds": len(self.aucs), "done": self.done}


@dataclass(frozen=True)
class Tuned:
    """What a search came to: the recipe taken, why, and all that was tried, in order."""

    recipe: Recipe
    reason: str
    tried: tuple[Tried, ...]


def tune(
    folds: Folds, seed: int, trials: int, kept: Path | None = None, step: Step = UNHEARD
) -> Tuned:
    """Search for a recipe.

    Args:
        folds: what each recipe is fitted and judged on, two pairs or more.
        seed: of every random choice; the same seed and folds find the same recipe.
        trials: how many recipes are tried, the standing one being the first.
        kept: a file that remembers what was tried, so that an equal search that was stopped goes
            on; not kept when None.
        step: told of each recipe.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        study_name=_name(folds, seed),
        storage=None if kept is None else f"sqlite:///{kept}",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTUP, n_warmup_steps=1),
        direction="maximize",
        load_if_exists=True,
    )
    for number in range(len(_finished(study)), trials):
        step("a recipe", number, trials)
        # Made anew for each, so that a search that goes on draws what one in one go would.
        study.sampler = optuna.samplers.TPESampler(n_startup_trials=STARTUP, seed=seed + number)
        _try(study, folds, seed, STANDING if number == 0 else None)
    step("chosen", trials, trials)
    tried = tuple(_tried(trial) for trial in _finished(study)[:trials])
    return Tuned(*chosen(tried), tried)


def _name(folds: Folds, seed: int) -> str:
    """Return a name that equal searches share: of the rows, their outcomes and the seed."""
    digest = hashlib.sha256(f"{seed} {STARTUP} {optuna.__version__}".encode())
    for table in (side for fold in folds for side in fold):
        for values in (table.vectors, table.bad, table.weights):
            digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """Return the trials that are over, in order; what was under way at a stop is given up."""
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
    return study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED))


def _try(study: optuna.Study, folds: Folds, seed: int, fixed: Recipe | None) -> None:
    """Fit and judge one more recipe, fold by fold; a given one is never given up."""
    if fixed is not None:
        study.enqueue_trial({name: getattr(fixed, name) for name in SPACE})
    trial = study.ask(dict(SPACE))
    aucs: list[float] = []
    for number, (earlier, later) in enumerate(folds):
        grown = trees(earlier, Recipe(**trial.params), seed)
        margins = np.asarray(grown.predict(later.vectors, raw_score=True))
        aucs.append(auc(margins, later.bad, later.weights))
        trial.set_user_attr("aucs", aucs)
        trial.report(float(np.mean(aucs)), number)
        if fixed is None and number + 1 < len(folds) and trial.should_prune():
            study.tell(trial, state=TrialState.PRUNED)
            return
    study.tell(trial, float(np.mean(aucs)))


def _tried(trial: optuna.trial.FrozenTrial) -> Tried:
    aucs = tuple(trial.user_attrs["aucs"])
    return Tried(Recipe(**trial.params), aucs, trial.state == TrialState.COMPLETE)


def chosen(tried: Sequence[Tried]) -> tuple[Recipe, str]:
    """Return the recipe to take, and why; the first tried is the standing one."""
    standing, done = tried[0], [one for one in tried if one.done]
    best = max(done, key=lambda one: one.mean)
    gain, error = ahead(best, standing)
    said = f"of {len(tried)} recipes the best is {gain:.4f} AUC ahead of the standing one"
    if gain <= error:
        return standing.recipe, f"{said}, within one standard error ({error:.4f}): it stays"
    near = [one for one in done if ahead(best, one)[0] <= ahead(best, one)[1]]
    taken = min(near, key=lambda one: (one.recipe.max_depth, one.recipe.rounds))
    return taken.recipe, (
        f"{said}, more than one standard error ({error:.4f}); depth {taken.recipe.max_depth}"
        f" with {taken.recipe.rounds} trees is the shallowest within one of the best"
    )


def ahead(one: Tried, other: Tried) -> tuple[float, float]:
    """Return by how much AUC *one* is ahead over the folds, and that difference's standard error.

    Both were judged on the same folds, so it is the error of the mean of paired differences.
    """
    apart = np.subtract(one.aucs, other.aucs)
    return float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(apart.size))

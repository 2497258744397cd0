"""The comparison: each candidate fitted and tested on the same loans, held against ours.

A figure is taken over all loans tested, each by the probability of the fold in which it
was held out; where folds are repeated it is the mean of the repeats. Bootstrap samples
are of loans, the same for every candidate and every repeat, so a difference is paired.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rows import Floats, Ints
from training.benchmarking.ours import ours
from training.benchmarking.peers import Fit
from training.recipes.choose import Held
from training.recipes.recipe import Recipe
from training.table import TrainingTable
from training.validation.evaluate import MEASURES, Figure, bootstrap, figure

NAMES: Final = ("auc", "ks", "brier", "ece")
"""The measures shown, of `training.validation.evaluate.MEASURES`."""

OURS: Final = "lumbung"
UNCALIBRATED: Final = "lumbung, uncalibrated"


@dataclass(frozen=True)
class Said:
    """What the candidates said of the loans tested.

    Args:
        rows: (m,) of the table, those tested.
        probabilities: candidate → (repeats, m) of default.
        recipes: ours, as chosen in each fold.
        seconds: candidate → of fitting and predicting, in all folds; ours under `OURS`.
    """

    rows: Ints
    probabilities: dict[str, Floats]
    recipes: list[Recipe]
    seconds: dict[str, float]


@dataclass(frozen=True)
class Compared:
    """What came of it.

    Args:
        figures: candidate → measure → its value and 95% interval.
        behind: candidate → measure → ours less the candidate's, paired.
    """

    figures: dict[str, dict[str, Figure]]
    behind: dict[str, dict[str, Figure]]


def run(
    table: TrainingTable,
    repeats: Sequence[Sequence[Held]],
    peers: Mapping[str, Fit],
    seed: int,
    step: Callable[[str, int, int], None],
) -> Said:
    """Fit and ask every candidate in every fold.

    Args:
        table: all loans.
        repeats: the folds, each time over; those of one repeat test the same loans, each once.
        peers: by name.
        seed: of whatever is left to chance.
        step: told what is being done, how much is done, and of how much.
    """
    rows = np.sort(np.concatenate([tested for _, tested in repeats[0]]))
    said: dict[str, Floats] = defaultdict(lambda: np.full((len(repeats), rows.size), np.nan))
    seconds: dict[str, float] = defaultdict(float)
    recipes: list[Recipe] = []
    of = sum(len(folds) for folds in repeats) * (len(peers) + 1)
    done = 0
    for repeat, folds in enumerate(repeats):
        for seen, tested in folds:
            fitted, vectors = table.part(seen), table.vectors[tested]
            place = np.searchsorted(rows, tested)
            for name in (OURS, *peers):
                step(name, done, of)
                start = time.perf_counter()
                if name == OURS:
                    candidate = ours(fitted, seed)
                    said[OURS][repeat, place] = candidate.probability(vectors)
                    said[UNCALIBRATED][repeat, place] = candidate.uncalibrated(vectors)
                    recipes.append(candidate.recipe)
                else:
                    said[name][repeat, place] = peers[name](fitted, seed)(vectors)
                seconds[name] += time.perf_counter() - start
                done += 1
    step("done", done, of)
    return Said(rows, dict(said), recipes, dict(seconds))


def compare(
    said: Said, table: TrainingTable, draws: int, step: Callable[[str, int, int], None]
) -> Compared:
    """Return the figures of every candidate, and ours less each of theirs.

    Args:
        said: what they said.
        table: all loans.
        draws: bootstrap samples for each interval.
        step: told as in `run`.
    """
    bad, weights = table.bad[said.rows], table.weights[said.rows]
    samples = [np.arange(bad.size), *bootstrap(bad, draws)]
    drawn: dict[str, dict[str, Floats]] = {}
    for name, probabilities in said.probabilities.items():
        step(name, len(drawn), len(said.probabilities))
        drawn[name] = {
            measure: np.array(
                [
                    np.mean([MEASURES[measure](p[s], bad[s], weights[s]) for p in probabilities])
                    for s in samples
                ]
            )
            for measure in NAMES
        }
    step("done", len(drawn), len(drawn))
    figures = {
        name: {measure: figure(values) for measure, values in measured.items()}
        for name, measured in drawn.items()
    }
    behind = {
        name: {m: figure(drawn[OURS][m] - values) for m, values in measured.items()}
        for name, measured in drawn.items()
        if name != OURS
    }
    return Compared(figures, behind)

"""Which recipe of trees orders loans best that they never saw, and what each choice is worth.

``python -m benchmarks.recipes --data DIR --before DATE`` looks at no loan from that day on. Every
recipe meets the same folds, so differences are paired. It prints a table, and one JSON object as
its last line.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import lightgbm
import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from features.rows import Floats
from training.datasets import read
from training.recipes.recipe import STANDING, Recipe, trees
from training.table import TrainingTable, training_table
from training.validation.evaluate import auc

FOLDS: Final = 5

RECIPES: Final[dict[str, Recipe]] = {
    "the standing one": STANDING,
    "80% of the loans a tree": replace(STANDING, bagging_fraction=0.8),
    "60% of the loans a tree": replace(STANDING, bagging_fraction=0.6),
    "depth 1": replace(STANDING, max_depth=1),
    "depth 2": replace(STANDING, max_depth=2),
    "depth 4": replace(STANDING, max_depth=4),
    "200 trees": replace(STANDING, rounds=200),
    "300 trees": replace(STANDING, rounds=300),
    "1,000 trees": replace(STANDING, rounds=1000),
    "30% of the features": replace(STANDING, feature_fraction=0.3),
    "80% of the features": replace(STANDING, feature_fraction=0.8),
    "lambda 5": replace(STANDING, lambda_l2=5.0),
    "no monotone constraints": replace(STANDING, monotone=False),
}

METHODS: Final = ("intermediate", "advanced")
"""Other ways of LightGBM's to keep trees monotone."""


def candidates() -> dict[str, Any]:
    """Return name → a function of a table, vectors and a seed that gives their margins."""
    made: dict[str, Any] = {name: _of(recipe) for name, recipe in RECIPES.items()}
    made["five seeds averaged"] = _averaged
    made |= {f"constraints by {method}": _by(method) for method in METHODS}
    return made


def _of(recipe: Recipe) -> Any:
    return lambda table, vectors, seed: np.asarray(
        trees(table, recipe, seed).predict(vectors, raw_score=True)
    )


def _averaged(table: TrainingTable, vectors: Floats, seed: int) -> Floats:
    return np.mean([_of(STANDING)(table, vectors, 5 * seed + k) for k in range(5)], axis=0)


def _by(method: str) -> Any:
    def margins(table: TrainingTable, vectors: Floats, seed: int) -> Floats:
        said = STANDING.parameters(table.directions, seed)
        data = lightgbm.Dataset(table.vectors, table.bad, weight=table.weights)
        grown = lightgbm.train(
            {**said, "monotone_constraints_method": method}, data, num_boost_round=STANDING.rounds
        )
        return np.asarray(grown.predict(vectors, raw_score=True))

    return margins


def out_of_fold(candidate: Any, table: TrainingTable, seed: int) -> float:
    """Return the AUC of margins out of fold; the folds are those of *seed*, by business."""
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    margins = np.empty(table.bad.size)
    for seen, held_out in folds.split(table.vectors, table.bad, table.businesses):
        margins[held_out] = candidate(table.part(seen), table.vectors[held_out], seed)
    return auc(margins, table.bad, table.weights)


def main() -> None:
    """Run every recipe through the same folds and print what each is worth."""
    every = candidates()
    standing, *others = every
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--before", type=datetime.fromisoformat, required=True)
    parser.add_argument("--repeats", type=int, default=8)
    parser.add_argument(
        "--beside", nargs="+", choices=others, default=others, metavar="RECIPE", help="else all"
    )
    asked = parser.parse_args()
    table = training_table(read(asked.data))
    before = int(asked.before.replace(tzinfo=UTC).timestamp()) * 1_000_000
    table = table.part(table.as_of < before)
    print(f"{table.bad.size} loans, {table.bad.sum()} bad, {asked.repeats} x {FOLDS} folds")
    print(f"{'recipe':<28}{'AUC':>8}{'ahead':>9}{'error':>8}")
    found: dict[str, dict[str, float]] = {}
    first: Floats | None = None
    for name in (standing, *asked.beside):
        each = np.array([out_of_fold(every[name], table, seed) for seed in range(asked.repeats)])
        first = each if first is None else first
        ahead = each - first
        found[name] = {
            "auc": float(each.mean()),
            "ahead": float(ahead.mean()),
            "error_over_folds": float(ahead.std(ddof=1) / np.sqrt(each.size)),
        }
        print(
            f"{name:<28}" + "{auc:8.4f}{ahead:+9.4f}{error_over_folds:8.4f}".format(**found[name])
        )
    print(json.dumps(found))


if __name__ == "__main__":
    main()

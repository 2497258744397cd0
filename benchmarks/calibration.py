"""Which calibration holds for later loans, what it costs, and whether the latest loans know more.

``python -m benchmarks.calibration --data DIR --before DATE`` looks at no loan from that day on.
It prints tables, and one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from timeit import timeit
from typing import Final

import numpy as np

from features.rows import Floats
from models.calibration import Calibration, Platt
from models.risk import probability_of
from training.datasets import read
from training.fitting.calibrating import (
    KINDS,
    STRETCHES,
    choose,
    later_losses,
    log_loss,
    paired,
    platt,
)
from training.fitting.fit import out_of_fold
from training.recipes.recipe import STANDING, trees
from training.splits import stretches
from training.table import TrainingTable, training_table
from training.validation.evaluate import auc

YEAR: Final = 365.25 * 86_400e6
"""Microseconds."""

UNCALIBRATED: Final = Platt(0.0, 1.0)
"""The margin as it is; LightGBM means it as log-odds."""

CALLS: Final = 20_000


def of_kinds(table: TrainingTable, seeds: range) -> dict[str, dict[str, float]]:
    """Return kind → mean log-loss on later loans, against Platt's, and AUC, over the seeds.

    The AUC is that on the last two blocks of time, of a calibration fitted on those before.
    """
    rows: dict[str, list[dict[str, float]]] = {}
    for seed in seeds:
        margins = out_of_fold(table, seed)
        losses, judged = later_losses(table, margins)
        part = table.part(judged)
        losses["uncalibrated"] = log_loss(margins, table.bad)[judged]
        stretch = stretches(table, STRETCHES)
        seen = stretch < stretch.max() - 1
        later = table.part(~seen)
        fitted = {
            kind: fit(margins[seen], table.bad[seen], table.weights[seen])
            for kind, fit in KINDS.items()
        }
        for kind, loss in losses.items():
            gain, error = paired(losses["platt"] - loss, part.weights, part.businesses)
            order = fitted.get(kind, UNCALIBRATED).log_odds(margins[~seen])
            rows.setdefault(kind, []).append(
                {
                    "log_loss": float(np.average(loss, weights=part.weights)),
                    "better_than_platt": gain,
                    "standard_error": error,
                    "auc": auc(order, later.bad, later.weights),
                }
            )
    return {kind: _means(found) for kind, found in rows.items()}


def lately(margins: Floats, table: TrainingTable) -> Platt:
    """Return Platt's line with the intercept of the later half of the loans."""
    line = platt(margins, table.bad, table.weights)
    late = table.as_of >= np.median(table.as_of)
    log_odds, bad, weights = line.log_odds(margins)[late], table.bad[late], table.weights[late]
    shift = 0.0
    for _ in range(50):
        expected = probability_of(log_odds + shift)
        shift += float(weights @ (bad - expected) / (weights @ (expected * (1 - expected))))
    return Platt(line.intercept + shift, line.slope)


def halving(years: float) -> Callable[[Floats, TrainingTable], Platt]:
    """Return the fit in which a loan's weight halves with every so many years of age."""

    def fit(margins: Floats, table: TrainingTable) -> Platt:
        age = (table.as_of.max() - table.as_of) / YEAR
        return platt(margins, table.bad, table.weights * 0.5 ** (age / years))

    return fit


WAYS: Final[dict[str, Callable[[Floats, TrainingTable], Platt]]] = {
    "every loan alike": lambda margins, table: platt(margins, table.bad, table.weights),
    "weights halve in 2 years": halving(2),
    "weights halve in 1 year": halving(1),
    "intercept of the later half": lately,
}


def of_time(table: TrainingTable, seeds: range) -> dict[str, dict[str, float]]:
    """Return way → observed ÷ expected and log-loss on the next loans, over the seeds.

    Trees and calibration are fitted on the earlier blocks of time, and held against the next one.
    """
    rows: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for seed in seeds:
        later, found = _walk(table, seed)
        for way, log_odds in found.items():
            alike = log_loss(found["every loan alike"], later.bad)
            gain = alike - log_loss(log_odds, later.bad)
            better, error = paired(gain, later.weights, later.businesses)
            expected = later.weights @ probability_of(log_odds)
            rows[way].append(
                {
                    "observed_to_expected": float(later.weights @ later.bad / expected),
                    "better_than_alike": better,
                    "standard_error": error,
                }
            )
    return {way: _means(found) for way, found in rows.items()}


def _walk(table: TrainingTable, seed: int) -> tuple[TrainingTable, dict[str, Floats]]:
    """Return the loans of every block but the first two, and way → their log-odds."""
    block = stretches(table, STRETCHES)
    found: dict[str, Floats] = {way: np.empty(table.bad.size) for way in WAYS}
    for now in range(2, int(block.max()) + 1):
        seen, later = table.part(block < now), block == now
        margins = out_of_fold(seen, seed)
        grown = trees(seen, STANDING, seed)
        theirs = np.asarray(grown.predict(table.vectors[later], raw_score=True))
        for way, fit in WAYS.items():
            found[way][later] = fit(margins, seen).log_odds(theirs)
    tested = block > 1
    return table.part(tested), {way: log_odds[tested] for way, log_odds in found.items()}


def of_one_row(calibration: Calibration) -> float:
    """Return the microseconds `log_odds` takes for one margin, the best of five."""
    margin = np.array([-2.0])
    best = min(timeit(lambda: calibration.log_odds(margin), number=CALLS) for _ in range(5))
    return 1e6 * best / CALLS


def _means(found: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([row[name] for row in found])) for name in found[0]}


def table_of(rows: dict[str, dict[str, float]]) -> str:
    """Return rows of figures as a Markdown table."""
    names = next(iter(rows.values()))
    lines = [f"| | {' | '.join(name.replace('_', ' ') for name in names)} |", "|---" * len(names)]
    lines[1] += "|---|"
    lines += [
        f"| {name} | {' | '.join(f'{value:.4f}' for value in row.values())} |"
        for name, row in rows.items()
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--before", required=True, help="a day; later loans are not looked at")
    parser.add_argument("--seeds", type=int, default=10)
    asked = parser.parse_args()
    bound = datetime.fromisoformat(asked.before).replace(tzinfo=UTC).timestamp() * 1e6
    whole = training_table(read(asked.data))
    table, seeds = whole.part(whole.as_of < bound), range(asked.seeds)
    margins = out_of_fold(table, 0)
    kinds, ways = of_kinds(table, seeds), of_time(table, seeds)
    micros = {
        kind: {"microseconds": of_one_row(fit(margins, table.bad, table.weights))}
        for kind, fit in KINDS.items()
    }
    chosen = choose(table, margins)
    print(f"{table.bad.size} loans, {table.bad.sum()} bad, {asked.seeds} seeds")
    print(*(table_of(rows) for rows in (kinds, ways, micros)), chosen.reason, sep="\n\n")
    print(json.dumps({"kinds": kinds, "ways": ways, "micros": micros, "chosen": chosen.reason}))


if __name__ == "__main__":
    main()

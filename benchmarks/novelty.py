"""Who is sent to a person for being unlike those trained on, beside what others would use.

``python -m benchmarks.novelty`` learns from loans of one simulated data set and counts in others:
applicants of the same world, the same with an accident in their records, and applicants of other
worlds; ``--data DIR`` adds those of a data set. All measures are given the same rows to learn from,
and a line drawn the same way on the same others. It prints tables, and one JSON object as its last
line. Every world but that of ``--data`` is simulated.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.outliers import (
    Learns,
    Measure,
    contrast,
    isolation_forest,
    mahalanobis,
    shuffled,
    tail_ranks,
)
from benchmarks.worlds import Tables, first, in_unit, vectors, without, world
from features.rows import Floats
from features.sources import SOURCES
from training.datasets import read
from training.fitting.novelty import SHARE, line, novelty, parted
from training.table import TrainingTable, training_table

PEERS: Mapping[str, Learns] = {
    "tail ranks": tail_ranks,
    "contrast": contrast,
    "isolation forest": isolation_forest,
    "Mahalanobis": mahalanobis,
}
SPLITS = 20
"""How often the line is drawn anew: the stated share holds in the mean over them."""

SHOCKS = {
    "a shock like COVID-19": ["end=2021-04-01"],
    "a shock to one sector": ["sector_shock_from=2025-01-01", "sector_shock_depth=0.95"],
}


def measures(table: TrainingTable) -> dict[str, tuple[Measure, float]]:
    """Return each measure with its line; ours first."""
    fitted, drawn = parted(table, seed=0)
    ours = novelty(table, seed=0)
    made = {"ours": ours.measure} | {name: learn(fitted) for name, learn in PEERS.items()}
    return {name: (m, line(m(drawn), SHARE) or math.inf) for name, m in made.items()}


def accidents(tables: Tables) -> dict[str, Floats]:
    """Return kind of accident → vectors of the applicants it befell."""
    like = vectors(tables)
    units = {
        f"{what} times {factor:,}": vectors(in_unit(tables, factor, *names))
        for factor in (100, 1000)
        for what, names in {
            "payments": ("payments",),
            "amount asked": ("applications",),
            "both": ("payments", "applications"),
        }.items()
    }
    gone = {f"no {name}": vectors(without(tables, name)) for name in SOURCES}
    others = [name for name in SOURCES if name != "payments"]
    return {
        "none": like,
        **units,
        "values shuffled across rows": shuffled(like, np.random.default_rng(1)),
        **gone,
        "payments alone": vectors(without(tables, *others)),
    }


def share(flagged: np.ndarray) -> tuple[float, float, float]:
    """Return the share flagged with its 95% interval (Wilson, 1927)."""
    n, p, z = flagged.size, float(flagged.mean()), 1.96
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def microseconds(measure: Measure, rows: Floats) -> float:
    """Return the median time of one applicant alone."""
    taken = []
    for row in rows[:200]:
        start = time.perf_counter()
        measure(row[None, :])
        taken.append(time.perf_counter() - start)
    return float(np.median(taken)) * 1e6


def main() -> None:
    """Learn, count, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, default=3000, help="to learn from")
    parser.add_argument("--held-out", type=int, default=8000)
    parser.add_argument("--seeds", type=int, nargs=2, default=[41, 42], help="learn, count")
    parser.add_argument("--data", type=Path, help="count in this data set too")
    asked = parser.parse_args()
    learn, count = asked.seeds
    loans = training_table(world(asked.businesses, 12, learn))
    made = measures(loans)
    held_out = world(asked.held_out, 12, count).tables
    tried = {
        "held out": vectors(held_out),
        **accidents(first(held_out, 1000)),
        **{k: vectors(world(1500, 12, count, settings).tables) for k, settings in SHOCKS.items()},
    }
    if asked.data:
        data = read(asked.data)
        tried[data.about.name] = vectors(data.tables)
    found = {
        what: {name: share(m(rows) > at) for name, (m, at) in made.items()}
        for what, rows in tried.items()
    }
    splits = [novelty(loans, seed).unlike(tried["held out"]).mean() for seed in range(SPLITS)]
    cost = {name: microseconds(m, tried["held out"]) for name, (m, _) in made.items()}
    print(table(found, cost, {what: len(rows) for what, rows in tried.items()}))
    low, middle, high = min(splits), float(np.mean(splits)), max(splits)
    print(f"held out, over {SPLITS} splits: {middle:.2%} in the mean, {low:.2%} to {high:.2%}")
    print(json.dumps({"stated": SHARE, "flagged": found, "splits": splits, "microseconds": cost}))


def table(
    found: Mapping[str, Mapping[str, tuple[float, float, float]]],
    cost: Mapping[str, float],
    sizes: Mapping[str, int],
) -> str:
    """Return a Markdown table: of each kind the share that each measure flags."""
    names = list(cost)
    rows = [
        f"| {what} | {sizes[what]:,} | {' | '.join(_percent(of[name]) for name in names)} |"
        for what, of in found.items()
    ]
    timed = f"| microseconds | 1 | {' | '.join(f'{cost[name]:.0f}' for name in names)} |"
    top = f"| applicants | how many | {' | '.join(names)} |\n|---|---|{'---|' * len(names)}"
    return "\n".join([top, *rows, timed])


def _percent(of: tuple[float, float, float]) -> str:
    return f"{of[0]:.1%} ({of[1]:.1%} to {of[2]:.1%})"


if __name__ == "__main__":
    main()

"""How often `lumbung monitor` rings where nothing drifts, and where something was planted.

``python -m benchmarks.drift --kept DIR`` simulates worlds, each from a seed of its own. In each a
model is fitted on the loans of three in five businesses, and those of the others come as a period:
all of them, and in parts of 300. They are drawn at random, so nothing drifts but by chance. Then,
in each, something is planted: money in prices a quarter higher, bills that one in five no longer
has, half more loans that go bad, and scores of half of the applicants mixed up.

What a world came to is kept in the folder, so a run that was stopped goes on from there. It prints
a table, and one JSON object as its last line; all of it is simulated.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from audit.drift.alarms import Code
from audit.drift.monitored import Drift, monitor
from audit.drift.seen import Asked, Judged
from audit.fairness.estimate import Z95, wilson
from benchmarks.fairness import QUICK
from benchmarks.worlds import world
from features.catalogue import FEATURES, fingerprint
from models.risk import Identity, RiskModel
from training.fitting.fit import fit
from training.plots import drift
from training.plots.style import source
from training.table import TrainingTable, training_table

BUSINESSES, MONTHS = 3_000, 6
FITTED: Final = 0.6
"""The share of businesses that are fitted on."""

LOST, MIXED = 0.2, 0.5
"""The shares of applicants whose bills are lost, and who are mixed up."""

PART: Final = 300

MONEY: Final = np.array([feature.unit == "money" for feature in FEATURES])
BILLS: Final = np.array(["bills" in feature.sources for feature in FEATURES])


def dearer(table: TrainingTable, random: np.random.Generator) -> TrainingTable:
    """Return the table with all money a quarter more."""
    del random
    return replace(table, vectors=np.where(MONEY, table.vectors * 1.25, table.vectors))


def without_bills(table: TrainingTable, random: np.random.Generator) -> TrainingTable:
    """Return the table with no bills known of one in five."""
    lost = random.random(table.bad.size) < LOST
    return replace(table, vectors=np.where(lost[:, None] & BILLS, np.nan, table.vectors))


def worse(table: TrainingTable, random: np.random.Generator) -> TrainingTable:
    """Return the table with half as many loans more that went bad, whoever they are."""
    share = table.bad.mean()
    turned = random.random(table.bad.size) < share / 2 / (1 - share)
    return replace(table, bad=np.where(turned, 1, table.bad))


def as_it_is(table: TrainingTable, random: np.random.Generator) -> TrainingTable:
    """Return the table."""
    del random
    return table


def mixed(table: TrainingTable, random: np.random.Generator) -> TrainingTable:
    """Return the table with the vectors of half of the rows among each other's."""
    rows = np.flatnonzero(random.random(table.bad.size) < MIXED)
    vectors = table.vectors.copy()
    vectors[rows] = vectors[random.permutation(rows)]
    return replace(table, vectors=vectors)


PLANTED: Final[
    dict[str, tuple[Code | None, Callable[[TrainingTable, np.random.Generator], TrainingTable]]]
] = {
    "nothing": (None, as_it_is),
    "money a quarter more": ("feature-moved", dearer),
    "no bills of one in five": ("missing-moved", without_bills),
    "half more go bad": ("more-bad", worse),
    "half mixed up": ("order-lost", mixed),
}
"""What is planted → the alarm it is to ring, and how it is done."""

Alarms = list[list[str]]
"""Of each look, the codes that rang."""


def learnt(seed: int, businesses: int) -> tuple[RiskModel, TrainingTable]:
    """Return a model of most businesses of a world, and the loans of the others, mixed."""
    data = world(businesses, MONTHS, seed)
    table = training_table(data)
    random = np.random.default_rng([seed, 11])
    names = np.unique(table.businesses)
    chosen = random.permutation(names)[: round(FITTED * names.size)]
    fitted_on = np.isin(table.businesses, chosen)
    identity = Identity(fingerprint(), "IDR", "a world", data.digest, True, "")  # noqa: FBT003
    model = fit(table.part(fitted_on), identity, seed, QUICK)
    return model, table.part(random.permutation(np.flatnonzero(~fitted_on)))


def of_world(seed: int, businesses: int) -> dict[str, Alarms]:
    """Return of each size and of all that is planted which alarms rang, look by look."""
    model, rest = learnt(seed, businesses)
    parts = [np.arange(at, at + PART) for at in range(0, rest.bad.size - PART + 1, PART)]
    return {
        f"{size};{name}": [
            _codes(look(model, plant(rest.part(rows), np.random.default_rng([seed, 12]))))
            for rows in looks
        ]
        for size, looks in (("part", parts), ("all", [np.arange(rest.bad.size)]))
        for name, (_, plant) in PLANTED.items()
    }


def look(model: RiskModel, table: TrainingTable) -> Drift:
    """Return what is found where these applicants come, and these loans end."""
    points = np.rint(model.points(table.vectors))
    loans = Judged(model.probability(table.vectors), table.bad.astype(np.float64), table.as_of * 0)
    return monitor(model.reference, Asked(table.vectors, points), loans)


def _codes(found: Drift) -> list[str]:
    return [f"{one.code} {one.level}" for one in found.alarms]


def picture(file: Path, seed: int, businesses: int) -> None:
    """Draw what a look finds where the bills of one in five are lost."""
    model, rest = learnt(seed, businesses)
    found = look(model, without_bills(rest, np.random.default_rng([seed, 12])))
    drift.draw(found, source(model.identity)).savefig(file, dpi=100)


def kept(folder: Path, seed: int, businesses: int) -> dict[str, Alarms]:
    """Return what a world came to, from the folder where it is there already."""
    file = folder / f"{seed}-{businesses}.json"
    if not file.exists():
        making = file.with_suffix(".part")
        making.write_text(json.dumps(of_world(seed, businesses)), encoding="utf-8")
        making.rename(file)
    found: dict[str, Alarms] = json.loads(file.read_text(encoding="utf-8"))
    return found


def told(every: Sequence[dict[str, Alarms]]) -> list[dict[str, Any]]:
    """Return of each size and of all that is planted how often something rang, and how often it."""
    rows = []
    for name in every[0]:
        size, planted = name.split(";")
        looks = [codes for of in every for codes in of[name]]
        rang = [bool(codes) for codes in looks]
        share = float(np.mean(rang))
        by_chance = wilson(share, len(looks), Z95)
        code = PLANTED[planted][0]
        its = [any(one.startswith(f"{code} ") for one in codes) for codes in looks]
        acts = [any(one == f"{code} act" for one in codes) for codes in looks]
        rows.append(
            {
                "looks": len(looks),
                "of": size,
                "planted": planted,
                "rang": share,
                "low": by_chance.low,
                "high": by_chance.high,
                "alarm": code or "",
                "its_own": float(np.mean(its)),
                "act": float(np.mean(acts)),
            }
        )
    return rows


def main() -> None:
    """Simulate, look, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=Path, default=Path(), help="a folder of what was found")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--worlds", type=int, default=100)
    parser.add_argument("--businesses", type=int, default=BUSINESSES)
    parser.add_argument("--picture", type=Path, help="draw a look at the first world here, only")
    asked = parser.parse_args()
    if asked.picture is not None:
        picture(asked.picture, asked.first, asked.businesses)
        return
    asked.kept.mkdir(parents=True, exist_ok=True)
    every = []
    for seed in range(asked.first, asked.first + asked.worlds):
        every.append(kept(asked.kept, seed, asked.businesses))
        print(f"\r{len(every)} of {asked.worlds} worlds", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    rows = told(every)
    for row in rows:
        print("  ".join(f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
                        for name, value in row.items()))  # fmt: skip
    print(json.dumps({"simulated": True, "rows": rows}))


if __name__ == "__main__":
    main()

"""How often the fairness gate speaks: of unfairness that was planted, and of none.

``python -m benchmarks.fairness --kept DIR`` simulates worlds, each from a seed of its own, fits a
model on the earlier loans of each and puts the later applications to gate G06. What a world came
to is kept in the folder, so a run that was stopped goes on from there. It prints one JSON object
as its last line.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from audit.fairness.audit import Finding
from audit.fairness.cases import Cases
from audit.result import Policy
from features.catalogue import fingerprint
from models.risk import Identity, probability_of
from training.datasets import DataSet
from training.fitting.fit import fit
from training.gates import fairness
from training.recipes.recipe import Recipe
from training.simulated.scenario import Scenario, scenario
from training.simulating import Plan
from training.simulator import simulate
from training.table import training_table
from training.target import STANDARD
from training.validation.audited import audited

BUSINESSES, MONTHS = 3_000, 6
TESTED_FROM: Final = datetime(2025, 3, 1, tzinfo=UTC)
"""Of the year of applications, the last seven months are tested on."""

QUICK: Final = Recipe(rounds=150, learning_rate=0.15)
"""As good as the standing recipe here, in a third of the time."""

USUAL: Final = ("audit_consent=1",)

PLANTED: Final = {
    "nothing": (),
    "unfair_denial=0.5": ("unfair_denial=0.5",),
    "unfair_denial=1": ("unfair_denial=1",),
    "unfair_thinness=0.3": ("unfair_thinness=0.3",),
    "unfair_thinness=0.5": ("unfair_thinness=0.5",),
    "unfair_noise=1": ("unfair_noise=1",),
}
"""World → what is set about it; all against women."""

STRICTER: Final = (0.5, 1.0)
"""Log-odds added to the risk that the model gives women, in worlds where nothing is planted."""

ARRAYS: Final = ("probability", "approved", "bad", "denied", "records", "weights")


def cases_of(world: Scenario, seed: int, businesses: int) -> Cases:
    """Return the later applications of a simulated world, scored by a model of the earlier ones."""
    plan = Plan(businesses, MONTHS, seed, world)
    chunks = list(simulate(businesses, MONTHS, seed, world))
    tables = {name: pl.concat([chunk[name] for chunk in chunks]) for name in chunks[0]}
    del tables["truth"]
    data = DataSet(plan.about(), tables, "0" * 64)
    before = tables["applications"].filter(pl.col("as_of") < TESTED_FROM)
    earlier = training_table(DataSet(data.about, {**tables, "applications": before}, data.digest))
    identity = Identity(fingerprint(), "IDR", data.about.name, data.digest, True, "")  # noqa: FBT003
    model = fit(earlier, identity, seed, QUICK)
    since = int(TESTED_FROM.timestamp()) * 1_000_000
    cases = audited(data, model, since, Policy().most_probability, STANDARD)
    if cases is None:
        raise AssertionError("a simulated world has protected attributes")
    return cases


def kept(folder: Path, world: str, seed: int, businesses: int) -> Cases:
    """Return the cases of a world, from the folder where they are there already."""
    file = folder / f"{world}-{seed}-{businesses}.npz"
    if file.exists():
        with np.load(file) as held:
            groups = {name[7:]: held[name] for name in held if name.startswith("groups/")}
            return Cases.of(groups, **{name: held[name] for name in ARRAYS})
    made = cases_of(scenario([*USUAL, *PLANTED[world]]), seed, businesses)
    groups = {f"groups/{name}": of for name, of in made.groups.items()}
    part = file.with_name("part.npz")
    np.savez_compressed(part, **{name: getattr(made, name) for name in ARRAYS}, **groups)
    part.rename(file)
    return made


def stricter(cases: Cases, by: float) -> Cases:
    """Return the cases as a model would score them that adds log-odds of default for women."""
    log_odds = np.log(cases.probability / (1 - cases.probability))
    probability = probability_of(log_odds + by * (cases.groups["gender"] == "female"))
    approved = (probability <= Policy().most_probability).astype(np.float64)
    return replace(cases, probability=probability, approved=approved)


def said(every: Iterable[Cases]) -> dict[str, object]:
    """Return how often the gate spoke: colours, what was shown of whom, sizes.

    *unequal*: in how many worlds some interval of gender, age or disability has all of itself on
    the bad side of no gap at all. Where nothing is planted that is a miss of the intervals.
    *beyond*: in how many some gap is beyond what is tolerated, chance or not.
    *women*: their mean gap by each measure: what the unfairness moves.
    """
    colours: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    unequal = beyond = 0
    women: defaultdict[str, list[float]] = defaultdict(list)
    sizes: list[tuple[int, int, int]] = []
    for cases in every:
        colours[fairness.gate(cases).colour] += 1
        found = fairness.comparisons(cases)
        shown.update({_named(one) for one in found if fairness.is_shown(one)})
        unequal += any(fairness.is_unequal(one) for one in found if one.attribute != "kecamatan")
        beyond += any(fairness.is_beyond(one) for one in found)
        for one in found:
            if one.group == "female" and one.found.gap is not None:
                women[one.measure.name].append(one.found.gap.value)
        compared = sum(one.found.gap is not None for one in found)
        sizes.append((cases.n, int(np.nansum(cases.bad)), compared))
    medians = [int(x) for x in np.median(sizes, axis=0)]
    return {
        "worlds": colours.total(),
        "red": colours["red"],
        "amber": colours["amber"],
        "unequal": unequal,
        "beyond": beyond,
        "women": {name: round(float(np.mean(gaps)), 3) for name, gaps in women.items()},
        "shown": dict(shown.most_common()),
        **dict(zip(("applicants", "bad", "compared"), medians, strict=True)),
    }


def _named(one: Finding) -> str:
    """Return whose gap it is, all kecamatan as one."""
    whose = one.attribute if one.attribute == "kecamatan" else f"{one.attribute} {one.group}"
    return f"{whose}: {one.measure.name}"


def planned(seeds: range, few: int) -> Iterator[tuple[str, int]]:
    """Yield world and seed of every simulation: those with something planted on *few* seeds."""
    for seed in seeds:
        for world in PLANTED:
            if world == "nothing" or seed in seeds[:few]:
                yield world, seed


def measured(folder: Path, seeds: range, few: int, businesses: int) -> dict[str, object]:
    """Return what the gate said of every world, simulating those that are not kept yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for done, (world, seed) in enumerate(planned(seeds, few), 1):
        kept(folder, world, seed, businesses)
        print(f"{done} {world} {seed}", flush=True)
    plain = [kept(folder, "nothing", seed, businesses) for seed in seeds]
    planted = {
        world: said(kept(folder, world, seed, businesses) for seed in seeds[:few])
        for world in PLANTED
        if world != "nothing"
    }
    shifted = {
        f"score of women worse by {by:g}": said(stricter(c, by) for c in plain) for by in STRICTER
    }
    return {"nothing": said(plain), **planted, **shifted}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=Path, required=True, help="folder of what is done already")
    parser.add_argument("--first", type=int, default=1, help="seed of the first world")
    parser.add_argument("--seeds", type=int, default=100, help="worlds with nothing planted")
    parser.add_argument("--few", type=int, default=10, help="worlds of each kind of unfairness")
    parser.add_argument("--businesses", type=int, default=BUSINESSES)
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.seeds)
    print(json.dumps(measured(asked.kept, seeds, asked.few, asked.businesses)))


if __name__ == "__main__":
    main()

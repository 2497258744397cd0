"""How often an audit sees a gap that was planted, and how often it sees one where there is none.

``python -m benchmarks.power`` simulates worlds, each from a seed of its own: owners, their loans
and the lenders' answers, without records, which no audit of answers looks at. Gender, age and
disability are drawn apart from risk, so before anything is planted none of
their groups is worse off but by chance. Then women's approvals are turned into
denials at random until they are approved 5, 10 or 15 points less often. A gap is *seen* where its
p-value is below 0.05, and *seen among all* where it still is once all comparisons of gender, age
and disability are corrected for (Holm; one of two groups against the other is one comparison), as
`lumbung audit` does.

What a world came to is kept in a folder (``--kept``), so a run that was stopped goes on from there.
It prints a table, and one JSON object as its last line; all of it is simulated.
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

from audit.fairness.cases import Cases, Groups
from audit.fairness.estimate import Z95, Estimate, wilson
from audit.fairness.measures import PARITY
from audit.fairness.significance import among, p_value
from features.rows import Floats
from training.simulated.businesses import draw
from training.simulated.chunk import CHUNK, Chunk
from training.simulated.debts import borrowed
from training.simulated.loans import lend
from training.simulated.protected import group, owners
from training.simulated.scenario import scenario
from training.simulated.selection import answered

SIZES: Final = (500, 2_000, 10_000)
GAPS: Final = (0.0, 0.05, 0.10, 0.15)
MONTHS: Final = 6
LEVEL: Final = 0.05

WORLD: Final = scenario(["refused=0.3"])
"""Lenders deny three of ten, so that there is room for a gap of fifteen points."""


def world(seed: int, businesses: int) -> Cases:
    """Return the answers of a world to its first applications, and who asked."""
    every = [_of_chunk(Chunk(seed, at, MONTHS, WORLD)) for at in range(-(-businesses // CHUNK))]
    approved = np.concatenate([of for of, _ in every])[:businesses]
    names = ("gender", "age", "disability")
    groups = {
        name: np.concatenate([people[name] for _, people in every])[:businesses] for name in names
    }
    return Cases.of(groups, approved=approved)


def _of_chunk(chunk: Chunk) -> tuple[Floats, Groups]:
    """Return 1 for each application financed, 0 for each other, and of which groups it is."""
    businesses = draw(chunk)
    people = owners(businesses, chunk)
    loans = lend(businesses, borrowed(businesses, chunk), chunk)
    members = group(people, chunk.scenario.group)
    financed = answered(loans, members, chunk).financed
    return financed.astype(np.float64), {
        "gender": np.where(group(people, "women"), "female", "male"),
        "age": np.where(group(people, "young"), "young", "older"),
        "disability": np.where(group(people, "disabled"), "with", "without"),
    }


def planted(cases: Cases, gap: float, seed: int) -> Cases:
    """Return the cases with women approved *gap* less often, on average over what is drawn."""
    women = cases.groups["gender"] == "female"
    share = cases.approved[women].mean()
    turned = women & (np.random.default_rng([seed, 7]).random(cases.n) < gap / share)
    return replace(cases, approved=np.where(turned, 0.0, cases.approved))


def seen(cases: Cases) -> tuple[bool, bool]:
    """Return whether a gap of women is seen, by itself and among all comparisons."""
    p_values, whose, same = [], [], []
    for attribute, groups in cases.groups.items():
        for name in np.unique(groups):
            mine = groups == name
            sides = cases.part(mine), cases.part(~mine)
            if PARITY.compare(*sides, Z95).gap is not None:
                p_values.append(p_value(_at(sides), PARITY.equal))
                whose.append((attribute, str(name)))
                same.append(frozenset({mine.tobytes(), (~mine).tobytes()}))
    at = whose.index(("gender", "female"))
    return p_values[at] < LEVEL, bool(among(p_values, same)[at] < LEVEL)


def _at(sides: tuple[Cases, Cases]) -> Callable[[float], Estimate]:
    def gap(z: float) -> Estimate:
        found = PARITY.compare(*sides, z).gap
        if found is None:
            raise AssertionError("there is enough data at any confidence or at none")
        return found

    return gap


def of_world(seed: int, businesses: int) -> dict[str, list[bool]]:
    """Return of each size and gap whether it is seen, by itself and among all."""
    cases = world(seed, businesses)
    return {
        f"{n} {gap:g}": list(seen(planted(cases.part(np.arange(cases.n) < n), gap, seed)))
        for n in SIZES
        if n <= businesses
        for gap in GAPS
    }


def kept(folder: Path, seed: int, businesses: int) -> dict[str, list[bool]]:
    """Return what a world came to, from the folder where it is there already."""
    file = folder / f"{seed}-{businesses}.json"
    if not file.exists():
        making = file.with_suffix(".part")
        making.write_text(json.dumps(of_world(seed, businesses)), encoding="utf-8")
        making.rename(file)
    found: dict[str, list[bool]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def told(every: Sequence[dict[str, list[bool]]]) -> list[dict[str, Any]]:
    """Return of each size and gap how often it was seen, with the interval of that share."""
    rows = []
    for name in every[0]:
        n, gap = name.split()
        alone, among = (float(np.mean([of[name][at] for of in every])) for at in (0, 1))
        by_chance = wilson(alone, len(every), Z95)
        rows.append(
            {
                "applications": int(n),
                "gap": float(gap),
                "worlds": len(every),
                "seen": alone,
                "low": by_chance.low,
                "high": by_chance.high,
                "seen_among_all": among,
            }
        )
    return rows


def main() -> None:
    """Simulate, look, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=Path, required=True, help="a folder of what was found")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--worlds", type=int, default=400)
    parser.add_argument("--businesses", type=int, default=max(SIZES))
    asked = parser.parse_args()
    asked.kept.mkdir(parents=True, exist_ok=True)
    seeds = range(asked.first, asked.first + asked.worlds)
    every = []
    for seed in seeds:
        every.append(kept(asked.kept, seed, asked.businesses))
        print(f"\r{len(every)} of {len(seeds)} worlds", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    rows = told(every)
    for row in rows:
        print("  ".join(f"{name} {value:g}" for name, value in row.items()))
    print(json.dumps({"simulated": True, "rows": rows}))


if __name__ == "__main__":
    main()

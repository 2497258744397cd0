"""Whom the signals send to a person: honest businesses, and those that game, counted apart.

``python -m benchmarks.signals`` simulates businesses of which it is known who games.
``--data DIR`` counts in a data set, of which it is not. Every signal is held against its line in
the policy in force. It prints a table, and one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from audit.result import Policy
from features.rows import Flags, Floats
from features.signals import SIGNALS, compute
from training.datasets import read
from training.engines.kernel import known
from training.simulated.scenario import scenario
from training.simulator import simulate

GAMES = ("circular", "backfilled", "burst")
NAMES = (*(signal.name for signal in SIGNALS), "any")


@dataclass(frozen=True)
class Seen:
    """What the signals said of *n* applications.

    Args:
        values: (n, signals), NaN where missing.
        kinds: kind of business → (n,) which are of it; one may game in several ways.
    """

    values: Floats
    kinds: Mapping[str, Flags]

    def counts(self) -> dict[str, dict[str, tuple[int, int, int]]]:
        """Return kind → signal, or any → of so many: of how many it has a value, how many raise."""
        present = ~np.isnan(self.values)
        lines = [Policy().lines.get(signal.name, np.inf) for signal in SIGNALS]
        raised = self.values >= np.array(lines)
        present, raised = (np.column_stack([x, x.any(axis=1)]) for x in (present, raised))
        return {
            kind: {
                name: (int(of.sum()), int(present[of, place].sum()), int(raised[of, place].sum()))
                for place, name in enumerate(NAMES)
            }
            for kind, of in self.kinds.items()
        }


def of_simulated(chunks: Iterable[Mapping[str, pl.DataFrame]]) -> Seen:
    """Return what is said of simulated applications, whose truth says who games."""
    values, games = [], []
    for tables in chunks:
        asked = tables["applications"]
        values.append(compute(known(tables, asked), "IDR"))
        truth = tables["truth"].select("application_id", *GAMES)
        games.append(asked.join(truth, on="application_id", maintain_order="left").select(GAMES))
    planted = pl.concat(games).to_numpy()
    kinds: dict[str, Flags] = {"honest": np.logical_not(planted.any(axis=1))}
    return Seen(np.vstack(values), kinds | dict(zip(GAMES, planted.T, strict=True)))


def of_data(folder: Path) -> Seen:
    """Return what is said of the applications of a data set."""
    data = read(folder)
    values = compute(known(data.tables, data["applications"]), data.about.currency)
    return Seen(values, {"all": np.ones(len(values), dtype=np.bool_)})


def table(counts: Mapping[str, Mapping[str, tuple[int, int, int]]]) -> str:
    """Return a Markdown table: of each kind how many raise a hand, of those with a value."""
    top = f"| signal | line | {' | '.join(f'{kind}: raised of' for kind in counts)} |"
    lines = {signal.name: f"{signal.line:g}" for signal in SIGNALS}
    rows = [
        f"| `{name}` | {lines.get(name, '')} | "
        + " | ".join(_share(*of[name][1:]) for of in counts.values())
        + " |"
        for name in NAMES
    ]
    every = " | ".join(_share(of["any"][0], of["any"][2]) for of in counts.values())
    whole = f"| any, of all businesses | | {every} |"
    return "\n".join([top, "|---|" + "---|" * (1 + len(counts)), *rows[:-1], whole])


def _share(present: int, raised: int) -> str:
    return f"{raised:,} of {present:,} ({raised / max(present, 1):.2%})"


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, default=10_000, help="for each seed")
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seeds", type=int, nargs="+", default=[102, 103])
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--data", type=Path, help="count in this data set instead")
    asked = parser.parse_args()
    if asked.data:
        seen = of_data(asked.data)
    else:
        world = scenario(asked.set)
        seen = of_simulated(
            tables
            for seed in asked.seeds
            for tables in simulate(asked.businesses, asked.months, seed, world)
        )
    counts = seen.counts()
    print(table(counts))
    print(json.dumps(counts))


if __name__ == "__main__":
    main()

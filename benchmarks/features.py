"""How fast the features are, beside pandas group-bys and beside reading alone.

Run it with ``python -m benchmarks.features``; benchmarks/README.md says what it prints.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.export import write
from benchmarks.frames import frames
from benchmarks.fused.compute import compute as by_pandas_fused
from benchmarks.made_up import USUAL, made_up
from benchmarks.plain.compute import compute as by_pandas
from benchmarks.reading import READERS
from benchmarks.watched import Run, watched
from features.catalogue import NAMES, compute
from features.known import known_at_application
from features.records import APPLICATIONS
from features.rows import Columns, Floats
from features.sources import BUSINESS, SOURCES
from features.table import Table

Figures = dict[str, Any]

WARM_UP = 5
"""Calls before the first that counts."""

SLICE = 5_000
"""Applications that pandas is given at once: what it can hold."""

BASELINES: Mapping[str, str] = {"pandas": "plain", "pandas_fused": "fused"}
"""Either way to compute the features by pandas → its folder here."""


@dataclass(frozen=True)
class Call:
    """What one call took: seconds of the processor, in all threads, and of the wall clock."""

    cpu: float
    wall: float


def request(turns: int, calls: int, seed: int) -> Figures:
    """Race the features of one application, from records in memory as each side holds them.

    Args:
        turns: how often the candidates take their turn.
        calls: how many times a candidate is called in a turn.
        seed: of the business.
    """
    applications, records = made_up(1, USUAL, seed)
    held = frames(applications, records)
    asked = decoded(APPLICATIONS, applications)
    sent = {source: decoded(SOURCES[source], columns) for source, columns in records.items()}
    candidates: dict[str, Callable[[], Floats]] = {
        "lumbung": lambda: compute(known_at_application(asked, sent)),
        "pandas": lambda: by_pandas(held).to_numpy(),
        "pandas_fused": lambda: by_pandas_fused(held).to_numpy(),
    }
    refuse_to_differ({name: candidate() for name, candidate in candidates.items()})
    with threadpool_limits(1):
        for candidate in candidates.values():
            _calls(candidate, WARM_UP)
        taken = [
            {name: _calls(candidate, calls) for name, candidate in candidates.items()}
            for _ in range(turns)
        ]
    return {
        "features": len(NAMES),
        "rows": sum(USUAL.values()),
        "garbage_collector": gc.isenabled(),
        **{name: _in_all([turn[name] for turn in taken]) for name in candidates},
        **{
            f"{name}_takes_times": spread(
                [_cpu(turn[name]) / _cpu(turn["lumbung"]) for turn in taken]
            )
            for name in BASELINES
        },
    }


def decoded(table: Table, columns: Columns) -> Columns:
    """Return the columns of one business as a request's are decoded: its texts as numbers."""
    out = dict(columns)
    for column in table.columns:
        if column == BUSINESS:
            out[column.name] = np.zeros(columns[column.name].size, dtype=np.int64)
        elif column.kind == "text" and column.name in columns:
            texts = columns[column.name]
            places = np.unique(texts, return_inverse=True)[1]
            out[column.name] = np.where(texts == "", np.nan, places)
    return out


def refuse_to_differ(vectors: Mapping[str, Floats]) -> None:
    """End this program unless all candidates give the values of the first."""
    first, *others = vectors.items()
    for name, found in others:
        same = np.isclose(found, first[1], rtol=1e-9, atol=1e-12, equal_nan=True)
        if not same.all():
            wrong = [NAMES[place] for place in np.flatnonzero(~same.all(axis=0))]
            raise SystemExit(f"{name} and {first[0]} differ in {', '.join(wrong)}")


def _calls(candidate: Callable[[], object], times: int) -> list[Call]:
    taken = []
    for _ in range(times):
        cpu, wall = time.process_time(), time.perf_counter()
        candidate()
        taken.append(Call(time.process_time() - cpu, time.perf_counter() - wall))
    return taken


def _cpu(calls: Sequence[Call]) -> float:
    return statistics.median(call.cpu for call in calls)


def _in_all(turns: Sequence[Sequence[Call]]) -> Figures:
    calls = [call for turn in turns for call in turn]
    p50, p99 = np.quantile([call.wall for call in calls], (0.5, 0.99)) * 1000
    return {"cpu_ms": _cpu(calls) * 1000, "p50_ms": float(p50), "p99_ms": float(p99)}


def local(businesses: int, rows: int, turns: int, *, by_business: bool, engine: bool) -> Figures:
    """Race the features of a data set on disk: ours, pandas on a slice, and reading it once.

    Args:
        businesses: how many, with one application each.
        rows: payments of each.
        turns: how often the candidates take their turn.
        by_business: whether the payments are written grouped by business.
        engine: whether ours takes part, or only what it is compared with.
    """
    with tempfile.TemporaryDirectory() as name:
        whole, part, out = (Path(name) / folder for folder in ("whole", "slice", "out.parquet"))
        write(whole, businesses, rows, by_business=by_business)
        write(part, min(SLICE, businesses), rows, by_business=by_business)
        candidates = {
            name: _python(f"benchmarks.{folder}", part) for name, folder in BASELINES.items()
        }
        candidates |= {reader: _python("benchmarks.reading", reader, whole) for reader in READERS}
        if engine:
            candidates["lumbung"] = _python("lumbung", "features", "--data", whole, "--out", out)
        taken = []
        for _ in range(turns):
            out.unlink(missing_ok=True)
            taken.append({name: watched(command) for name, command in candidates.items()})
    return _local_figures(taken, businesses * rows, min(SLICE, businesses) * rows)


def _python(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", *map(str, arguments)]


def _local_figures(taken: Sequence[Mapping[str, Run]], rows: int, sliced: int) -> Figures:
    """Return seconds per million rows of each, and what ours takes of the others' in a turn."""
    turns = [{name: _took(name, run) for name, run in turn.items()} for turn in taken]
    millions = {name: (sliced if name in BASELINES else rows) / 1e6 for name in taken[0]}
    figures: Figures = {
        name: {
            **{
                f"{what}_per_million": spread([turn[name][what] / count for turn in turns])
                for what in ("seconds", "cpu_seconds")
            },
            "peak_mib": max(turn[name].mib for turn in taken),
        }
        for name, count in millions.items()
    }
    floor = min(READERS, key=lambda reader: figures[reader]["seconds_per_million"]["median"])
    figures |= {"rows": rows, "cores": os.cpu_count(), "floor": floor}
    if "lumbung" in millions:
        figures["lumbung_takes_floors"] = spread(
            [turn["lumbung"]["seconds"] / turn[floor]["seconds"] for turn in turns]
        )
        # By time of the processor: ours uses every core, and pandas would with a slice on each.
        figures |= {
            f"{name}_takes_times": spread(
                [
                    turn[name]["cpu_seconds"] / sliced * rows / turn["lumbung"]["cpu_seconds"]
                    for turn in turns
                ]
            )
            for name in BASELINES
        }
    return figures


def _took(name: str, run: Run) -> dict[str, float]:
    """Return what a run took: ours with its start and end, of the others their work alone."""
    if name == "lumbung":
        return {"seconds": run.seconds, "cpu_seconds": run.cpu_seconds}
    said: dict[str, float] = json.loads(run.said)
    return said


CONTESTS: Mapping[str, Callable[..., Figures]] = {"request": request, "local": local}
"""Name → what runs a contest and returns its figures."""


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median of some values, and how far they reach."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def lines(figures: Figures, inside: str = "") -> list[str]:
    """Return figures as lines to read, each named by its path; a spread takes one line."""
    told = []
    for name, value in figures.items():
        if not isinstance(value, dict):
            shown = f"{value:,.3f}" if isinstance(value, float) else str(value)
            told.append(f"{inside + name:<40} {shown}")
        elif "median" in value:
            shown = "{median:,.3f} [{min:,.3f}, {max:,.3f}]".format(**value)
            told.append(f"{inside + name:<40} {shown}")
        else:
            told += lines(value, f"{inside}{name}.")
    return told


def _asked(arguments: Sequence[str] | None = None) -> Figures:
    parser = argparse.ArgumentParser(description=__doc__)
    contests = parser.add_subparsers(dest="contest", help="both when none is named")
    one = contests.add_parser("request", help="one application, records in memory")
    one.add_argument("--turns", type=int, default=15)
    one.add_argument("--calls", type=int, default=40, help="of each candidate in a turn")
    one.add_argument("--seed", type=int, default=1)
    many = contests.add_parser("local", help="a data set on disk")
    many.add_argument("--businesses", type=int, default=200_000)
    many.add_argument("--rows", type=int, default=200, help="payments of each business")
    many.add_argument("--turns", type=int, default=3)
    many.add_argument("--by-business", action="store_true", help="write them grouped")
    many.add_argument("--without-engine", dest="engine", action="store_false")
    return vars(parser.parse_args(arguments))


def _usual(contest: str) -> Figures:
    """Return what a contest is run with when nothing else is asked."""
    usual = _asked([contest])
    del usual["contest"]
    return usual


def main() -> None:
    """Run one contest or both, and print the figures and one JSON object on the last line."""
    asked = _asked()
    contest = asked.pop("contest")
    if contest is None:
        figures = {name: run(**_usual(name)) for name, run in CONTESTS.items()}
    else:
        figures = CONTESTS[contest](**asked)
    print("\n".join(lines(figures)))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

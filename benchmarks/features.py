"""How fast the features are, beside pandas group-bys and beside reading alone.

Run it with ``python -m benchmarks.features``; benchmarks/README.md says what it prints.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.export import write
from benchmarks.frames import frames
from benchmarks.fused.compute import compute as by_pandas_fused
from benchmarks.made_up import USUAL, made_up
from benchmarks.plain.compute import compute as by_pandas
from benchmarks.reading import READERS
from benchmarks.turns import Figures, Took, in_turns, parser, quantiles, spread, tell, timed, times
from benchmarks.watched import Run, watched
from features.catalogue import NAMES, compute
from features.known import known_at_application
from features.records import APPLICATIONS
from features.rows import Columns, Floats
from features.sources import BUSINESS, SOURCES
from features.table import Table

WARM_UP = 5
"""Calls before the first that counts."""

SLICE = 5_000
"""Applications that pandas is given at once: what it can hold."""

BASELINES: Mapping[str, str] = {"pandas": "plain", "pandas_fused": "fused"}
"""Either way to compute the features by pandas → its folder here."""


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
        taken = in_turns(
            {name: partial(_calls, candidate, calls) for name, candidate in candidates.items()},
            turns,
        )
    return {
        "features": len(NAMES),
        "rows": sum(USUAL.values()),
        "garbage_collector": gc.isenabled(),
        **{name: _in_all(called) for name, called in taken.items()},
        **_takes_times({name: list(map(_cpu, called)) for name, called in taken.items()}),
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


def _calls(candidate: Callable[[], object], calls: int) -> list[Took]:
    return [timed(candidate) for _ in range(calls)]


def _cpu(calls: Sequence[Took]) -> float:
    return statistics.median(call.cpu_seconds for call in calls)


def _in_all(turns: Sequence[Sequence[Took]]) -> Figures:
    calls = [call for turn in turns for call in turn]
    return {"cpu_ms": _cpu(calls) * 1000, **quantiles([call.seconds for call in calls])}


def _takes_times(took: Mapping[str, Sequence[float]]) -> Figures:
    """Return how many times ours pandas takes, of what each took in each turn."""
    return {f"{name}_takes_times": times(took)[name] for name in BASELINES}


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
        taken = in_turns(
            {name: partial(_run, command, out) for name, command in candidates.items()}, turns
        )
    return _local_figures(taken, businesses * rows, min(SLICE, businesses) * rows)


def _run(command: Sequence[str], out: Path) -> Run:
    out.unlink(missing_ok=True)
    return watched(command)


def _python(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", *map(str, arguments)]


def _local_figures(taken: Mapping[str, Sequence[Run]], rows: int, sliced: int) -> Figures:
    """Return seconds per million rows of each, and what ours takes of the others' in a turn."""
    millions = {name: (sliced if name in BASELINES else rows) / 1e6 for name in taken}
    per_million = {
        what: {
            name: [_took(name, run)[what] / millions[name] for run in runs]
            for name, runs in taken.items()
        }
        for what in ("seconds", "cpu_seconds")
    }
    figures: Figures = {
        name: {
            **{f"{what}_per_million": spread(of[name]) for what, of in per_million.items()},
            "peak_mib": max(run.mib for run in runs),
        }
        for name, runs in taken.items()
    }
    floor = min(READERS, key=lambda reader: figures[reader]["seconds_per_million"]["median"])
    figures |= {"rows": rows, "cores": os.cpu_count(), "floor": floor}
    if "lumbung" in millions:
        figures["lumbung_takes_floors"] = times(per_million["seconds"], ours=floor)["lumbung"]
        # By time of the processor: ours uses every core, and pandas would with a slice on each.
        figures |= _takes_times(per_million["cpu_seconds"])
    return figures


def _took(name: str, run: Run) -> dict[str, float]:
    """Return what a run took: ours with its start and end, of the others their work alone."""
    if name == "lumbung":
        return {"seconds": run.seconds, "cpu_seconds": run.cpu_seconds}
    said: dict[str, float] = json.loads(run.said)
    return said


CONTESTS: Mapping[str, Callable[..., Figures]] = {"request": request, "local": local}
"""Name → what runs a contest and returns its figures."""


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
    asks = parser(__doc__)
    contests = asks.add_subparsers(dest="contest", help="both when none is named")
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
    return vars(asks.parse_args(arguments))


def _usual(contest: str) -> Figures:
    """Return what a contest is run with when nothing else is asked."""
    usual = _asked([contest])
    return {name: said for name, said in usual.items() if name not in ("contest", "keep")}


def main() -> None:
    """Run one contest or both, and print the figures and one JSON object on the last line."""
    asked = _asked()
    contest, keep = asked.pop("contest"), asked.pop("keep")
    if contest is None:
        figures = {name: run(**_usual(name)) for name, run in CONTESTS.items()}
    else:
        figures = CONTESTS[contest](**asked)
    print("\n".join(lines(figures)))
    tell("features", figures, keep=keep)


if __name__ == "__main__":
    main()

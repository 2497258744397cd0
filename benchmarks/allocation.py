"""Allocation beside what people would use instead: same made-up pools, same limits, in one run.

``python -m benchmarks.allocation`` gives each method a process of its own, one after the other:
ours, greedy, deferred acceptance (ours, and the library ``matching``), and the solvers that come
with OR-Tools on the whole model. Solvers end at a gap of 0.1% or when their time is up. What each
chose is counted again from the raw pool; the gap of everyone is to the least bound that anyone
proved. Then ours alone on pools of growing size. The pools are made up; it takes `make peers`;
the last line is one JSON object, from which ``python -m benchmarks.pictured`` makes the page.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.allocated import GAP, METHODS
from benchmarks.programmes import made
from benchmarks.recount import recount
from benchmarks.turns import Figures, parser, tell
from benchmarks.watched import watched
from matching.allocation.pool import Ints, Pool
from matching.allocation.preference import applicants_order, lenders_order
from matching.allocation.programme import Programme
from matching.allocation.rows import rows_of
from matching.allocation.stability import blocking_pairs
from matching.allocation.system import system_of

GRACE: Final = 60.0
"""Seconds that a method may go on beyond its time, before it is ended."""


def contest(n: int, methods: Sequence[str], seconds: float, seed: int = 1) -> Figures:
    """Return the figures of each method on one pool of n applications.

    Args:
        n: applications.
        methods: names of `METHODS`.
        seconds: that each may take; it is ended a minute later where it does not stop by itself.
        seed: of the pool.
    """
    programme, pool = made(n, seed=seed)
    each = {}
    for name in methods:
        each[name] = _figures(name, (programme, pool), n, seed, seconds)
        print(f"{n:>7,} {name:<20} {_line(each[name])}", flush=True)
    bounds = [one["bound"] for one in each.values() if one.get("bound") is not None]
    bound = min(bounds, default=None)  # None where nobody proved any
    for one in each.values():
        worth = one.get("worth")
        one["gap"] = 1 - worth / bound if bound and worth is not None else None
    pairs, limits = int(pool.fits.sum()), len(programme.limits) + len(programme.floors)
    return {"applicants": n, "pairs": pairs, "limits": limits, "bound": bound, "methods": each}


def _figures(
    name: str, made_up: tuple[Programme, Pool], n: int, seed: int, seconds: float
) -> Figures:
    """Return what a method said of itself, what it took, and what it comes to counted again."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chosen.npy"
        asked = [name, str(n), str(seed), str(seconds), str(file)]
        try:
            run = watched([sys.executable, "-m", "benchmarks.allocated", *asked], seconds + GRACE)
        except subprocess.TimeoutExpired as ended:
            return {"seconds": ended.timeout, "ended": True}
        found = {**json.loads(run.said.splitlines()[-1]), "mib": run.mib}
        del found["chosen"]
        if not file.exists():
            return found
        return found | _counted(*made_up, np.load(file))


def _counted(programme: Programme, pool: Pool, chosen: Ints) -> Figures:
    system = system_of(programme.objective, pool, rows_of(programme, pool))
    orders = lenders_order(programme, pool), applicants_order(pool)
    return {
        **asdict(recount(programme, pool, chosen)),
        "blocking_pairs": blocking_pairs(system, chosen, *orders),
    }


def _line(one: Figures) -> str:
    took = f"{one['seconds']:>8.1f} s"
    if one.get("ended"):
        return f"{took}  ended"
    worth = f"{one['worth'] / 1e9:,.3f} billion" if "worth" in one else "nothing"
    broken = len(one.get("broken", ()))
    return f"{took} {one['mib']:>7,.0f} MiB  {worth}" + (
        f", {broken} limits broken" if broken else ""
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Race, and print."""
    asks = parser(__doc__)
    asks.add_argument("--applicants", type=int, nargs="*", default=[1000, 10_000])
    asks.add_argument(
        "--growth", type=int, nargs="*", default=[1000, 3000, 10_000, 30_000, 100_000]
    )
    asks.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS))
    asks.add_argument("--seconds", type=float, default=120.0, help="of each method")
    asks.add_argument("--seed", type=int, default=1)
    asks.add_argument("--quick", action="store_true", help="one small pool, ten seconds each")
    asked = asks.parse_args(arguments)
    sizes, growth, seconds = asked.applicants, asked.growth, asked.seconds
    if asked.quick:
        sizes, growth, seconds = [300], [], 10.0
    figures = {
        "seconds": seconds,
        "gap": GAP,
        "contests": [contest(n, asked.methods, seconds, asked.seed) for n in sizes],
        "growth": [contest(n, ["lumbung"], 2 * seconds, asked.seed) for n in growth],
    }
    tell("allocation", figures, arguments, asked.keep)


if __name__ == "__main__":
    main()

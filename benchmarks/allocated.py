"""One method's allocation of one made-up pool, in a process of its own.

``python -m benchmarks.allocated METHOD N SEED SECONDS FILE`` writes what it chose, (n) the place
of each application's product or -1, to FILE, and prints one JSON object: an `Answer` without it.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.programmes import made
from benchmarks.recount import latest, proven
from benchmarks.whole import MILLION, whole
from matching.allocation.allocate import allocate
from matching.allocation.deferred import deferred_acceptance
from matching.allocation.greedy import greedy
from matching.allocation.pool import Ints, Pool
from matching.allocation.preference import applicants_order, lenders_order
from matching.allocation.programme import Programme
from matching.allocation.rows import rows_of
from matching.allocation.system import System, system_of

ROOT: Final = Path(__file__).resolve().parents[1]
PEERS: Final = ROOT / ".cache" / "peers"
"""Where `make peers` puts what cannot stand beside our own folders."""

GAP: Final = 1e-3


@dataclass(frozen=True)
class Answer:
    """What a method says of itself.

    Args:
        seconds: from the pool in memory to what is chosen.
        bound: no allocation is worth more, rupiah; None where it proves nothing.
        told: seconds until all was said: reasons, prices, other methods beside; None where a
            method says nothing but what it chose.
        chosen: (n) the place of each product; None where it found nothing in its time.
    """

    seconds: float
    bound: float | None = None
    told: float | None = None
    chosen: Ints | None = None


Method = Callable[[Programme, Pool, float], Answer]


def by_lumbung(programme: Programme, pool: Pool, seconds: float) -> Answer:
    """Return our allocation, its bound added up again from its prices."""
    begun = time.perf_counter()
    found = allocate(programme, pool, GAP, seconds)
    told = time.perf_counter() - begun
    places = {one.product_id: place for place, one in enumerate(pool.products)}
    chosen = [places.get(one.product_id or "", -1) for one in found.outcomes]
    prices = {one.name: one.price for one in found.limits}
    prices |= {one.name: one.price for one in found.floors}
    bound = proven(programme, pool, prices)
    return Answer(found.sums.seconds, bound, told, np.array(chosen, dtype=np.int64))


def by_greedy(programme: Programme, pool: Pool, _: float) -> Answer:
    """Return what is done without a solver."""
    return _timed(programme, pool, greedy)


def by_deferred_acceptance(programme: Programme, pool: Pool, _: float) -> Answer:
    """Return our deferred acceptance, which keeps every limit."""
    return _timed(
        programme,
        pool,
        lambda system: deferred_acceptance(
            system, lenders_order(programme, pool), applicants_order(pool)
        ),
    )


def _timed(programme: Programme, pool: Pool, way: Callable[[System], Ints]) -> Answer:
    begun = time.perf_counter()
    chosen = way(system_of(programme.objective, pool, rows_of(programme, pool)))
    return Answer(time.perf_counter() - begun, chosen=chosen)


def by_hospitals(programme: Programme, pool: Pool, seconds: float) -> Answer:
    """Return deferred acceptance by the library ``matching``, which knows places and no rupiah.

    A product has as many places as its budget has loans of the usual amount that fits it.
    """
    budgets = {one.products: one.at_most or 0 for one in programme.limits if one.unit == "rupiah"}
    fits = pool.fits & latest(pool)[:, None]
    wishes, lenders = applicants_order(pool).argsort(axis=1), lenders_order(programme, pool)
    names = [one.product_id for one in pool.products]
    hospitals, capacities = {}, {}
    for j, name in enumerate(names):
        who = np.flatnonzero(fits[:, j])
        if who.size:
            hospitals[name] = [str(i) for i in who[lenders[who, j].argsort()]]
            capacities[name] = max(int(budgets[(name,)] / pool.amount[who].mean()), 1)
    residents = {
        str(i): [names[j] for j in wishes[i] if fits[i, j]]
        for i in np.flatnonzero(fits.any(axis=1))
    }
    asked = {"residents": residents, "hospitals": hospitals, "capacities": capacities}
    said = subprocess.run(  # noqa: S603  a program of ours
        [sys.executable, "-P", str(ROOT / "benchmarks" / "hospitals.py"), str(seconds)],
        env={"PYTHONPATH": str(PEERS)},
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    played = json.loads(said.stdout)
    if played["taken"] is None:
        return Answer(played["seconds"])
    chosen = np.full(len(pool), -1, dtype=np.int64)
    for name, many in played["taken"].items():
        chosen[[int(one) for one in many]] = names.index(name)
    return Answer(played["seconds"], chosen=chosen)


def by_ortools(solver: str) -> Method:
    """Return the method that hands the whole model to one of OR-Tools' solvers."""

    def answer(programme: Programme, pool: Pool, seconds: float) -> Answer:
        solvers = importlib.import_module("benchmarks.solvers")  # which not every process has
        begun = time.perf_counter()
        model = whole(programme, pool)
        columns, bound = solvers.solved(model, solver, seconds, GAP)
        took = Answer(time.perf_counter() - begun, None if bound is None else bound * MILLION)
        if columns is None:
            return took
        chosen = np.full(len(pool), -1, dtype=np.int64)
        chosen[model.application[columns]] = model.product[columns]
        return replace(took, chosen=chosen)

    return answer


METHODS: Final[dict[str, Method]] = {
    "lumbung": by_lumbung,
    "greedy": by_greedy,
    "deferred_acceptance": by_deferred_acceptance,
    "matching": by_hospitals,
    "cp_sat": by_ortools("cp_sat"),
    "scip": by_ortools("scip"),
    "highs": by_ortools("highs"),
    "glop": by_ortools("glop"),
    "pdlp": by_ortools("pdlp"),
}


def main() -> None:
    """Allocate, write what was chosen, and print the rest."""
    method, n, seed, seconds, file = sys.argv[1:]
    if method not in ("lumbung", "greedy", "deferred_acceptance"):
        sys.path.insert(1, str(PEERS))  # after ours, before the environment
    programme, pool = made(int(n), seed=int(seed))
    answer = METHODS[method](programme, pool, float(seconds))
    if answer.chosen is not None:
        np.save(Path(file), answer.chosen)
    print(json.dumps(asdict(replace(answer, chosen=None))))


if __name__ == "__main__":
    main()

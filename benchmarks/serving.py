"""Our service beside what people would use instead, over HTTP, in turns, in one run.

``python -m benchmarks.serving`` starts `benchmarks.contest`'s services on loopback and lets them
take turns of some seconds, asked on one connection and on many by a client on the same cores:

- ``lumbung`` takes records that it keeps, of businesses with the fewer payments of ``--payments``,
  ``lumbung_more`` of those with more, and ``lumbung_sent`` has as many in the request;
- ``naive`` takes the records of the first from its tables, and ``naive_sent`` what the third has;
- ``bare`` has a feature vector in the request: no records, database, keys or matching.

Then one row in one process: our trees, and scikit-learn's wrapper with a data frame. It prints a
table, and one JSON object as its last line.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from benchmarks.contest import AS_MUCH, Candidate, Given, Turn, candidates
from benchmarks.peers.wrapped import classifier
from benchmarks.prepared import businesses
from benchmarks.review import champion
from benchmarks.turns import (
    Figures,
    in_turns,
    parser,
    quantiles,
    spread,
    tell,
    timed,
    times,
)
from benchmarks.worlds import world
from features.catalogue import NAMES
from features.rows import Floats
from models.risk import RiskModel
from serving.store import database
from serving.tables import DecisionRow

MONTHS: Final = 24
WARM: Final = 1.0
"""Seconds that each answers before any of its answers counts."""


def raced(given: Given, rounds: int, seconds: float, connections: int) -> Figures:
    """Return what came of turns of so many seconds each: on one connection, and on many."""
    with candidates(given) as held:
        for one in held.values():
            one.answer(connections, min(seconds, WARM))
        alone, many = (
            in_turns(
                {name: partial(one.answer, at_once, seconds) for name, one in held.items()}, rounds
            )
            for at_once in (1, connections)
        )
        memory = {name: held[name].server.memory() for name in ("lumbung", "naive", "bare")}
    return {
        "candidates": {name: _told(alone[name], many[name]) for name in held},
        "times": {name: _times(alone, many, name, its) for name, its in AS_MUCH.items()},
        "memory": memory,
        "answers": {name: _answers(held[name]) for name in held if name not in AS_MUCH},
        "decisions_kept": _decisions(given),
    }


def _told(alone: Sequence[Turn], many: Sequence[Turn]) -> Figures:
    """Return the figures of a candidate: alone for how long, many for how much."""
    seconds = [took for turn in alone for took in turn.came.took]
    answers = sum(len(turn.came.took) for turn in many)
    return {
        "requests": len(seconds) + answers,
        **quantiles(seconds),
        "p50_ms_by_turn": spread([quantiles(turn.came.took)["p50_ms"] for turn in alone]),
        "cpu_ms": spread([turn.cpu_each * 1000 for turn in alone]),
        "many": {
            "per_second": spread([turn.per_second for turn in many]),
            **quantiles([took for turn in many for took in turn.came.took]),
            "cpu_ms": spread([turn.cpu_each * 1000 for turn in many]),
            "client_cpu_ms": sum(turn.came.cpu_seconds for turn in many) / answers * 1000,
        },
        "request_bytes": round(sum(turn.came.sent for turn in many) / answers),
        "answer_bytes": round(sum(turn.came.received for turn in many) / answers),
    }


def _times(
    alone: Mapping[str, Sequence[Turn]], many: Mapping[str, Sequence[Turn]], name: str, its: str
) -> Figures:
    """Return how many times what a peer does ours does a second, and ours takes alone."""
    both = (its, name)
    p50 = {one: [quantiles(turn.came.took)["p50_ms"] for turn in alone[one]] for one in both}
    cpu = {one: [turn.cpu_each for turn in many[one]] for one in both}
    much = {one: [turn.per_second for turn in many[one]] for one in both}
    return {
        "of": its,
        "per_second": times(much, its, most=True)[name],
        "p50": times(p50, its)[name],
        "cpu": times(cpu, its)[name],
    }


def _answers(ours: Candidate) -> Figures:
    """Return what is in our answers: the shares with reasons, with offers and with next steps."""
    parts = ("reasons", "offers", "next_steps")
    return {part: float(np.mean([bool(one[part]) for one in ours.answers])) for part in parts}


def _decisions(given: Given) -> int:
    """Return how many decisions are in the database, asked without the service."""
    engine = database.connect(given.database)
    with database.session(engine) as session:
        kept = session.scalar(select(func.count()).select_from(DecisionRow)) or 0
    engine.dispose()
    return kept


def one_row(model: RiskModel, vectors: Floats, turns: int) -> Figures:
    """Return what the probability of one row takes, by our trees and by scikit-learn's wrapper.

    Raises AssertionError where the two differ.
    """
    theirs = classifier(model.text)
    rows = np.split(vectors, len(vectors))
    held = [pd.DataFrame(row, columns=list(NAMES)) for row in rows]
    own = [float(model.margin(row)[0]) for row in rows]
    other = [float(np.asarray(theirs.predict_proba(row))[0, 1]) for row in held]
    if not np.allclose(1 / (1 + np.exp(-np.array(own))), other, rtol=1e-9):
        raise AssertionError("the wrapper's probability is not that of our margin")
    took = in_turns(
        {
            "lumbung": lambda: timed(lambda: [model.margin(row) for row in rows]),
            "predict_proba": lambda: timed(lambda: [theirs.predict_proba(row) for row in held]),
        },
        turns,
    )
    cpu = {name: [one.cpu_seconds / len(rows) for one in found] for name, found in took.items()}
    told: Figures = {name: spread([one * 1e6 for one in found]) for name, found in cpu.items()}
    return {"rows": len(rows), "cpu_us": told, "times": times(cpu)["predict_proba"]}


def lines(found: Figures) -> list[str]:
    """Return figures as lines to read."""
    head = (
        "candidate       p50 ms  p99 ms  cpu ms  | many: answers/s  p50 ms  cpu ms | client cpu ms"
    )
    rows = [
        f"{name:<14} {one['p50_ms']:>7.2f} {one['p99_ms']:>7.2f} {one['cpu_ms']['median']:>7.2f}"
        f"  | {one['many']['per_second']['median']:>8.1f} {one['many']['p50_ms']:>13.1f}"
        f" {one['many']['cpu_ms']['median']:>7.2f} | {one['many']['client_cpu_ms']:.3f}"
        for name, one in found["candidates"].items()
    ]
    ratios = [
        f"{one['of']} does {one['per_second']['median']:.1f} times as much as {name}"
        f" ({one['per_second']['min']:.1f} to {one['per_second']['max']:.1f})"
        for name, one in found["times"].items()
    ]
    return [head, *rows, *ratios, f"memory {json.dumps(found['memory'])}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepare, race, and print."""
    asks = parser(__doc__)
    asks.add_argument("--rounds", type=int, default=5)
    asks.add_argument("--seconds", type=float, default=3.0, help="of each turn")
    asks.add_argument("--payments", type=int, nargs=2, default=[600, 2000], help="few, more")
    asks.add_argument("--businesses", type=int, default=24, help="with either")
    asks.add_argument("--world", type=int, nargs=2, default=[2000, 1500], help="fit, ask")
    asks.add_argument("--products", type=int, default=20)
    asks.add_argument("--connections", type=int, default=16, help="when there are many")
    asks.add_argument("--workers", type=int, default=2, help="of each server")
    asked = asks.parse_args(arguments)
    fitted, others = asked.world
    model, tables = champion(world(fitted, 18, 11)), world(others, MONTHS, 12).tables
    few, more = (businesses(tables, number, asked.businesses) for number in asked.payments)
    with tempfile.TemporaryDirectory() as name:
        given = Given(Path(name), model, few, more, asked.products, asked.workers)
        found = raced(given, asked.rounds, asked.seconds, asked.connections)
    figures: dict[str, Any] = {
        "payments": asked.payments,
        "businesses": [len(few), len(more)],
        "products": asked.products,
        "workers": asked.workers,
        "connections": asked.connections,
        "rounds": asked.rounds,
        "seconds": asked.seconds,
        **found,
        "one_row": one_row(model, np.random.default_rng(1).normal(size=(50, len(NAMES))), 20),
    }
    print("\n".join(lines(figures)))
    tell("serving", figures, arguments, asked.keep)


if __name__ == "__main__":
    main()

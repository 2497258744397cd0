"""Every application's outcome, and why it is not another: which limit left no room.

A product that fits and is cheaper than what was allocated, or any where nothing was, could
not be had: some row had less room than the application weighs. Which row is exact
arithmetic; where several had none, the one with the highest price is named. The place
in its queue orders all who ask for a part of it by what a unit of it does with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.allocation.pool import Floats, Ints, Pool
from matching.allocation.preference import applicants_order
from matching.allocation.result import Code, NoRoom, Outcome
from matching.allocation.solving import Solved
from matching.allocation.system import System, current


@dataclass(frozen=True)
class _Queue:
    """Who asks for a part of a row: places from 1 (0: does not ask), and how far it reached."""

    places: Ints
    last: int


def outcomes(pool: Pool, system: System, solved: Solved) -> tuple[Outcome, ...]:
    """Return what each application got, and why not something else, in the order of the pool."""
    order = applicants_order(pool)
    kept = _kept_away(system, solved)
    queues = {k: _queue(system, solved, k) for k in range(len(system.rows)) if solved.prices[k] > 0}
    fitting, counts = pool.fits.sum(axis=1).tolist(), current(pool)
    return tuple(
        _outcome(pool, system, i, (order[i], kept[i], queues), int(solved.chosen[i]), many)
        if counts[i]
        else Outcome(pool.application_ids[i], "another_request", None, None, many, ())
        for i, many in enumerate(fitting)
    )


def _outcome(
    pool: Pool,
    system: System,
    i: int,
    known: tuple[Ints, Ints, dict[int, _Queue]],
    product: int,
    fitting: int,
) -> Outcome:
    order, kept, queues = known
    wishes = np.argsort(order, kind="stable")[:fitting].tolist()
    choice = wishes.index(product) if product >= 0 else None
    dearer = np.inf if choice is None else pool.cost[i, product]
    missed = [j for j in wishes if kept[j] >= 0 and pool.cost[i, j] < dearer]
    no_room = tuple(
        _no_room(pool.products[j].product_id, system, i, int(kept[j]), queues) for j in missed
    )
    without: Code = "no_room" if fitting else "no_product_fits"
    return Outcome(
        application_id=pool.application_ids[i],
        code=without if choice is None else "allocated",
        product_id=None if choice is None else pool.products[product].product_id,
        choice=None if choice is None else choice + 1,
        fitting=fitting,
        no_room=no_room,
    )


def _no_room(
    product_id: str, system: System, i: int, row: int, queues: dict[int, _Queue]
) -> NoRoom:
    queue = queues.get(row)
    place = int(queue.places[i]) if queue is not None else 0
    name = system.rows[row].name
    if queue is None or place <= queue.last:
        return NoRoom(product_id, name, None, None)
    return NoRoom(product_id, name, queue.last, place)


def _kept_away(system: System, solved: Solved) -> Ints:
    """Return (n, p) the row that leaves no room for each choice; -1 where every row has."""
    room, chosen = system.room(solved.chosen), solved.chosen
    about = np.hstack([system.about, np.zeros((len(room), 1), dtype=bool)]).astype(np.int64)
    dearest = np.argsort(solved.prices, kind="stable")
    kept = np.full(system.value.shape, -1, dtype=np.int64)
    for k in dearest.tolist():
        weight = system.weight[k]
        change = (about[k][None, :-1] - about[k][chosen][:, None]) * weight[:, None]
        kept[(change > room[k]) & (change > 0)] = k
    return kept


def _queue(system: System, solved: Solved, k: int) -> _Queue:
    """Return the queue for a row: by what a unit of it does, net of the prices of all others."""
    others = solved.prices.copy()
    others[k] = 0
    everyone = system.choosing
    asking = everyone[system.weight[k, everyone] > 0]
    net = np.where(system.about[k], system.net(others, asking), -np.inf).max(
        axis=1, initial=-np.inf
    )
    asking, net = asking[np.isfinite(net)], net[np.isfinite(net)]
    does: Floats = net / system.scaled[k, asking]
    places = np.zeros(len(system.value), dtype=np.int64)
    places[asking[np.argsort(-does, kind="stable")]] = np.arange(1, len(asking) + 1)
    return _Queue(places, int((does >= solved.prices[k]).sum()))

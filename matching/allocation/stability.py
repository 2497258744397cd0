"""Blocking pairs: an applicant and a product whose lender would both rather have each other.

The applicant would pay less than for what they have, or has nothing. The lender has room, or
would make it by letting go of one other with the same product whom it prefers less, with every
row kept that counts the applicant; minimums that others help to keep are not looked at.
"""

from __future__ import annotations

import numpy as np

from matching.allocation.pool import Bools, Ints
from matching.allocation.system import System


def blocking_pairs(system: System, chosen: Ints, lenders: Ints, applicants: Ints) -> int:
    """Return how many pairs block an allocation; 0 is a stable one.

    Args:
        system: the rows, and what fits.
        chosen: (n) the product of each application; -1 for none.
        lenders: (n, p) each application's place in the order of each product's lender.
        applicants: (n, p) each product's place in the order of each applicant.
    """
    n, p = system.value.shape
    now = np.append(applicants, np.full((n, 1), p), axis=1)[np.arange(n), chosen]
    wanted = (applicants < now[:, None]) & np.isfinite(system.value)
    room = system.room(chosen)
    return sum(_blocking(system, chosen, lenders[:, j], room, (j, wanted[:, j])) for j in range(p))


def _blocking(
    system: System, chosen: Ints, order: Ints, room: Ints, asked: tuple[int, Bools]
) -> int:
    """Return how many of those who want product *j* would be taken for it."""
    j, wants = asked
    rows = np.flatnonzero(system.about[:, j])
    asking, holding = np.flatnonzero(wants), np.flatnonzero(chosen == j)
    held = chosen[asking]
    given = np.where(system.about[np.ix_(rows, held)] & (held >= 0), 1, 0)
    weight = system.weight[np.ix_(rows, asking)]
    missing = np.maximum(weight * (1 - given) - np.maximum(room[rows], 0)[:, None], 0)
    missing[weight * (1 - given) <= 0] = 0
    return _taken(missing, order[asking], system.weight[np.ix_(rows, holding)], order[holding])


def _taken(missing: Ints, asking: Ints, holding: Ints, held: Ints) -> int:
    """Return how many find room, or one less preferred whose leaving makes enough of it.

    Args:
        missing: (rows, asking) what is missing in each row.
        asking: (asking) places in the lender's order.
        holding: (rows, holding) what those who hold the product weigh.
        held: (holding) their places in the lender's order.
    """
    needs = missing > 0
    free = ~needs.any(axis=0)
    needs, least, place = needs[:, ~free], missing[:, ~free], asking[~free]
    kinds = _kinds(needs)
    order = np.argsort(kinds, kind="stable")
    taken = 0
    for mine in np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1):
        if len(mine):
            rows = needs[:, mine[0]]
            taken += _exchanged(least[np.ix_(rows, mine)], place[mine], holding[rows], held)
    return int(free.sum()) + taken


def _kinds(needs: Bools) -> Ints:
    """Return a number for each column, the same where the columns are."""
    kinds = np.zeros(needs.shape[1], dtype=np.int64)
    for row in needs:
        kinds = np.unique(2 * kinds + row, return_inverse=True)[1].ravel()
    return kinds


def _exchanged(least: Ints, place: Ints, holding: Ints, held: Ints) -> int:
    """Return how many find one less preferred who weighs enough in every row that is short.

    Many rows weigh those who hold the product alike, each by the amount or all as one, and where
    any of them weighs enough a row decides nothing: mostly one is left, for which the heaviest of
    those less preferred answers.
    """
    within = (holding > 0).all(axis=0)
    if not within.any():
        return 0
    order = np.flatnonzero(within)[np.argsort(-held[within], kind="stable")]
    weights, places = holding[:, order], held[order]
    different, of = np.unique(weights, axis=0, return_inverse=True)
    needed = np.zeros((len(different), len(place)), dtype=np.int64)
    np.maximum.at(needed, of.ravel(), least)
    until = np.searchsorted(-places, -place, side="left")
    decides = different.min(axis=1) < needed.max(axis=1)
    different, needed = different[decides], needed[decides]
    if len(different) <= 1:
        heaviest = np.maximum.accumulate(np.append(0, different.max(axis=0, initial=1)))
        return int((heaviest[until] >= needed.max(axis=0, initial=1)).sum())
    return sum(
        bool((different[:, :end] >= needed[:, mine, None]).all(axis=0).any())
        for mine, end in enumerate(until.tolist())
    )

"""A programme as one integer model, whole, as a textbook writes it.

A column for each pair of application and product that fits, 0 or 1; a row for each business,
limit and floor. Rupiah are in millions, so that the numbers lie near one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.recount import about, latest
from matching.allocation.pool import Floats, Ints, Pool
from matching.allocation.programme import Floor, Limit, Programme

MILLION: Final = 1_000_000
UNITS: Final = {"rupiah": MILLION, "businesses": 1}


@dataclass(frozen=True)
class Whole:
    """The model: most of worth · x, where lower ≤ A x ≤ upper and each of x is 0 or 1.

    Args:
        application, product: (k) the pair of each column.
        worth: (k) million rupiah expected back.
        row, column, value: the entries of A.
        lower, upper: (m).
    """

    application: Ints
    product: Ints
    worth: Floats
    row: Ints
    column: Ints
    value: Floats
    lower: Floats
    upper: Floats


def whole(programme: Programme, pool: Pool) -> Whole:
    """Return the model of a programme whose objective is ``expected_repaid``."""
    who, what = np.nonzero(pool.fits & latest(pool)[:, None])
    amount = pool.amount[who] / MILLION
    counted = {"rupiah": amount, "businesses": np.ones(len(who))}
    _, business = np.unique(who, return_inverse=True)
    many = int(business.max(initial=-1)) + 1
    of_limits = [
        np.where(about(one, pool)[who, what], counted[one.unit], 0) for one in programme.limits
    ]
    of_floors = [_over(one, pool)[who] * counted[one.of] for one in programme.floors]
    dense = np.array([*of_limits, *of_floors]).reshape(-1, len(who))
    row, column = np.nonzero(dense)
    return Whole(
        application=who,
        product=what,
        worth=amount * (1 - pool.probability[who]),
        row=np.concatenate([business, many + row]),
        column=np.concatenate([np.arange(len(who)), column]),
        value=np.concatenate([np.ones(len(who)), dense[row, column]]),
        lower=np.array([*[0.0] * many, *map(_least, programme.limits), *[0.0] * len(of_floors)]),
        upper=np.array([*[1.0] * many, *map(_most, programme.limits), *[np.inf] * len(of_floors)]),
    )


def _over(floor: Floor, pool: Pool) -> Floats:
    """Return (n) what each served adds to what the group has beyond its share."""
    return np.asarray(pool.groups[floor.group] - float(floor.share))


def _least(limit: Limit) -> float:
    return (limit.at_least or 0) / UNITS[limit.unit]


def _most(limit: Limit) -> float:
    return np.inf if limit.at_most is None else limit.at_most / UNITS[limit.unit]

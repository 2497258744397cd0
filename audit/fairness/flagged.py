"""Of which groups it may be told of how many something is true, beside how many they are.

That something is true of somebody is one more thing that people differ in, so what is told of it is
held against a linear programme (`audit.cells`) as all other numbers are: over all tables at once,
both of how many it is true and of how many it is not. Whoever looks is taken to know how many
applicants there are of every kind, but not of which of them it is true.

A share tells a number too, and a mean of how many something is known: a fraction written to the
last digit gives away what it was divided by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np

from audit.cells import few, publishable
from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.published import DEAR, Place, Table
from features.rows import Flags, Floats, Ints

Told = frozenset[tuple[Place, str]]
"""Of which place which number may be told."""


def flagged(
    cases: Cases,
    flags: Mapping[str, Flags],
    tables: Sequence[Table],
    told: Told,
    within: Sequence[str] = (),
) -> Told:
    """Return (place, flag) of which it may be told of how many the flag holds.

    Nothing is told of a place whose number of applications is not. What the numbers told do not
    give away of those, they do not of flags. Who stands in no group of a table is a group too: what
    two tables tell of all could be subtracted.

    Args:
        cases: the applications.
        flags: name → (n,) of whom it holds; of those without a decision it counts as not.
        tables: all that is published of them.
        told: which numbers of applications may be told.
        within: as in `audit.fairness.published.published`.
    """
    decided = ~np.isnan(cases.approved)
    there = _places(cases, tables, within)
    places = {place: beside for place, beside in there if (place, "decided") in told}
    if not places or not flags:
        return frozenset()
    rows = np.array([cases.within(*place) & decided for place in places])
    holds, which = np.unique(rows, axis=1, return_inverse=True)
    people = np.bincount(which.ravel(), minlength=holds.shape[1])
    sizes = dict(zip(places, holds, strict=True))
    every = np.ones(people.size, dtype=bool)
    rests = np.array(
        [
            (every if of == beside else sizes.get(beside, ~every)) & ~sizes[of]
            for of, beside in places.items()
        ]
    )
    worth = np.array([_worth(place) for place in places]) * (holds @ people).astype(np.float64)
    found = set()
    for name, of in flags.items():
        yes = np.bincount(which.ravel(), weights=of & decided, minlength=people.size)
        shown = _shown(yes.astype(np.int64), people - yes.astype(np.int64), holds, rests, worth)
        may = {place for place, one in zip(places, shown, strict=True) if one}
        found |= {(place, name) for place in may if places[place] in may}
    return frozenset(found)


def _places(
    cases: Cases, tables: Sequence[Table], within: Sequence[str]
) -> Iterator[tuple[Place, Place]]:
    """Yield every place there is, and the one that it is compared inside of."""
    for table in tables:
        groups = [[of for of in np.unique(cases.groups[name]) if of != NOT_TOLD] for name in table]
        inner = len(table) > 1 and table[0] in within
        yield (table, ()), (table, ())
        if inner:
            yield from (((table, (str(of),)), (table, ())) for of in groups[0])
        for group in product(*groups):
            own = tuple(map(str, group))
            yield (table, own), (table, own[:1] if inner else ())


def _worth(place: Place) -> float:
    table, group = place
    return (DEAR if len(table) == 1 else 1.0) * (1.0 if group else DEAR)


def _shown(yes: Ints, no: Ints, holds: Flags, rests: Flags, worth: Floats) -> Flags:
    """Return (m) of which places it may be told how many say yes.

    Nobody finds fewer than ten who do, nor fewer than ten who do not.

    Args:
        yes: (k,) how many say yes, of each kind of applicant.
        no: (k,) how many do not.
        holds: (m, k) which kinds are in each place.
        rests: (m, k) which kinds are elsewhere in its table.
        worth: (m) what it costs not to tell it.
    """
    small = np.logical_or.reduce([few(rests @ of) for of in (yes, no)])
    every = np.concatenate([holds, rests[small]])
    shown = np.arange(len(every)) < len(holds)
    for of, others in ((yes, no), (no, yes)):
        shown = _safe(of, others, every, shown, np.append(worth, np.ones(small.sum())))
    return shown[: len(holds)]


def _safe(yes: Ints, no: Ints, holds: Flags, meant: Flags, worth: Floats) -> Flags:
    """Return (m) which of the places that are meant to be told give away nobody who says yes."""
    m, k = holds.shape
    none = np.zeros(k, dtype=bool)
    counts, rooms = (np.concatenate([holds @ of, of]) for of in (yes, no))
    found = publishable(
        counts,
        np.hstack([-np.eye(m, dtype=np.int64), holds.astype(np.int64)]),
        meant=np.concatenate([meant, none]),
        unsure=np.ones(m + k, dtype=bool),
        guarded=np.concatenate([counts[:m] > 0, none]),
        worth=np.concatenate([worth, np.ones(k)]),
        rooms=rooms.astype(np.float64),
    )
    shown: Flags = found[:m]
    return shown

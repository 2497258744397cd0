"""Which reasons are named to whom: how often, by group and by group and kecamatan, told or not.

That a reason is named is one more thing that people differ in, so what is told of it is held
against a linear programme (`audit.cells`) as all other numbers are: over all tables at once, both
how many it was named to and how many it was not. Whoever looks is taken to know how many
applicants there are of every kind, but not whose reasons are which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

import numpy as np

from audit.cells import LEAST, publishable
from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.estimate import Estimate, share
from audit.fairness.measures import Measure, OfLevels
from audit.fairness.published import DEAR, Place, Table
from audit.fairness.study import Comparison, Plan, Told, comparisons
from features.rows import Flags, Floats, Ints

AREA: Final = "kecamatan"
"""The attribute that each of the others is looked at together with."""

MOST: Final = 12
"""Reasons that are looked at: those named most."""


def named(cases: Cases, plan: Plan, told: Told) -> tuple[Comparison, ...]:
    """Return the share of applications that each reason is named to, group against others.

    A gap is others - group: below nought the reason is named to the group more often. Groups of
    one attribute are one family of comparisons, those together with a kecamatan another.

    Args:
        cases: the applications; none is told of where they have no reasons named. Of whom it is
            not known, it counts as not.
        plan: of the study.
        told: which numbers may be told, of the study.
    """
    if not cases.named:
        return ()
    decided = cases.part(~np.isnan(cases.approved))
    flags = {code: np.nan_to_num(of) for code, of in decided.named.items() if np.nansum(of) > 0}
    most = sorted(sorted(flags), key=lambda code: -flags[code].sum())[:MOST]
    decided = replace(decided, points={}, named={code: flags[code] for code in most})
    tables = [of for of in plan.tables_of(decided) if not set(of) & set(plan.within)]
    alone = [of for of in tables if len(of) == 1]
    together = [of for of in tables if len(of) > 1 and AREA in of]
    may = told | _published(decided, [*alone, *together], told)
    needs: dict[Measure, str] = {_measure(code): base(code) for code in sorted(most)}
    asked = replace(plan, measures=list(needs), tolerated={}, references={})
    return tuple(
        one
        for family in (alone, together)
        for one in comparisons(decided, family, asked, may, needs)
    )


def base(code: str) -> str:
    """Return what the applications that a reason was named to are called among the bases."""
    return f"named:{code}"


def _measure(code: str) -> OfLevels:
    def level(cases: Cases, z: float) -> Estimate:
        return share(cases.named[code], cases.weights, z)

    return OfLevels(code, ratio=False, counts=_everyone, level=level, less_is_better=True)


def _everyone(cases: Cases) -> Flags:
    return ~np.isnan(cases.approved)


def _published(cases: Cases, tables: Sequence[Table], told: Told) -> Told:
    """Return of which places it may be told how many a reason was named to.

    It is told of none of whose number of applications nothing is. What the numbers told do not
    give away of those, they do not of reasons.
    """
    places = [place for place in _places(cases, tables) if (place, "decided") in told]
    if not places:
        return frozenset()
    rows = np.array([cases.within(*place) for place in places])
    holds, which = np.unique(rows, axis=1, return_inverse=True)
    people = np.bincount(which.ravel(), minlength=holds.shape[1])
    everybody = {place[0]: of for place, of in zip(places, holds, strict=True) if not place[1]}
    rests = np.array([everybody[place[0]] & ~of for place, of in zip(places, holds, strict=True)])
    worth = np.array([_worth(place) for place in places]) * (holds @ people).astype(np.float64)
    found = set()
    for code, flags in cases.named.items():
        yes = np.bincount(which.ravel(), weights=flags, minlength=people.size).astype(np.int64)
        shown = _shown(yes, people - yes, holds, rests, worth)
        may = {place for place, one in zip(places, shown, strict=True) if one}
        found |= {(place, base(code)) for place in may if (place[0], ()) in may}
    return frozenset(found)


def _places(cases: Cases, tables: Sequence[Table]) -> Iterator[Place]:
    """Yield every place there is: of each table the sum, and each group."""
    for table in tables:
        groups = [np.unique(cases.groups[name]).tolist() for name in table]
        yield (table, ())
        yield from ((table, group) for group in product(*groups) if NOT_TOLD not in group)


def _few(counts: Ints) -> Flags:
    found: Flags = (counts > 0) & (counts < LEAST)
    return found


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
    few = np.logical_or.reduce([_few(rests @ of) for of in (yes, no)])
    every = np.concatenate([holds, rests[few]])
    shown = np.arange(len(every)) < len(holds)
    for of, others in ((yes, no), (no, yes)):
        shown = _safe(of, others, every, shown, np.append(worth, np.ones(few.sum())))
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

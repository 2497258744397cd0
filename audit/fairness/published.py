"""Which numbers of groups may be published, over all tables together.

A table lists the groups of one attribute, or those of two together, and tells of each how many
applications there are, how many loans went well and badly, and how many of all these were
approved. Everybody is in many tables, so what one hides another could give away: all of them are
held against one linear programme (`audit.cells`) over everything that people may differ in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from audit.cells import few, publishable
from audit.fairness.cases import NOT_TOLD, Cases, Groups
from features.rows import Flags, Ints

KINDS: Final = 20_000
"""Combinations of what people may differ in, above which only those that are there are looked at.

Then more is hidden than would have to be, and never less.
"""

DEAR: Final = 30.0
"""How much more it costs to hide a group of one attribute than one of two attributes together."""

Table = tuple[str, ...]
"""The attributes whose groups a table lists."""

Place = tuple[Table, tuple[str, ...]]
"""A table, and the group of each of its attributes, of the first alone, or of none: a sum."""

COUNTED: Final = ("decided", "good", "bad", "ended")
"""What is counted: applications decided on, loans that went well, that went badly, and both."""


@dataclass(frozen=True)
class Number:
    """A number that a table tells, or that could be found from it by subtraction.

    Args:
        holds: (k,) which kinds of people it counts.
        place: of whom; None of what is not told. All together are in the place of no groups.
        base: one of `COUNTED`.
        approved: whether it counts those approved, rather than all.
        worth: what it costs to hide it, above 0.
    """

    holds: Flags
    place: Place | None
    base: str
    approved: bool
    worth: float


def published(
    cases: Cases, tables: Sequence[Table], within: Sequence[str] = ()
) -> frozenset[tuple[Place, str]]:
    """Return (place, base) of which a number and its share approved may be told.

    The place of a table without groups is that of all who told everything it asks.

    Args:
        cases: the applications.
        tables: all that is published of them.
        within: attributes in each of whose groups the others are compared by themselves: a table
            of such a one and another tells the sum of each of its groups too.
    """
    people = _people({name: cases.groups[name] for table in tables for name in table}, cases)
    numbers = [one for table in tables for one in _numbers(table, people, within)]
    shown = _shown(numbers, people.counts)
    told = {
        (one.place, one.base, one.approved)
        for one, may in zip(numbers, shown, strict=True)
        if may and one.place is not None
    }
    return frozenset(
        (place, base)
        for place, base, approved in told
        if not approved
        and {(p, base, a) for p in (place, (place[0], ())) for a in (False, True)} <= told
    )


def bases(cases: Cases) -> dict[str, Flags]:
    """Return (n,) who counts, of each of `COUNTED`; nobody whose decision is not known."""
    decided = ~np.isnan(cases.approved)
    good, bad = decided & (cases.bad == 0), decided & (cases.bad == 1)
    return {"decided": decided, "good": good, "bad": bad, "ended": good | bad}


@dataclass(frozen=True)
class _People:
    """The kinds of people there may be, and how many there are of each.

    Args:
        groups: attribute → (k,) their group.
        bases: base → (k,) who counts.
        approved: (k,) who was approved.
        counts: (k,) how many there are.
    """

    groups: Groups
    bases: Mapping[str, Flags]
    approved: Flags
    counts: Ints

    def within(self, table: Table, group: Sequence[str]) -> Flags:
        """Return (k,) who is of a group of the first attributes of a table; all of no group."""
        found = np.ones(self.counts.size, dtype=bool)
        for name, of in zip(table, group, strict=False):
            found &= self.groups[name] == of
        return found


def _people(groups: Groups, cases: Cases) -> _People:
    """Sort applications into all kinds that there may be, or all that there are of too many."""
    names = {name: np.unique(of) for name, of in groups.items()}
    known = ~np.isnan(cases.approved)
    outcome = np.where(cases.bad == 1, 2, np.where(cases.bad == 0, 1, 0))
    codes = [np.searchsorted(names[name], of) for name, of in groups.items()]
    found = np.stack([*codes, outcome, cases.approved == 1]).astype(np.int64)[:, known]
    shape = (*(of.size for of in names.values()), 3, 2)
    counts = np.zeros(shape, dtype=np.int64)
    np.add.at(counts, tuple(found), 1)
    if np.prod(shape, dtype=np.float64) <= KINDS:
        kinds = np.indices(shape).reshape(len(shape), -1)
    else:
        kinds = np.stack(np.nonzero(counts))
    *which, ended, approved = kinds
    return _People(
        groups={name: names[name][code] for name, code in zip(names, which, strict=True)},
        bases={
            "decided": np.ones(ended.size, dtype=bool),
            "good": ended == 1,
            "bad": ended == 2,  # noqa: PLR2004  the code above
            "ended": ended > 0,
        },
        approved=approved == 1,
        counts=counts[tuple(kinds)],
    )


def _numbers(table: Table, people: _People, within: Sequence[str]) -> Iterator[Number]:
    """Yield what a table tells: of all, of each group, and a few that are left without a group."""
    told = np.logical_and.reduce([people.groups[name] != NOT_TOLD for name in table])
    names = [sorted({str(of) for of in people.groups[name]} - {NOT_TOLD}) for name in table]
    sums = [(name,) for name in names[0]] if len(table) > 1 and table[0] in within else []
    dear = DEAR if len(table) == 1 else 1.0
    for base, approved in product(COUNTED, (False, True)):
        holds = people.bases[base] & told & (people.approved if approved else True)
        for group in [(), *sums, *product(*names)]:
            mine = holds & people.within(table, group)
            worth = dear * (1.0 if group else DEAR) * (people.counts[mine].sum() + 1.0)
            yield Number(mine, (table, group), base, approved, worth)
            of = holds & people.within(table, group[:1] if sums and len(group) > 1 else ())
            rest = of & ~mine
            if not approved and few(people.counts[rest].sum()):
                yield Number(rest, None, base, approved, 1.0)
    yield from _not_told(table, people)


def _not_told(table: Table, people: _People) -> Iterator[Number]:
    """Yield those few of each group of a table who did not tell all of it: others tell of them.

    Of how their loans ended that is not asked, or hardly anything could be told of that.
    """
    for group in product(*(np.unique(people.groups[name]).tolist() for name in table)):
        mine = people.within(table, group)
        if NOT_TOLD in group and few(people.counts[mine].sum()):
            yield Number(mine, None, "decided", approved=False, worth=1.0)


def _shown(numbers: Sequence[Number], counts: Ints) -> Flags:
    """Return (numbers) which may be shown."""
    holds, which = np.unique(np.array([one.holds for one in numbers]), axis=0, return_inverse=True)
    which = which.ravel()
    m, k = len(holds), counts.size
    worth = np.ones(m + k)
    np.maximum.at(worth, which, np.array([one.worth for one in numbers]))
    told, guarded = np.zeros(m + k, dtype=bool), np.zeros(m + k, dtype=bool)
    told[which[[one.place is not None for one in numbers]]] = True
    guarded[which[[not one.approved for one in numbers]]] = True
    sums = np.hstack([-np.eye(m, dtype=np.int64), holds.astype(np.int64)])
    every = np.concatenate([holds @ counts, counts])
    found = publishable(every, sums, told, np.arange(m + k) >= m, guarded, worth)
    shown: Flags = found[:m][which]
    return shown

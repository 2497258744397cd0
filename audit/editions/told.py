"""The counts of an edition, all of them held against one another, and the parts made of them.

An application that goes to a person and the review it opens are one row, so that the numbers of the
one do not give away those of the other; every other case is a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from audit.allocated import Overview
from audit.cells import LEAST
from audit.editions.counts import Counts, Part, counts
from audit.editions.happened import STATES, Happened, Question
from audit.editions.sections import (
    KINDS,
    STAGES,
    Answered,
    Due,
    Funnel,
    Kind,
    Missing,
    Named,
    Offers,
    Place,
    Prices,
    Questions,
    Reached,
    Reasons,
    Share,
    Stage,
)
from audit.fairness.estimate import Z95, wilson
from audit.fairness.study import Counted
from features.rows import Flags, Ints

MOST_OFFERS: Final = 3
"""Offers from which on they are not told apart."""

PROGRAMMES: Final[tuple[Stage, ...]] = ("offered", "entered", "allocated")
"""Stages of which the last two are told by allocations as well; the first is what is left."""

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Told:
    """The counts of a period; decided: how many there are, in truth."""

    happened: Happened
    questions: Sequence[Question]
    end: datetime
    counts: Counts
    decided: int

    @property
    def few(self) -> bool:
        """Return whether so few were decided on that nothing is told of them."""
        return all(self.counts[f"stage:{stage}"] is None for stage in STAGES)

    @property
    def why(self) -> Missing | None:
        """Return why nothing is told of what was decided; None where something is."""
        if not self.decided:
            return Missing("nothing_decided")
        return Missing("too_few") if self.few else None


def told(happened: Happened, questions: Sequence[Question], end: datetime) -> Told:
    """Return what may be told of a period.

    Args:
        happened: what was decided.
        questions: the cases opened in it.
        end: of the period, UTC.
    """
    made = counts(_parts(happened, questions, end))
    return Told(happened, questions, end, made, happened.stage.size)


def funnel(
    of: Told, groups: Sequence[Counted], beside: Sequence[Overview] = ()
) -> Funnel | Missing:
    """Return how far applications came, with the kecamatan that the audit tells of.

    Beside an allocation that hides how many it served, or how many it did not, it is not told how
    many came to a programme: what the one hides the other would tell.

    Args:
        of: the counts.
        groups: numbers of groups that the audit tells.
        beside: the allocations told of the same period.
    """
    if of.why is not None:
        return of.why
    hides = any(None in (one.total.met, one.total.no_room, one.total.no_fit) for one in beside)
    stopped = [
        None if hides and stage in PROGRAMMES else of.counts[f"stage:{stage}"] for stage in STAGES
    ]
    further = [_sum(stopped[at:]) for at in range(len(STAGES))]
    places = (
        Place(one.place[1][0], one.n, share(one.approved, one.n))
        for one in groups
        if one.place[0] == ("kecamatan",) and one.place[1] and one.base == "decided"
    )
    return Funnel(
        of.decided,
        share(float(of.happened.approved.mean()), of.decided),
        tuple(map(Reached, STAGES, stopped, further)),
        tuple(sorted(places, key=lambda place: (-place.asked, place.kecamatan))),
    )


def reasons(of: Told) -> Reasons | Missing:
    """Return which reasons were told."""
    return of.why or Reasons(of.decided, tuple(_named(of, "reason", of.happened.reasons)))


def offers(of: Told) -> Offers | Missing:
    """Return what was offered."""
    price = of.happened.price[~np.isnan(of.happened.price)]
    none = of.counts["offers:0"]
    known = none is not None and of.decided - none == price.size and price.size >= LEAST
    lower, median, upper = np.quantile(price, (0.25, 0.5, 0.75)) if known else (0.0, 0.0, 0.0)
    return of.why or Offers(
        of.decided,
        tuple(_named(of, "offers", map(str, range(MOST_OFFERS + 1)))),
        Prices(price.size, float(lower), float(median), float(upper)) if known else None,
        tuple(_named(of, "lender", of.happened.lenders)),
    )


def models(of: Told) -> tuple[Named, ...]:
    """Return which models decided, of how many."""
    return tuple(_named(of, "model", of.happened.models))


def questions(of: Told) -> Questions:
    """Return what people asked for, and how they were answered."""
    weeks = sorted({one.week for one in of.questions if one.answered_at is None})
    return Questions(
        tuple(_answered(of, kind) for kind in KINDS),
        tuple(Due(week, of.counts[f"due:{week}"]) for week in weeks),
    )


def share(value: float, n: int) -> Share:
    """Return a share of *n* with its interval (Wilson)."""
    found = wilson(value, n, Z95)
    return Share(found.value, found.low, found.high)


def _answered(of: Told, kind: Kind) -> Answered:
    there = {name: of.counts[f"{kind}:{name}"] for name in ("opened", *STATES)}
    hours = [
        (one.answered_at - one.opened_at) / HOUR
        for one in of.questions
        if one.kind == kind and one.answered_at is not None
    ]
    known = there["in_time"] is not None and there["late"] is not None and len(hours) >= LEAST
    return Answered(kind, **there, hours=float(np.rint(np.median(hours))) if known else None)


def _named(of: Told, kind: str, names: Iterator[str] | Mapping[str, Flags]) -> Iterator[Named]:
    for name in names:
        count = of.counts[f"{kind}:{name}"]
        told_of = None if count is None else share(count / of.decided, of.decided)
        yield Named(name, count, told_of)


def _sum(some: Sequence[int | None]) -> int | None:
    known = [one for one in some if one is not None]
    return sum(known) if len(known) == len(some) else None


def _parts(happened: Happened, asked: Sequence[Question], end: datetime) -> dict[str, Part]:
    """Return everything that is counted, over applications and the cases that are none of them."""
    n = happened.stage.size
    rows, size = _rows(happened, asked)

    def wide(of: NDArray[np.bool_]) -> Flags:
        return np.concatenate([of, np.zeros(size - n, dtype=bool)])

    def cases(those: Sequence[bool]) -> Flags:
        held = np.zeros(size, dtype=bool)
        held[rows[np.array(those, dtype=bool)]] = True
        return held

    here = {
        **{f"stage:{stage}": happened.stage == at for at, stage in enumerate(STAGES)},
        **{f"offers:{at}": np.minimum(happened.offers, MOST_OFFERS) == at
           for at in range(MOST_OFFERS + 1)},
        **{f"reason:{code}": of for code, of in happened.reasons.items()},
        **{f"lender:{name}": of for name, of in happened.lenders.items()},
        **{f"model:{name}": of for name, of in happened.models.items()},
    }  # fmt: skip
    weeks = {one.week for one in asked if one.answered_at is None}
    states = [one.state(end) for one in asked]
    return {
        "decided": Part(wide(np.ones(n, dtype=bool)), fixed=True),
        "approved": Part(wide(happened.approved), "decided", fixed=True),
        **{name: Part(wide(of), "decided") for name, of in here.items()},
        **{f"{kind}:opened": Part(cases([one.kind == kind for one in asked])) for kind in KINDS},
        **{
            f"{kind}:{state}": Part(
                cases([one.kind == kind and of == state
                       for one, of in zip(asked, states, strict=True)]),
                f"{kind}:opened",
            )
            for kind in KINDS
            for state in STATES
        },
        **{
            f"due:{week}": Part(cases([one.answered_at is None and one.week == week
                                       for one in asked]))
            for week in weeks
        },
    }  # fmt: skip


def _rows(happened: Happened, asked: Sequence[Question]) -> tuple[Ints, int]:
    """Return the row of each case, and how many rows there are."""
    to_person = iter(np.flatnonzero(happened.to_person))
    n, rows = happened.stage.size, []
    for one in asked:
        row = next(to_person, None) if one.kind == "review" else None
        if row is None:
            row, n = np.int64(n), n + 1
        rows.append(row)
    return np.array(rows, dtype=np.int64), n

"""The tables of an edition, part by part, of which pages, files (CSV) and paper are made.

A table holds what the edition holds, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final, Literal, get_args

from audit.editions.sections import (
    Allocated,
    Edition,
    Funnel,
    Missing,
    Model,
    Named,
    Offers,
    Questions,
    Reasons,
)
from serving.pages.edition_audits import audited
from serving.pages.edition_columns import Table, table
from serving.pages.edition_drift import drifted
from serving.pages.edition_origins import origins

PartName = Literal[
    "funnel",
    "fairness",
    "origins",
    "outcomes",
    "reasons",
    "offers",
    "drift",
    "allocation",
    "questions",
    "model",
    "ledger",
]
"""What has a page of its own."""

PARTS: Final[tuple[PartName, ...]] = get_args(PartName)


WITHIN: Final[dict[PartName, str]] = {"origins": "fairness"}
"""Part → the edition's that it is more of."""


def part_of(edition: Edition, part: PartName) -> Any:
    """Return what an edition tells of a part."""
    return getattr(edition, WITHIN.get(part, part))


def tables(edition: Edition, part: PartName) -> tuple[Table, ...]:
    """Return the tables of a part; none of one that is missing."""
    found = part_of(edition, part)
    return () if isinstance(found, Missing) else tuple(MADE[part](found))


def _funnel(of: Funnel) -> Iterator[Table]:
    rows = [(f"stage_{one.stage}", one.reached, one.stopped) for one in of.stages]
    yield table("stages", "stage:word reached:count stopped:count", rows, "reached")
    places = [(one.kecamatan, one.asked, asdict(one.eligible)) for one in of.places]
    yield table("places", "kecamatan:text asked:count eligible:share", places, "eligible")


def _named(named: Sequence[Named], before: str = "") -> Iterator[tuple[Any, ...]]:
    for one in named:
        yield before + one.name, one.count, None if one.share is None else asdict(one.share)


def _reasons(of: Reasons) -> Iterator[Table]:
    there = sorted((one for one in of.named if one.count != 0), key=lambda one: -(one.count or 0))
    yield table("reasons", "reason:reason decisions:count part:share", _named(there), "part")


def _offers(of: Offers) -> Iterator[Table]:
    heads = "decisions:count part:share"
    yield table("offers", f"offers:word {heads}", _named(of.counts, "offers_"), "part")
    if of.prices is not None:
        rows = [tuple(asdict(of.prices).values())]
        yield table("prices", "offered:count lower:rate median:rate upper:rate", rows)
    yield table("lenders", f"lender:text {heads}", _named(of.lenders), "part")


def _questions(of: Questions) -> Iterator[Table]:
    heads = (
        "kind:word opened:count in_time:count late:count waiting:count overdue:count hours:hours"
    )
    rows = [(f"kind_{one.kind}", *list(asdict(one).values())[1:]) for one in of.kinds]
    yield table("kinds", heads, rows)
    yield table("due", "week:day cases:count", [(one.week, one.cases) for one in of.due], "cases")


def _model(of: Model) -> Iterator[Table]:
    yield table("models", "model:text decisions:count part:share", _named(of.used))
    gates = [(one.code, one.title, f"colour_{one.colour}", one.found, one.expected)
             for one in of.gates]  # fmt: skip
    yield table("gates", "gate:text title:text colour:word found:text expected:text", gates)
    figures = ("auc", "loss", "loss_error", "gap", "gained", "gained_error")
    tried = [
        (one.name, *(getattr(one, name) for name in figures),
         *(f"flag_{getattr(one, name)}".lower() for name in ("chosen", "front")))
        for one in of.tried
    ]  # fmt: skip
    heads = " ".join(f"{name}:figure" for name in figures).replace("gap:", "gap_of_tolerated:")
    yield table("tried", f"recipe:text {heads} chosen:word front:word", tried)


def _allocation(of: Allocated) -> Iterator[Table]:
    for one in of.made:
        rows = [
            (place.kecamatan or "all",
             *(None if cell is None else cell.businesses
               for cell in (place.asked, place.met, place.no_room, place.no_fit)))
            for place in [*one.places, one.total]
        ]  # fmt: skip
        heads = "place:text asked:count met:count no_room:count no_fit:count"
        yield table(f"programme-{one.programme_id}", heads, rows, "met")


def _ledger(of: Any) -> Iterator[Table]:
    yield table("ledger", "entries:count hash:text faults:count", [tuple(asdict(of).values())])


MADE: Final[dict[PartName, Callable[[Any], Iterator[Table]]]] = {
    "funnel": _funnel,
    "fairness": audited,
    "origins": origins,
    "outcomes": audited,
    "reasons": _reasons,
    "offers": _offers,
    "drift": drifted,
    "allocation": _allocation,
    "questions": _questions,
    "model": _model,
    "ledger": _ledger,
}
"""Part → its tables."""

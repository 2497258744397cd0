"""The tables of an edition, part by part, of which pages, files (CSV) and paper are made.

A table holds what the edition holds, and nothing else: `edition_shown.cell` says how a cell reads
in a language, and a file holds the cells as they are. What is hidden is empty there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from audit.editions.sections import (
    Allocated,
    Audited,
    Drifted,
    Edition,
    Funnel,
    Missing,
    Model,
    Named,
    Offers,
    Questions,
    Reasons,
)

PartName = Literal[
    "funnel",
    "fairness",
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

Unit = Literal[
    "text", "word", "reason", "count", "tally", "figure", "share", "level", "gap", "p",
    "hours", "rate", "day",
]  # fmt: skip
"""How the cells of a column read: ``word`` is one of the wording's, ``share`` an estimate of one,
``tally`` a count that may have nothing to count, ``level`` and ``gap`` estimates of a row's
measure."""


ESTIMATES: Final = ("share", "level", "gap")
"""Units of estimates."""


@dataclass(frozen=True)
class Column:
    """A column: its name for machines, which the wording has a head for, and how its cells read."""

    name: str
    unit: Unit


@dataclass(frozen=True)
class Table:
    """A table.

    Args:
        name: of it, for machines; of attributes, ``of-`` and the attribute.
        columns: the first names a row.
        rows: as many cells each; an estimate is a mapping of value, low and high.
        drawn: the column that a picture shows; empty where there is none.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    drawn: str = ""


def tables(edition: Edition, part: PartName) -> tuple[Table, ...]:
    """Return the tables of a part; none of one that is missing."""
    found: Any = getattr(edition, part)
    return () if isinstance(found, Missing) else tuple(MADE[part](found))


def flat(of: Table) -> Iterator[list[Any]]:
    """Yield the names of the columns and then the rows, an estimate as three columns."""
    wide = [one.name for one in of.columns if one.unit in ESTIMATES]
    yield [
        name
        for one in of.columns
        for name in ([one.name, f"{one.name}_low", f"{one.name}_high"] if one.name in wide
                     else [one.name])
    ]  # fmt: skip
    for row in of.rows:
        yield [
            part
            for value, one in zip(row, of.columns, strict=True)
            for part in (_bounds(value) if one.name in wide else [value])
        ]


def _bounds(of: Mapping[str, Any] | None) -> list[Any]:
    return [None] * 3 if of is None else [of["value"], of["low"], of["high"]]


def table(
    name: str,
    columns: str,
    rows: Iterator[Sequence[Any]] | Sequence[Sequence[Any]],
    drawn: str = "",
) -> Table:
    """Return a table; columns are written ``name:unit``."""
    split = (one.split(":") for one in columns.split())
    made = tuple(Column(one, unit) for one, unit in split)  # type: ignore[arg-type]
    return Table(name, made, tuple(map(tuple, rows)), drawn)


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
    tried = [(one.name, one.auc, one.gap, f"front_{one.front}".lower()) for one in of.tried]
    yield table("tried", "recipe:text auc:figure gap_of_tolerated:figure front:word", tried)


def _audited(of: Audited) -> Iterator[Table]:
    heads = (
        "group:text measure:word counted:tally own:level others:level gap:gap p_of_all:p "
        "verdict:word"
    )
    by_attribute: dict[str, list[tuple[Any, ...]]] = {}
    for one in of.report["comparisons"]:
        place = place_of(one, "against")
        if one["group"] is not None:
            row = (
                ", ".join(place.values()),
                f"measure_{one['measure']}",
                *(one[name] for name in ("counted", "group", "others", "gap", "p_of_all")),
                f"verdict_{one['verdict']}",
            )
            by_attribute.setdefault("-".join(place), []).append(row)
    for attribute, rows in by_attribute.items():
        yield table(f"of-{attribute}", heads, rows, "own")


def place_of(row: Mapping[str, Any], until: str) -> dict[str, str]:
    """Return attribute → group of a row of an audit, which stand before all else."""
    names = list(row)
    return {name: str(row[name]) for name in names[: names.index(until)]}


def _drift(of: Drifted) -> Iterator[Table]:
    alarms = [(one["code"], f"level_{one['level']}", one["feature"]) for one in of.found["alarms"]]
    yield table("alarms", "alarm:text level:word feature:text", alarms)
    compared = [
        (f"drift_{one['measure']}", one["feature"],
         None if one["value"] is None else {name: one[name] for name in ("value", "low", "high")},
         one["p_of_all"])
        for one in of.found["compared"]
    ]  # fmt: skip
    yield table("compared", "measured:word feature:text found:level p_of_all:p", compared)


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
    "fairness": _audited,
    "outcomes": _audited,
    "reasons": _reasons,
    "offers": _offers,
    "drift": _drift,
    "allocation": _allocation,
    "questions": _questions,
    "model": _model,
    "ledger": _ledger,
}
"""Part → its tables."""

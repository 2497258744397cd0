"""What every source has on the same edges, filled from its declaration.

What is due, paid, closed, settled or seen done lies just before, at and just after the
application; and what may be missing is missing everywhere.
"""

from __future__ import annotations

from typing import Any

from features.sources import SOURCES
from features.table import Column
from tests.features.cases import AS_OF, EDGES, Case, ago, ask, case, row
from tests.features.hand_made.payments import STEADY
from tests.features.oracle.words import Row

OTHERS = tuple(source for source in SOURCES if source != "payments")
MOMENTS = (-1, 0, 1)
"""A microsecond before, at and after."""


def filled(column: Column, n: int) -> Any:
    """Return the *n*-th of a round of values of a column."""
    least = column.least or 0
    return {
        "id": "",
        "text": "xyz"[n % 3],
        "money": 1_000 * (n % 11),
        "count": least + n % ((column.most or 40) - least + 1),
        "quantity": n % 7 / 4,
        "flag": n % 2 == 0,
        "time": ago(10 * (n % 9 - 3), n % 3 - 1),
        "category": (*column.values, None)[n % max(len(column.values), 1)],
    }[column.kind]


def full(source: str, age: float, n: int = 0, **said: Any) -> Row:
    """Return a row of a source with every column filled, by the *n*-th of their rounds."""
    placed = ("occurred_at", "known_at")
    values = {
        column.name: filled(column, n * (place % 3 + 1) + place)
        for place, column in enumerate(SOURCES[source].columns)
        if column.kind != "id" and column.name not in placed
    }
    late, shift = said.pop("late", 0), said.pop("shift", 0)
    return row(source, age, late=late, shift=shift, **values | said)


def of(source: str, *rows: Row) -> Case:
    """Return a case of these rows beside steady payments."""
    records: dict[str, Any] = {source: rows}
    return case(*STEADY, **records)


def _on_edges(source: str) -> list[Row]:
    places = [(days, shift) for days in EDGES for shift in MOMENTS for _ in range(3)]
    return [full(source, days, n, shift=shift) for n, (days, shift) in enumerate(places)]


def _known_later(source: str) -> list[Row]:
    """Return rows whose values known later became so at each moment around the application."""
    times = {c.known_with for c in SOURCES[source].columns if c.known_with}
    return [
        full(source, 20 + 3 * n, n, **{time: AS_OF + shift})
        for time in sorted(times)
        for n, shift in enumerate((*MOMENTS, *MOMENTS))
    ]


def of_any(source: str) -> dict[str, Case]:
    """Return the cases that every source has."""
    ages = (1, 12, 40, 75, 100, 170, 200, 300, 364, 500, 700)
    key = SOURCES[source].key
    alone: dict[str, Any] = {source: [full(source, age, n) for n, age in enumerate(ages)]}
    cases = {
        "one row that says nothing": of(source, row(source, 10)),
        "one row that says everything": of(source, full(source, 10)),
        "rows and no payments": case(**alone),
        "rows of others only": of(source, full(source, 10, business_id="b")),
        "rows on every edge": of(source, *_on_edges(source)),
        "nothing optional stated": of(source, *(row(source, age) for age in ages)),
        "everything stated": of(source, *(full(source, age, n) for n, age in enumerate(ages))),
        "at and after the application": of(source, *(full(source, a, 1) for a in (0, -1, -30))),
        "only old rows": of(source, *(full(source, a, a) for a in (366, 400, 731, 800))),
        "known late": of(
            source, *(full(source, 10, n, late=late) for n, late in enumerate((9.9, 10, 11, 400)))
        ),
        "known later than the row": of(source, *_known_later(source)),
        "of one instant, named out of order": of(
            source,
            *(
                full(source, 5, n, **{key: k})
                for n, k in enumerate(("c", "a10", "a", "b", "a9", "B"))
            ),
        ),
        "many businesses": Case(
            [ask(business_id=name) for name in ("zz", "c", "a", "c", "")],
            {
                source: [
                    full(source, 3 + n, n, business_id="abc"[n % 3], **{key: str(n)})
                    for n in range(40)
                ]
            },
        ),
    }
    return {f"{source}: {name}": one for name, one in cases.items()}

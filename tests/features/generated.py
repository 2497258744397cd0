"""Cases made up by Hypothesis from the declarations, so that a new column needs nothing here."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from hypothesis import strategies as st

from features.sources import SOURCES
from features.table import Column, Table
from tests.features.cases import AS_OF, EDGES, Case, ask
from tests.features.oracle.words import DAY, MONTH, Row

BUSINESSES = ("b", "a", "ba")

_ages = st.one_of(
    st.builds(
        lambda days, shift: days * DAY + shift, st.sampled_from(EDGES), st.sampled_from((-1, 0, 1))
    ),
    st.integers(1, 24).map(lambda months: months * MONTH),
    st.integers(0, 200 * DAY),
    st.integers(-10 * DAY, 740 * DAY),
)
_delays = st.one_of(st.just(0), st.just(0), st.sampled_from((1, DAY, 30 * DAY, 400 * DAY)))

# Few moments, so that what is due and what is paid often meet, on either side of the application.
_moments = st.one_of(
    st.sampled_from((-1, 0, 1)).map(lambda shift: AS_OF + shift),
    st.builds(
        lambda days, shift: AS_OF - days * DAY + shift,
        st.sampled_from((-45, 1, 10, 20, 40, 100, 400)),
        st.sampled_from((-1, 0, 0, 1)),
    ),
    st.integers(-100 * DAY, 3_000 * DAY).map(lambda age: AS_OF - age),
)


def _values(column: Column) -> st.SearchStrategy[Any]:
    """Draw values of a column; None where one may be missing."""
    least, most = column.least or 0, column.most
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(("x", "y", "xy")),
        "money": st.one_of(st.integers(least, least + 3), st.integers(least, 10_000_000)),
        "count": st.integers(least, 200 if most is None else most),
        "quantity": st.integers(0, 4_000).map(lambda quarters: quarters / 4),
        "flag": st.booleans(),
        "time": _moments,
        "category": st.sampled_from(column.values or ("",)),
    }
    drawn = by_kind[column.kind]
    if column.least is None:
        drawn = st.one_of(st.integers(-100, 100), st.integers(-1_000_000, 9_000_000))
    return drawn if column.missing is None else st.one_of(st.none(), drawn, drawn)


def rows(source: str, most: int) -> st.SearchStrategy[list[Row]]:
    """Draw up to *most* rows of a source, of a few businesses, in any order."""
    table = SOURCES[source]
    one = st.fixed_dictionaries(
        {
            "business_id": st.sampled_from(BUSINESSES),
            "age": _ages,
            "delay": _delays,
            **{c.name: _values(c) for c in table.columns if _is_free(c, table)},
        }
    )
    sizes = st.sampled_from((0, most // 3, most * 2 // 3))
    many = sizes.flatmap(lambda least: st.lists(one, min_size=least, max_size=most))
    return many.map(lambda drawn: [_placed(table, n, row) for n, row in enumerate(drawn)])


def _is_free(column: Column, table: Table) -> bool:
    return column.name not in (table.key, "business_id", "occurred_at", "known_at")


def _placed(table: Table, n: int, drawn: Row) -> Row:
    occurred_at = AS_OF - drawn["age"]
    values = {name: value for name, value in drawn.items() if name not in ("age", "delay")}
    return {
        table.key: str(n * 7_919 % 10_007),
        "occurred_at": occurred_at,
        "known_at": occurred_at + drawn["delay"],
        **values,
    }


_applications = st.lists(
    st.builds(
        ask,
        amount=st.integers(1, 500_000_000),
        tenor_months=st.integers(1, 60),
        business_id=st.sampled_from((*BUSINESSES, "none")),
        as_of=st.sampled_from((0, 0, 1, 30 * DAY, 45 * DAY)).map(lambda ago: AS_OF - ago),
    ),
    max_size=5,
)


@st.composite
def cases(draw: st.DrawFn, sources: Collection[str] = ("payments",), most: int = 40) -> Case:
    """Draw a few applications of a few businesses, and up to *most* rows of each source."""
    return Case(draw(_applications), {source: draw(rows(source, most)) for source in sources})


everything = cases(tuple(SOURCES), 12)
"""Cases with a few rows of every source."""

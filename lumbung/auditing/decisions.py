"""Any table of decisions, ours or another lender's, as cases: which column is what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from audit.fairness.cases import NOT_TOLD, Cases
from audit.origins.proxies import Traits
from features.errors import BadTable
from features.rows import Flags, Floats
from lumbung.auditing.traits import traits
from training.benchmarking.columns import TEXTS, equals, instants, numbers
from training.benchmarking.table import rows_of

APPROVED: Final = ("approved", "eligible", "yes", "true", "1")
"""What an approval is written as where nobody says; of a table with one of them and another."""

USUAL: Final = ("gender", "age", "disability", "kecamatan", "sector", "size_class")
"""Columns of groups that are taken where none are named."""

FIGURES: Final = ("score", "probability", "records", "price", "offers", "hours")
"""Columns of numbers; each is taken where it is there."""

FLAGS: Final = ("reviewed", "overridden")

PROPER: Final[dict[str, Callable[[Floats], Flags]]] = {
    "probability": lambda of: (of > 0) & (of < 1),
    **dict.fromkeys((*FLAGS, "named"), lambda of: (of == 0) | (of == 1)),
}
"""Figure → which numbers it may be; any others may be every number."""

POINTS: Final = "reason:"
"""How the name of a column begins that holds a reason's points; its code follows."""

NAMED: Final = "named:"
"""How one begins that holds 1 where the applicant was told a reason, 0 where not."""

MOST_GROUPS: Final = 60
"""Different values of a column of groups."""

QUARTERS: Final = "period"


@dataclass(frozen=True)
class Roles:
    """Which column is what.

    Args:
        decision: the answer of each application, of two values.
        approved, denied: which of them is which; of both None, one of `APPROVED` is looked for.
        groups: columns of groups; none for those of `USUAL` that are there.
        within: columns, such as the lender, in whose values groups are compared by themselves.
        time: a column of dates; decisions are then compared within each quarter, too.
        outcome: how loans went, of two values; missing where there was none. bad: which is bad.
        figures: figure → column, of `FIGURES` and `FLAGS`; else the column of the same name.
        given: columns that are held equal where it is asked what remains of a gap; ``*``: all that
            play no other part.
        business: whose application it is; else ``business_id`` where it is there, or every row is
            of a business of its own.
    """

    decision: str = "decision"
    approved: str | None = None
    denied: str | None = None
    groups: Sequence[str] = ()
    within: Sequence[str] = ()
    time: str | None = None
    outcome: str | None = None
    bad: str | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    given: Sequence[str] = ()
    business: str | None = None


@dataclass(frozen=True)
class Decisions:
    """A table of decisions, read.

    Args:
        cases: one of each row with a decision.
        within: what is no protected attribute among the groups of the cases.
        given: the names of the columns held equal.
        columns: (n, k) those columns as numbers, each value of a text one of them; NaN where
            something is missing.
        left_out: rows without a decision.
        traits: what features say of each, in order of time where that is known; None without any.
    """

    cases: Cases
    within: tuple[str, ...]
    given: tuple[str, ...]
    columns: Floats
    left_out: int
    traits: Traits | None = None


def read(file: Path, roles: Roles) -> Decisions:
    """Read a Parquet or CSV file.

    Raises:
        BadTable: the file cannot be read (``unreadable-file``), has no such column
            (``missing-column``), a decision that is not two values (``bad-decision``), an outcome
            that is not (``bad-outcome``), a figure that is no number (``wrong-type``), a share or
            flag out of its range (``out-of-range``), a time (``bad-time``) or too many groups
            (``too-many-groups``).
    """
    every = rows_of(file)
    names = _named(every, roles)
    table = every.filter(every[roles.decision].is_not_null())
    groups = {name: _groups(table[name]) for name in (*names, *roles.within)}
    within = list(roles.within)
    if roles.time is not None:
        groups[QUARTERS] = _quarters(table[roles.time])
        within.append(QUARTERS)
    known = {name: _figure(table, name, at) for name, at in _figures(every, roles).items()}
    points = {at.removeprefix(POINTS): _figure(table, at, at) for at in _beginning(every, POINTS)}
    named = {at.removeprefix(NAMED): _figure(table, "named", at) for at in _beginning(every, NAMED)}
    approved = _approved(table[roles.decision], roles)
    bad = np.full(table.height, np.nan) if roles.outcome is None else _bad(table, roles)
    given = _given(every, roles, names)
    cases = Cases.of(groups, approved=approved, denied=1 - approved, bad=bad, **known)
    return Decisions(
        cases=replace(cases, points=points, named=named),
        within=tuple(within),
        given=given,
        columns=_columns(table, given),
        left_out=every.height - table.height,
        traits=traits(table, roles.business),
    )


def _named(table: pl.DataFrame, roles: Roles) -> list[str]:
    """Return the columns of groups, when every column that is named is there."""
    named = {roles.decision, roles.time, roles.outcome, roles.business, *roles.groups}
    named |= {*roles.within} | {*roles.figures.values(), *roles.given} - {"*"}
    for name in sorted(str(one) for one in named - {None} - set(table.columns)):
        raise _wrong(f"no column {name}", ", ".join(table.columns), "Check the name.",
                     "missing-column")  # fmt: skip
    groups = list(roles.groups) or [name for name in USUAL if name in table.columns]
    if not groups:
        raise _wrong(
            f"no column of {', '.join(USUAL)}",
            "a column that says of which group an applicant is",
            "Name one with --group.",
            "missing-column",
        )
    return groups


def _groups(column: pl.Series) -> np.ndarray:
    """Return the group of each, `NOT_TOLD` where it is missing."""
    found = column.cast(pl.String).fill_null(NOT_TOLD).to_numpy().astype(str)
    if len(np.unique(found)) > MOST_GROUPS:
        raise _wrong(
            f"{len(np.unique(found))} different values in {column.name}",
            f"at most {MOST_GROUPS} groups",
            "Name a column of groups, or put its values together into fewer.",
            "too-many-groups",
        )
    return found


def _quarters(column: pl.Series) -> np.ndarray:
    times = instants(column)
    if times.null_count():
        raise _wrong(
            f"{times.null_count()} rows without a time in {column.name}",
            "a date or a whole year in every row",
            "Leave such rows out, or name another column with --time.",
            "bad-time",
        )
    at = times.cast(pl.Datetime("us"))
    texts = at.dt.year().cast(pl.String) + " Q" + at.dt.quarter().cast(pl.String)
    return texts.to_numpy().astype(str)


def _figures(table: pl.DataFrame, roles: Roles) -> dict[str, str]:
    there = {name: name for name in (*FIGURES, *FLAGS) if name in table.columns}
    return there | dict(roles.figures)


def _beginning(table: pl.DataFrame, begins: str) -> list[str]:
    """Return the columns whose names begin with this and go on."""
    return [name for name in table.columns if name.startswith(begins) and name != begins]


def _figure(table: pl.DataFrame, name: str, at: str) -> Floats:
    column = table[at]
    if column.dtype in TEXTS:
        raise _wrong(
            f"{at} is text", f"numbers, as the {name} is", "Name another column.", "wrong-type"
        )
    found, _ = numbers(column, categorical=False)
    there = found[~np.isnan(found)]
    proper = PROPER.get(name, np.isfinite)(there)
    if not proper.all():
        raise _wrong(
            f"{at} of {there[~proper][0]:g}",
            "a probability above 0 and below 1" if name == "probability" else "0 or 1",
            "Name another column.",
            "out-of-range",
        )
    return found


def _approved(column: pl.Series, roles: Roles) -> Floats:
    """Return 1 for an approval, 0 for a denial."""
    different = column.unique().sort().cast(pl.String).to_list()
    asked = roles.approved or roles.denied
    one = asked or next((name for name in different if name.lower() in APPROVED), None)
    if len(different) != 2 or one is None or not equals(column, one).any():  # noqa: PLR2004
        shown = ", ".join(different[:5]) + (" …" if len(different) > 5 else "")  # noqa: PLR2004
        raise _wrong(
            f"decisions of {shown or 'no value'}",
            "two values, one of them an approval",
            "Say which with --approved VALUE or --denied VALUE, and leave out rows of others.",
            "bad-decision",
        )
    is_one = equals(column, one).to_numpy().astype(np.float64)
    return 1 - is_one if roles.approved is None and roles.denied is not None else is_one


def _bad(table: pl.DataFrame, roles: Roles) -> Floats:
    """Return 1 for a bad loan, 0 for a good one, NaN without an outcome."""
    column = table[str(roles.outcome)]
    different = column.drop_nulls().unique().sort().cast(pl.String).to_list()
    bad = roles.bad or (different[-1] if set(different) <= {"0", "1", "false", "true"} else None)
    if len(different) != 2 or bad is None or bad not in different:  # noqa: PLR2004
        raise _wrong(
            f"outcomes of {', '.join(different[:5]) or 'no value'}",
            "two values, one of them bad",
            "Say which with --bad VALUE.",
            "bad-outcome",
        )
    flags = equals(column, bad).cast(pl.Float64).to_numpy()
    return np.where(column.is_null().to_numpy(), np.nan, flags)


def _given(table: pl.DataFrame, roles: Roles, groups: Sequence[str]) -> tuple[str, ...]:
    """Return the columns held equal."""
    if "*" not in roles.given:
        return tuple(roles.given)
    taken = {roles.decision, roles.time, roles.outcome, *groups, *_figures(table, roles).values()}
    taken |= {*_beginning(table, POINTS), *_beginning(table, NAMED)}
    return tuple(name for name in table.columns if name not in taken)


def _columns(table: pl.DataFrame, given: Sequence[str]) -> Floats:
    """Return (n, k) the columns held equal, each value of a text but the first one of its own."""
    made: list[Floats] = []
    for name in given:
        values, texts = numbers(table[name], categorical=False)
        if not texts:
            made.append(values)
        of = [np.where(np.isnan(values), np.nan, values == code) for code in range(1, len(texts))]
        made += [one.astype(np.float64) for one in of]
    return np.column_stack(made) if made else np.empty((table.height, 0))


def _wrong(found: str, expected: str, hint: str, code: str) -> BadTable:
    return BadTable(found=found, expected=expected, hint=hint, code=code, where="--decisions")

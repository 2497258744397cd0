"""Whether a table keeps to its declaration: its columns first, then each row.

`shaped` gives a table the declared columns and types or says what is in the
way; `faults` names what is wrong with each row. Reading a data set and
importing one use the same two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import polars as pl

from features.errors import BadTable
from features.table import Column, Table

TYPES: Final[dict[str, pl.DataType]] = {
    "id": pl.String(),
    "text": pl.String(),
    "category": pl.String(),
    "money": pl.Int64(),
    "count": pl.Int64(),
    "quantity": pl.Float64(),
    "flag": pl.Boolean(),
    "time": pl.Datetime("us", "UTC"),
}

ORDER: Final = (
    ("occurred_at", "known_at", "known-too-early"),
    ("granted_at", "withdrawn_at", "withdrawn-too-early"),
    ("disbursed_at", "defaulted_at", "defaulted-too-early"),
)
"""Of these two times the second never lies before the first; with the code of the fault."""

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so becomes a formula when somebody opens an export in a spreadsheet."""

EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Earlier times are what programs write for none, or years of two digits read as they stand."""

DUPLICATE: Final = "duplicate-id"

FAULT: Final = "fault"
"""The column `faults` adds: what is wrong with the row, null where nothing is."""


def schema(table: Table) -> dict[str, pl.DataType]:
    """Return the type of each declared column, in order."""
    return {column.name: TYPES[column.kind] for column in table.columns}


def shaped(frame: pl.DataFrame, table: Table, where: str) -> pl.DataFrame:
    """Return the frame with exactly the declared columns, in order, in the declared types.

    Columns that may be missing and are not there come out all null; ``known_at`` is filled with
    ``occurred_at``.

    Raises:
        BadTable: a column is missing (``missing-column``), not declared (``extra-column``) or of
            another type (``wrong-type``), or there is no row (``empty-table``).
    """
    declared = {column.name: column for column in table.columns}
    _refuse_strangers(set(frame.columns), declared, where)
    if frame.is_empty():
        raise BadTable(
            found="no rows",
            expected=f"at least one row of {table.name}",
            hint="Leave the file out if the source has nothing to say.",
            code="empty-table",
            where=where,
        )
    columns = [_typed(frame, column, where) for column in table.columns]
    try:
        out = frame.select(columns)
    except pl.exceptions.PolarsError as error:
        raise _wrong_type(
            " ".join(str(error).split())[:200], "64-bit whole numbers", where
        ) from error
    if "known_at" in declared:
        out = out.with_columns(pl.col("known_at").fill_null(pl.col("occurred_at")))
    return out


def _refuse_strangers(names: set[str], declared: dict[str, Column], where: str) -> None:
    required = {name for name, column in declared.items() if column.missing is None}
    if absent := sorted(required - names):
        raise BadTable(
            found=f"no column {', '.join(absent)}",
            expected=f"the columns {', '.join(sorted(required))}",
            hint="Add the column, or map one of the source's columns to it.",
            code="missing-column",
            where=where,
        )
    if extra := sorted(names - set(declared)):
        raise BadTable(
            found=f"the column {', '.join(extra)}",
            expected=f"only {', '.join(declared)}",
            hint="Drop it: what is not declared is not read, and may be personal data.",
            code="extra-column",
            where=where,
        )


def _typed(frame: pl.DataFrame, column: Column, where: str) -> pl.Expr:
    wanted = TYPES[column.kind]
    if column.name not in frame.columns:
        return pl.lit(None, dtype=wanted).alias(column.name)
    found = frame.schema[column.name]
    whole = found.is_integer() and wanted.is_numeric()
    same_kind = whole or found == wanted
    instant = (
        isinstance(found, pl.Datetime) and found.time_zone is not None and wanted.is_temporal()
    )
    if same_kind or instant or found == pl.Null():
        return pl.col(column.name).cast(wanted)
    expected = f"{column.name} as {wanted} ({column.kind}: {column.meaning})"
    raise _wrong_type(f"{column.name} as {found}", expected, where)


def _wrong_type(found: str, expected: str, where: str) -> BadTable:
    return BadTable(
        found=found,
        expected=expected,
        hint="Convert it, or let `lumbung import` do so by a mapping file.",
        code="wrong-type",
        where=where,
    )


def faults(frame: pl.DataFrame, table: Table, now: datetime | None = None) -> pl.DataFrame:
    """Return a shaped frame with one more column, `FAULT`: the first thing wrong with each row.

    Rows that stand twice are no fault of one row: see `training.datasets.unique`.

    Args:
        frame: as `shaped` returns it.
        table: its declaration.
        now: times later than this lie in the future; the present when not given.
    """
    now = now or datetime.now(UTC)
    every = [wrong for column in table.columns for wrong in _wrongs(column, now)]
    first = pl.coalesce(_when(wrong, fault) for wrong, fault in [*every, *_order_wrongs(table)])
    return frame.with_columns(first.alias(FAULT))


def is_sound(frame: pl.DataFrame, table: Table, now: datetime | None = None) -> bool:
    """Return whether a quick look finds that `faults` would find nothing; false when in doubt.

    Args:
        frame: as `shaped` returns it.
        table: its declaration.
        now: as `faults` takes it.
    """
    now = now or datetime.now(UTC)
    doubts = [doubt for column in table.columns for doubt in _doubts(column, now)]
    doubts += [wrong for wrong, _ in _order_wrongs(table)]
    return not frame.select(pl.any_horizontal(doubt.any() for doubt in doubts)).item()


Wrong = tuple[pl.Expr, str]
"""Where a row is wrong, and what then is the fault: a code, and what was found."""


def _wrongs(column: Column, now: datetime) -> list[Wrong]:
    """Return what may be wrong with the values of a column, the first to be named first."""
    value = pl.col(column.name)
    found: list[Wrong] = []
    if column.missing is None:
        found.append((value.is_null(), f"missing-value: {column.name} is empty"))
    if column.kind in ("id", "text"):
        found += _text_wrongs(column)
    if column.kind == "quantity":
        found.append((~value.is_finite(), f"bad-amount: {column.name} is not a finite number"))
    if column.kind in ("money", "count", "quantity") and column.least is not None:
        found.append((value < column.least, f"bad-amount: {column.name} is below {column.least}"))
    if column.most is not None:
        found.append((value > column.most, f"bad-amount: {column.name} is above {column.most}"))
    if column.kind == "category":
        allowed = ", ".join(column.values)
        unknown = ~value.is_in(column.values)
        found.append((unknown, f"unknown-value: {column.name} is not one of {allowed}"))
    if column.kind == "time":
        found += _time_wrongs(column, now)
    return found


def _doubts(column: Column, now: datetime) -> list[pl.Expr]:
    """Return where a row may be wrong in a column; of texts by one look at each."""
    if column.kind not in ("id", "text"):
        return [wrong for wrong, _ in _wrongs(column, now)]
    value = pl.col(column.name)
    # A text that begins with a letter of English or a digit is not blank and no formula; to compare
    # is several times as fast as to search.
    usual = value.is_between(pl.lit("0"), pl.lit("9~")) | value.is_between(
        pl.lit("A"), pl.lit("z~")
    )
    doubts = [~usual, value.str.contains("\x00", literal=True)]
    if column.missing is None:
        doubts.append(value.is_null())
    if column.pattern is not None:
        doubts.append(~_has_form(value, column.pattern))
    return doubts


def _text_wrongs(column: Column) -> list[Wrong]:
    value = pl.col(column.name)
    found: list[Wrong] = []
    if column.kind == "id":
        found.append((value.str.strip_chars() == "", f"missing-value: {column.name} is empty"))
    if column.pattern is not None:
        shape = f"bad-form: {column.name} does not look like {column.pattern}"
        found.append((~_has_form(value, column.pattern), shape))
    formula = f"formula: {column.name} begins like a formula of a spreadsheet"
    # Some programs end a text there, so that two ids would become one.
    nul = f"bad-form: {column.name} holds a NUL"
    return [
        *found,
        (value.str.head(1).is_in(FORMULA), formula),
        (value.str.contains("\x00", literal=True), nul),
    ]


def _has_form(value: pl.Expr, pattern: str) -> pl.Expr:
    return value.str.contains(f"^(?:{pattern})$")


def _time_wrongs(column: Column, now: datetime) -> list[Wrong]:
    value = pl.col(column.name)
    ancient = f"ancient-date: {column.name} lies before {EARLIEST.year}"
    future = f"future-date: {column.name} lies in the future"
    late = [] if column.ahead else [(value > now, future)]
    return [(value < EARLIEST, ancient), *late]


def _when(wrong: pl.Expr, fault: str) -> pl.Expr:
    return pl.when(wrong).then(pl.lit(fault)).otherwise(None)


def _order_wrongs(table: Table) -> list[Wrong]:
    """Return what may be wrong between columns: what comes too early or is known at no time."""
    found = [
        (pl.col(late) < pl.col(early), f"{code}: {late} lies before {early}")
        for early, late, code in ORDER
        if {early, late} <= set(table.names)
    ]
    untimed = [c for c in table.columns if c.known_with not in (None, c.name)]
    return found + [
        (
            pl.col(c.name).is_not_null() & pl.col(str(c.known_with)).is_null(),
            f"known-at-no-time: {c.name} is given without {c.known_with}",
        )
        for c in untimed
    ]

"""The rows of an upload held against the very schema of records that a request brings.

What is right goes on by column, with the business and the line of each row beside it; of each
other row it is told what is wrong, without what it says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

import pyarrow as pa
import pydantic

from features.errors import BadInput, LumbungError
from features.sources import BUSINESS, SOURCES
from serving.applications import intake
from serving.business import columnar
from serving.jobs.reader import Row
from serving.reading.columns import Values
from serving.reading.faults import Problem, problem_of
from serving.reading.request import Records
from serving.reading.rows import ROWS, Name

LINE: Final = "line"
"""Column with the line of a row, beside those of its source and the business."""

MOST_FIELDS: Final = 64
"""Of a row; each that there should not be is a fault of its own."""

NAME: Final = pydantic.TypeAdapter(Name)

BY_COLUMN: Final = {
    source: pydantic.TypeAdapter[Values](Annotated[Values, Records(source)]) for source in SOURCES
}


@dataclass(frozen=True)
class Bad:
    """A row that is not taken, and why; nothing of what it says is told."""

    line: int
    problem: Problem


@dataclass(frozen=True)
class Sifted:
    """Rows, sorted out.

    Args:
        good: by column, as they are kept, with `LINE` and the business.
        bad: in order of their lines.
    """

    good: pa.Table
    bad: list[Bad]


@dataclass(frozen=True)
class _Read:
    """A row that is JSON and names its business."""

    line: int
    business_id: str
    said: dict[str, Any]


def sift(source: str, rows: list[Row], now: datetime) -> Sifted:
    """Return the rows of a source by column, and what is wrong with the others.

    Args:
        source: which.
        rows: at most `serving.reading.request.MOST_RECORDS`.
        now: the time, UTC.
    """
    good: list[_Read] = []
    bad: list[Bad] = []
    for line, said in rows:
        try:
            good.append(_read(line, said))
        except (LumbungError, pydantic.ValidationError) as error:
            bad.append(told(line, error))
    try:
        values = _values(source, good, now)
    except (LumbungError, pydantic.ValidationError):
        wrong = list(_wrong(source, good, now))
        lines = {one.line for one in wrong}
        good = [one for one in good if one.line not in lines]
        bad = sorted([*bad, *wrong], key=lambda one: one.line)
        values = _values(source, good, now)
    return Sifted(_table(source, good, values), bad)


def nothing(source: str) -> pa.Table:
    """Return no rows of a source, by column."""
    return _table(source, [], {name: [] for name in columnar.kept_names(SOURCES[source])})


def _values(source: str, rows: list[_Read], now: datetime) -> Values:
    values = BY_COLUMN[source].validate_python([one.said for one in rows])
    intake.check_timely(source, values, now)
    return values


def _wrong(source: str, rows: list[_Read], now: datetime) -> Iterator[Bad]:
    """Yield what is wrong with rows, each looked at by itself."""
    for one in rows:
        try:
            ROWS[source].model_validate(one.said)
            _values(source, [one], now)
        except (LumbungError, pydantic.ValidationError) as error:
            yield told(one.line, error)


def _read(line: int, said: bytes | None) -> _Read:
    """Return a row as JSON; raises BadInput, or what pydantic has against the business's id."""
    if said is None:
        raise _long()
    try:
        row = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise _no_json() from error
    if not isinstance(row, dict) or len(row) > MOST_FIELDS:
        raise _no_json()
    if BUSINESS.name not in row:
        raise _nameless()
    name = NAME.validate_python(row.pop(BUSINESS.name))
    return _Read(line, name, row)


def told(line: int, error: LumbungError | pydantic.ValidationError) -> Bad:
    """Return what is wrong with a row, by the names of its fields alone."""
    problem = problem_of(error)
    faults = [
        one.model_copy(update={"where": one.where.rpartition("/")[2] or BUSINESS.name})
        for one in problem.faults
    ]
    return Bad(line, problem.model_copy(update={"faults": faults}))


def _table(source: str, rows: list[_Read], values: Values) -> pa.Table:
    table = columnar.as_sent(values, SOURCES[source])
    names = pa.array([one.business_id for one in rows], pa.string())
    lines = pa.array([one.line for one in rows], pa.int64())
    return table.append_column(BUSINESS.name, names).append_column(LINE, lines)


def _long() -> BadInput:
    return BadInput(
        found="a row that is too long",
        expected="at most 64 KiB as JSON",
        hint="Send what is declared for the source, and no more.",
        code="row-too-long",
        where="row",
    )


def _no_json() -> BadInput:
    return BadInput(
        found="a line that is no object of JSON with the fields of a record",
        expected="one record a line, as JSON",
        hint="Write each record without line breaks.",
        code="no-json",
        where="row",
    )


def _nameless() -> BadInput:
    return BadInput(
        found="no business_id",
        expected="the business that the record is of",
        hint="Name it in each row.",
        code="no-business-id",
        where=BUSINESS.name,
    )

"""A mapping file: how a foreign file becomes a table of records.

Written in TOML. ``[dataset]`` is what the data set's own ``dataset.toml`` will
say. Each ``[[table]]`` names the table it makes and the file it reads, and gives
for each column where its values come from::

    amount = { from = "amount", major = true }          # 12.50 → 1250 minor units
    occurred_at = { from = ["tanggal", "jam"], format = "%d/%m/%Y %H:%M" }
    direction = { from = "type", values = { credit = "in", withdrawal = "out" } }
    channel = { from = "operation", values = { "credit in cash" = "cash" }, other = "bank" }
    business_id = { from = "merchant", hash = true }
    censored = { constant = false }

docs/import.md explains every key. A table that needs more than a mapping can say
names an ``adapter``, a function of ours.
"""

from __future__ import annotations

import importlib.resources
import tomllib
import zoneinfo
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

import pydantic

from features.errors import BadMapping
from features.records import TABLES
from training.about import About

Value = str | int | bool
Names = Annotated[
    tuple[str, ...],
    pydantic.BeforeValidator(lambda given: (given,) if isinstance(given, str) else given),
]
"""One name or several."""


class _Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Numbers(_Strict):
    """How numbers are written in a text file; a sign that is not declared makes a value unreadable.

    Args:
        decimal: the sign before the fraction.
        thousands: the sign between groups of three digits.
        without: texts that stand beside a number and mean nothing, such as ``Rp``.
    """

    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", " ", "'"] | None = None
    without: tuple[str, ...] = ()

    @pydantic.model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.decimal is not None and self.decimal == self.thousands:
            raise ValueError("'decimal' and 'thousands' are the same sign")
        return self


class ColumnMapping(_Strict):
    """Where one column's values come from.

    Args:
        source: the foreign column (``from`` in the file), or several, put together, an empty part
            as nothing; or
        constant: one value for every row.
        join: what stands between the parts when they are put together.
        values: foreign value → ours; a value not named is left as ``other``.
        other: what values not named become, empty ones too unless ``missing`` is given; when
            ``other`` is not given, rows with values not named are set aside.
        format: of times, as `strftime`_ writes it, or ``excel``, ``unix`` or ``unix_ms`` for
            numbers (of 1971 and later); of several the first that fits. When not given, texts
            that begin with the year, as ISO 8601 writes them, are read, and no other.
        zone: the time zone of times that state none, if not the data set's.
        end_of_day: the time is the last instant of its day, as that of a day something is due.
        major: the amount counts major units and becomes minor ones.
        times: what a number is multiplied by: a unit, or a fixed rate of exchange, which is one
            with a fraction and after which amounts are rounded to whole minor units.
        numbers: how numbers are written here, if not as in the rest of the table.
        missing: foreign values that mean there is none.
        hash: keep only a keyed hash, as columns that name another person always are kept.
        plain: the source has done that already; the value is kept as it is.

    .. _strftime: https://docs.rs/chrono/latest/chrono/format/strftime/
    """

    source: Names | None = pydantic.Field(default=None, alias="from")
    constant: Value | None = None
    join: str = " "
    values: dict[str, Value] | None = None
    other: Value | None = None
    format: Names = ()
    zone: str | None = None
    end_of_day: bool = False
    major: bool = False
    times: Decimal = Decimal(1)
    numbers: Numbers | None = None
    missing: tuple[str, ...] = ()
    hash: bool = False
    plain: bool = False

    @pydantic.model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.source is None) == (self.constant is None):
            raise ValueError("give exactly one of 'from' and 'constant'")
        if self.hash and self.plain:
            raise ValueError("give at most one of 'hash' and 'plain'")
        return self

    @pydantic.field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in zoneinfo.available_timezones():
            raise ValueError(f"unknown time zone {value}; one is Asia/Jakarta")
        return value


class Reading(_Strict):
    """How a text or Excel file is read.

    Args:
        delimiter: what stands between the fields of a CSV file.
        encoding: of a text file, as Python names it.
        skip: lines of a CSV file, or rows of a sheet, before the one with the columns' names.
        sheet: the sheet of an Excel file; the first when not given.
    """

    delimiter: Annotated[str, pydantic.StringConstraints(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8"
    skip: Annotated[int, pydantic.Field(ge=0, le=1000)] = 0
    sheet: str | None = None

    @pydantic.field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError as error:
            raise ValueError(f"unknown encoding {value}; one is windows-1252") from error
        return value


class TableMapping(_Strict):
    """How one table is made: from files by columns, or by an adapter.

    Args:
        table: the table made.
        file: the file in the source folder, or several by a pattern such as ``*.csv``; when not
            given, the source is the file itself.
        adapter: a function of ours that makes the table.
        read: how the file is read.
        numbers: how numbers are written in it.
        keep: foreign column → the values of rows that count; others are passed over.
        drop: foreign column → the values of rows that are passed over.
        refuse: foreign column → why no column may be made of it, such as that it was written
            after the outcome.
        columns: our column → where its values come from.
    """

    table: str
    file: str | None = None
    adapter: Literal["berka_protected"] | None = None
    read: Reading = Reading()
    numbers: Numbers = Numbers()
    keep: dict[str, Names] = {}
    drop: dict[str, Names] = {}
    refuse: dict[str, str] = {}
    columns: dict[str, ColumnMapping] = {}

    @pydantic.model_validator(mode="after")
    def _declared(self) -> Self:
        if self.table not in TABLES:
            raise ValueError(f"unknown table {self.table}; known are {', '.join(TABLES)}")
        if self.adapter is None and not self.columns:
            raise ValueError(f"{self.table} is made of no columns")
        if self.adapter is not None and (self.file is not None or self.columns):
            raise ValueError("give an 'adapter', or a 'file' and 'columns'")
        unknown = set(self.columns) - set(TABLES[self.table].names)
        if unknown:
            raise ValueError(f"{self.table} has no column {', '.join(sorted(unknown))}")
        kinds = {column.name: column.kind for column in TABLES[self.table].columns}
        open_kinds = [
            name
            for name, how in self.columns.items()
            if how.hash and kinds[name] not in ("id", "text")
        ]
        if open_kinds:
            raise ValueError(f"{', '.join(open_kinds)} is neither id nor text: it has no 'hash'")
        if "due_at" in self.columns and "paid_at" not in self.columns:
            raise ValueError("'due_at' without 'paid_at' would make everything due look unpaid")
        _refuse(self.refuse, self.reads())
        return self

    def reads(self) -> set[str]:
        """Return the foreign columns that are read."""
        made = {name for mapping in self.columns.values() for name in mapping.source or ()}
        return made | set(self.keep) | set(self.drop)


def _refuse(why: dict[str, str], reads: set[str]) -> None:
    if refused := sorted(reads & set(why)):
        said = "; ".join(f"{name}: {why[name]}" for name in refused)
        raise ValueError(f"refused columns are used: {said}")


class Mapping(_Strict):
    """A whole mapping file.

    Args:
        dataset: what the data set will say of itself.
        most_rejected: the share of a table's rows, 0 … 1, above which the import fails.
        refuse: as of a table, for every table.
        table: the tables to make.
    """

    dataset: About
    most_rejected: float = pydantic.Field(default=0.01, ge=0, le=1)
    refuse: dict[str, str] = {}
    table: tuple[TableMapping, ...]

    @pydantic.model_validator(mode="after")
    def _once(self) -> Self:
        names = [table.table for table in self.table]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} is made more than once")
        for table in self.table:
            _refuse(self.refuse, table.reads())
        return self


def load(name_or_file: str) -> Mapping:
    """Read a mapping, one of ours by name or a file of anyone's by path.

    Raises:
        BadMapping: there is none (``no-mapping``), or it is not a mapping (``bad-mapping``).
    """
    try:
        return Mapping.model_validate(tomllib.loads(_text(name_or_file)))
    except ValueError as error:
        raise BadMapping(
            found=" ".join(str(error).split()),
            expected="a mapping as docs/import.md describes it",
            hint="Mend the line named; `training/importing/mappings/` holds working examples.",
            code="bad-mapping",
            where=name_or_file,
        ) from error


def _text(name_or_file: str) -> str:
    shipped = importlib.resources.files("training.importing") / "mappings"
    ours = shipped / f"{name_or_file}.toml"
    file = ours if "/" not in name_or_file and ours.is_file() else Path(name_or_file)
    if not file.is_file():
        names = sorted(f.name.removesuffix(".toml") for f in shipped.iterdir())
        raise BadMapping(
            found=f"no mapping {name_or_file}",
            expected=f"a file, or one of ours: {', '.join(names)}",
            hint="Check the spelling.",
            code="no-mapping",
        )
    return file.read_text(encoding="utf-8")

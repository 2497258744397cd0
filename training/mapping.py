"""A mapping file: how a foreign file becomes a table of records.

Written in TOML. ``[dataset]`` is what the data set's own ``dataset.toml`` will
say. Each ``[[table]]`` names the table it makes and the file it reads, and gives
for each column where its values come from::

    amount = { from = "amount", major = true }          # 12.50 → 1250 minor units
    occurred_at = { from = "date", format = "%y%m%d" }
    direction = { from = "type", values = { credit = "in", withdrawal = "out" } }
    channel = { from = "operation", values = { "credit in cash" = "cash" }, other = "bank" }
    censored = { constant = false }

A table that needs more than this names an ``adapter``, a function of ours.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from pathlib import Path
from typing import Literal, Self

import pydantic

from features.errors import BadMapping
from features.records import TABLES
from training.datasets import About

Value = str | int | bool


class _Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ColumnMapping(_Strict):
    """Where one column's values come from.

    Args:
        source: the foreign column (``from`` in the file); or
        constant: one value for every row.
        values: foreign value → ours; a value not named is left as ``other``.
        other: what values not named become; when not given, such rows are set aside.
        format: of dates, as `strftime`_ writes it.
        major: the amount counts major units and becomes minor ones.
        missing: foreign values that mean there is none.

    .. _strftime: https://docs.rs/chrono/latest/chrono/format/strftime/
    """

    source: str | None = pydantic.Field(default=None, alias="from")
    constant: Value | None = None
    values: dict[str, Value] | None = None
    other: Value | None = None
    format: str | None = None
    major: bool = False
    missing: tuple[str, ...] = ()

    @pydantic.model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.source is None) == (self.constant is None):
            raise ValueError("give exactly one of 'from' and 'constant'")
        return self


class TableMapping(_Strict):
    """How one table is made: from a file by columns, or by an adapter."""

    table: str
    file: str | None = None
    adapter: Literal["berka_protected"] | None = None
    columns: dict[str, ColumnMapping] = {}

    @pydantic.model_validator(mode="after")
    def _declared(self) -> Self:
        if self.table not in TABLES:
            raise ValueError(f"unknown table {self.table}; known are {', '.join(TABLES)}")
        if (self.file is None) == (self.adapter is None):
            raise ValueError("give exactly one of 'file' and 'adapter'")
        if self.file is not None and not self.columns:
            raise ValueError(f"{self.table} is made of no columns")
        unknown = set(self.columns) - {column.name for column in TABLES[self.table].columns}
        if unknown:
            raise ValueError(f"{self.table} has no column {', '.join(sorted(unknown))}")
        return self


class Mapping(_Strict):
    """A whole mapping file.

    Args:
        dataset: what the data set will say of itself.
        most_rejected: the share of a table's rows, 0 … 1, above which the import fails.
        table: the tables to make.
    """

    dataset: About
    most_rejected: float = pydantic.Field(default=0.01, ge=0, le=1)
    table: tuple[TableMapping, ...]

    @pydantic.model_validator(mode="after")
    def _once(self) -> Self:
        names = [table.table for table in self.table]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} is made more than once")
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
            hint="Mend the line named; `training/mappings/` holds working examples.",
            code="bad-mapping",
            where=name_or_file,
        ) from error


def _text(name_or_file: str) -> str:
    shipped = importlib.resources.files("training") / "mappings"
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

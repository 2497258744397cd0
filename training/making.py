"""Making one column of ours from a foreign file, as its mapping says.

A value that is there and cannot be read is a fault of its row, never a guess: a sign
between digits that the mapping does not explain makes the number unreadable, since
``1.250`` is a thousand in one export and a little over one in another.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from features.records import TABLES
from features.table import CURRENCIES, Column
from training.checks import TYPES
from training.mapping import ColumnMapping, Mapping, Numbers, TableMapping
from training.pseudonyms import Pseudonyms, looks_personal

EXCEL_EPOCH_DAYS: Final = 25_569
"""Days from Excel's day 0 (30 December 1899) to 1970."""

DAY_MICROSECONDS: Final = 86_400_000_000
MOST_EXACT: Final = 2**53
"""From here on, a float no longer holds every whole number."""

ISO: Final = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%+",
)
"""How times are read when a mapping does not say: as ISO 8601 writes them, and no other way."""

PER_UNIT: Final = {"excel": DAY_MICROSECONDS, "unix": 1_000_000, "unix_ms": 1000}
"""Format of numbers that are times → microseconds in one."""

UNREAD: Final = "unread"

SHOWN: Final = 40
"""Letters of an unreadable value that its fault shows."""

TRUTHS: Final = {"true": True, "false": False}


@dataclass(frozen=True)
class Maker:
    """Makes one column of ours from a foreign one.

    Args:
        column: what it is to be.
        mapping: where its values come from.
        numbers: how numbers are written there.
        zone: the time zone of times that state none.
        places: decimal places of the currency's minor unit.
        schema: type of each foreign column.
        key: makes keyed hashes; None where no identifier is kept.
    """

    column: Column
    mapping: ColumnMapping
    numbers: Numbers
    zone: str
    places: int
    schema: pl.Schema
    key: Pseudonyms | None

    @property
    def found(self) -> str:
        """Return a name for the foreign value while the foreign columns stand beside it."""
        return f"\x1ffound {self.column.name}"

    @property
    def made(self) -> str:
        """Return a name for what is made of it, likewise."""
        return f"\x1fmade {self.column.name}"

    @property
    def raw(self) -> pl.Expr:
        """Return the foreign value as `look` left it."""
        return pl.col(self.found)

    @property
    def hashes(self) -> bool:
        """Return whether only a keyed hash of the values is kept."""
        return self.mapping.hash or (self.column.hashed and not self.mapping.plain)

    def look(self) -> pl.Expr:
        """Return the foreign value, texts without blanks around them; null where there is none."""
        parts = [self._stripped(name) for name in self.mapping.source or ()]
        if not parts:
            return pl.lit(None, dtype=pl.String)
        raw = parts[0]
        if len(parts) > 1:
            texts = [part.cast(pl.String) for part in parts]
            raw = pl.concat_str(texts, separator=self.mapping.join)
        if self.mapping.missing:
            raw = pl.when(~raw.cast(pl.String).is_in(self.mapping.missing)).then(raw)
        return raw

    def _stripped(self, name: str) -> pl.Expr:
        if self.schema[name] != pl.String:
            return pl.col(name)
        text = pl.col(name).str.strip_chars()
        return pl.when(text != "").then(text)

    @property
    def _textual(self) -> bool:
        names = self.mapping.source or ()
        return len(names) > 1 or self.schema[names[0]] == pl.String

    def value(self) -> pl.Expr:
        """Return the column in the type declared; null where the foreign value cannot be read."""
        wanted = TYPES[self.column.kind]
        if self.mapping.source is None:
            return pl.lit(self.mapping.constant, dtype=wanted)
        if self.mapping.values is not None:
            names = self.raw.cast(pl.String)
            return names.replace_strict(
                self.mapping.values, default=self.mapping.other, return_dtype=wanted
            )
        if self.column.kind == "time":
            return self._time()
        if self.column.kind in ("money", "count", "quantity"):
            return self._number()
        if self.column.kind == "flag":
            return self._flag()
        return self._text()

    def _flag(self) -> pl.Expr:
        if not self._textual:
            return self.raw.cast(pl.Boolean, strict=False)
        lowered = self.raw.cast(pl.String).str.to_lowercase()
        return lowered.replace_strict(TRUTHS, default=None, return_dtype=pl.Boolean)

    def _text(self) -> pl.Expr:
        text = self.raw.cast(pl.String)
        if self.hashes and self.key is not None:
            return text.map_batches(self.key.of_each, pl.String)
        return text

    def _time(self) -> pl.Expr:
        if not self._textual and self.schema[(self.mapping.source or ("",))[0]].is_temporal():
            instant = self._stated()
        else:
            instants = [self._instant(form) for form in self.mapping.format or ISO]
            instant = pl.coalesce(instants) if len(instants) > 1 else instants[0]
        if not self.mapping.end_of_day:
            return instant
        there = instant.dt.convert_time_zone(self.zone)
        last = there.dt.truncate("1d").dt.offset_by("1d").dt.convert_time_zone("UTC")
        return last - pl.duration(microseconds=1)

    def _stated(self) -> pl.Expr:
        """Return the times of a column that holds times."""
        kind = self.schema[(self.mapping.source or ("",))[0]]
        if isinstance(kind, pl.Datetime) and kind.time_zone is not None:
            return self.raw.cast(pl.Datetime("us", "UTC"))
        return self._placed(self.raw.cast(pl.Datetime("us")))

    def _instant(self, form: str) -> pl.Expr:
        """Return the times that one format reads, UTC."""
        if form in PER_UNIT:
            since = self.raw.cast(pl.Float64, strict=False)
            since = since - EXCEL_EPOCH_DAYS if form == "excel" else since
            micros = (since * PER_UNIT[form]).round().cast(pl.Int64, strict=False)
            naive = micros.cast(pl.Datetime("us"))
            return self._placed(naive) if form == "excel" else naive.dt.replace_time_zone("UTC")
        text = self.raw.cast(pl.String)
        if re.search(r"%[:#]*z|%\+", form):
            return text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
        return self._placed(text.str.to_datetime(form, time_unit="us", strict=False))

    def _placed(self, local: pl.Expr) -> pl.Expr:
        """Return times of the zone's clock in UTC; an hour that was skipped there is unreadable."""
        there = local.dt.replace_time_zone(self.zone, ambiguous="earliest", non_existent="null")
        return there.dt.convert_time_zone("UTC")

    def _number(self) -> pl.Expr:
        text = self._digits() if self._textual else self.raw
        if self.column.kind == "quantity":
            return text.cast(pl.Float64, strict=False) * float(self.mapping.times)
        factor = self.mapping.times * 10 ** (self.places if self.mapping.major else 0)
        if self._textual and factor == 1 and self.numbers.decimal is None:
            return text.cast(pl.Int64, strict=False)
        exact = text.cast(pl.Float64, strict=False) * float(factor)
        near = (exact - exact.round()).abs() < 1e-6 * max(float(factor), 1.0)
        near &= exact.abs() < MOST_EXACT
        return pl.when(near).then(exact.round().cast(pl.Int64, strict=False))

    def _digits(self) -> pl.Expr:
        """Return texts of numbers with no sign but a decimal point; null where that can't be."""
        text = self.raw.cast(pl.String)
        for meaningless in self.numbers.without:
            text = text.str.replace_all(meaningless, "", literal=True)
        if self.numbers.without:
            text = text.str.strip_chars()
        decimal, thousands = self.numbers.decimal, self.numbers.thousands
        fraction = "" if decimal is None else rf"(?:{re.escape(decimal)}\d+)?"
        grouped = "" if thousands is None else rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|"
        text = pl.when(text.str.contains(rf"^[+-]?(?:{grouped}\d+){fraction}$")).then(text)
        if thousands is not None:
            text = text.str.replace_all(thousands, "", literal=True)
        return text if decimal != "," else text.str.replace(",", ".", literal=True)

    def unread(self) -> pl.Expr:
        """Return whether there is a foreign value that could not be read."""
        return pl.col(self.made).is_null() & self.raw.is_not_null()

    def fault(self) -> pl.Expr:
        """Return the fault of rows that are `unread`, else null."""
        raw = self.raw.cast(pl.String)
        shown = pl.when(looks_personal(raw)).then(pl.lit("…")).otherwise(raw.str.head(SHOWN))
        said = pl.format(f"unread-value: {self.column.name} cannot be made of {{}}", shown)
        return pl.when(self.unread()).then(said)

    def open_identifiers(self) -> pl.Expr | None:
        """Return whether each foreign value looks like a person's identifier and is kept open."""
        kept = self.column.kind in ("id", "text") and self.mapping.values is None
        if not kept or self.hashes or self.mapping.source is None:
            return None
        return looks_personal(self.raw.cast(pl.String))


def makers(
    table: TableMapping, mapping: Mapping, schema: pl.Schema, key: Pseudonyms | None
) -> list[Maker]:
    """Return a maker for every column the mapping makes."""
    return [
        Maker(
            column=TABLES[table.table].column(name),
            mapping=how,
            numbers=how.numbers or table.numbers,
            zone=how.zone or mapping.dataset.time_zone,
            places=CURRENCIES[mapping.dataset.currency],
            schema=schema,
            key=key,
        )
        for name, how in table.columns.items()
    ]


def make(rows: pl.DataFrame, columns: Sequence[Maker]) -> pl.DataFrame:
    """Return foreign rows with what is found in them and what is made of it beside."""
    looked = rows.with_columns(maker.look().alias(maker.found) for maker in columns)
    return looked.with_columns(maker.value().alias(maker.made) for maker in columns)


def ours(made: pl.DataFrame, columns: Sequence[Maker]) -> pl.DataFrame:
    """Return the columns made, under their own names."""
    return made.select(pl.col(maker.made).alias(maker.column.name) for maker in columns)


def unread(made: pl.DataFrame, columns: Sequence[Maker]) -> pl.Series:
    """Return (rows,) the fault of the first column whose foreign value could not be read."""
    marks = made.select(maker.unread().any().alias(maker.made) for maker in columns)
    wrong = [maker.fault() for maker in columns if marks[maker.made].any()]
    none = pl.lit(None, dtype=pl.String)
    return made.with_columns(pl.coalesce(*wrong, none).alias(UNREAD))[UNREAD]


def chosen(table: TableMapping) -> pl.Expr:
    """Return whether a foreign row counts, by `keep` and `drop`."""
    tests = [_is(name, values) for name, values in table.keep.items()]
    tests += [~_is(name, values) for name, values in table.drop.items()]
    return functools.reduce(operator.and_, tests, pl.lit(value=True))


def _is(name: str, values: tuple[str, ...]) -> pl.Expr:
    text = pl.col(name).cast(pl.String).str.strip_chars().fill_null("")
    return text.is_in(values)

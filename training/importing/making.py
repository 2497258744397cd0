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
from training.importing.mapping import ColumnMapping, Mapping, Numbers, TableMapping, Value
from training.importing.pseudonyms import Pseudonyms, looks_personal
from training.importing.times import end_of_day, instants

MOST_EXACT: Final = 2**53
"""From here on, a float no longer holds every whole number."""

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
        """Return the foreign value, of stripped texts; null where there is none."""
        parts = [self._filled(name) for name in self.mapping.source or ()]
        if not parts:
            return pl.lit(None, dtype=pl.String)
        raw = parts[0]
        if len(parts) > 1:
            texts = [part.cast(pl.String) for part in parts]
            there = pl.any_horizontal(text.is_not_null() for text in texts)
            filled = [text.fill_null("") for text in texts]
            raw = pl.when(there).then(pl.concat_str(filled, separator=self.mapping.join))
        if self.mapping.missing:
            raw = pl.when(~raw.cast(pl.String).is_in(self.mapping.missing)).then(raw)
        return raw

    def _filled(self, name: str) -> pl.Expr:
        if self.schema[name] != pl.String:
            return pl.col(name)
        return pl.when(pl.col(name) != "").then(pl.col(name))

    @property
    def _textual(self) -> bool:
        names = self.mapping.source or ()
        return len(names) > 1 or self.schema[names[0]] == pl.String

    def value(self) -> pl.Expr:
        """Return the column in the type declared; null where the foreign value cannot be read."""
        wanted = TYPES[self.column.kind]
        if self.mapping.source is None:
            return pl.lit(self._constant, dtype=wanted)
        if self.mapping.values is not None:
            named = self.raw.cast(pl.String).replace_strict(
                self.mapping.values, default=self.mapping.other, return_dtype=wanted
            )
            named = pl.when(self.raw.is_not_null()).then(named) if self.mapping.missing else named
            return self._hidden(named)
        if self.column.kind == "time":
            return self._time()
        if self.column.kind in ("money", "count", "quantity"):
            return self._number()
        if self.column.kind == "flag":
            return self._flag()
        return self._text()

    @property
    def _constant(self) -> Value | None:
        constant = self.mapping.constant
        if self.hashes and self.key is not None:
            return self.key.of(str(constant))
        return constant

    def _flag(self) -> pl.Expr:
        if not self._textual:
            truth = self.raw.cast(pl.Float64, strict=False)
            return pl.when(truth.is_in([0.0, 1.0])).then(truth.cast(pl.Boolean, strict=False))
        lowered = self.raw.cast(pl.String).str.to_lowercase()
        return lowered.replace_strict(TRUTHS, default=None, return_dtype=pl.Boolean)

    def _text(self) -> pl.Expr:
        text = self.raw.cast(pl.String)
        # It ends a text in some programs and not in others, so one name becomes two.
        text = pl.when(~text.str.contains("\x00", literal=True)).then(text)
        return self._hidden(text)

    def _hidden(self, text: pl.Expr) -> pl.Expr:
        """Return the keyed hashes of texts where only those are kept."""
        if self.hashes and self.key is not None:
            return text.map_batches(self.key.of_each, pl.String)
        return text

    def _time(self) -> pl.Expr:
        kind = pl.String() if self._textual else self.schema[(self.mapping.source or ("",))[0]]
        formats = self.mapping.format or (None,)
        instant = pl.coalesce(instants(self.raw, kind, form, self.zone) for form in formats)
        return end_of_day(instant, self.zone) if self.mapping.end_of_day else instant

    def _number(self) -> pl.Expr:
        text = self._digits() if self._textual else self.raw
        if self.column.kind == "quantity":
            return text.cast(pl.Float64, strict=False) * float(self.mapping.times)
        factor = self.mapping.times * 10 ** (self.places if self.mapping.major else 0)
        if self._textual and factor == 1 and self.numbers.decimal is None:
            return text.cast(pl.Int64, strict=False)
        exact = text.cast(pl.Float64, strict=False) * float(factor)
        readable = exact.abs() < MOST_EXACT
        if not self._rate:
            readable &= (exact - exact.round()).abs() < 1e-6 * max(float(factor), 1.0)
        return pl.when(readable).then(exact.round().cast(pl.Int64, strict=False))

    @property
    def _rate(self) -> bool:
        """Return whether amounts are exchanged at a rate, after which fractions are no error."""
        return self.mapping.times != self.mapping.times.to_integral_value()

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
        shown = (
            pl.when(looks_personal(raw, within=True))
            .then(pl.lit("…"))
            .otherwise(raw.str.head(SHOWN))
        )
        said = pl.format(f"unread-value: {self.column.name} cannot be made of {{}}", shown)
        return pl.when(self.unread()).then(said)

    def open_identifiers(self) -> pl.Expr | None:
        """Return whether each foreign value looks like a person's identifier and is kept open."""
        kept = self.column.kind in ("id", "text") and self.mapping.values is None
        if not kept or self.hashes or self.mapping.source is None:
            return None
        return looks_personal(self.raw.cast(pl.String), within=self.column.kind == "text")


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
    # Each text is stripped once, in a step of its own: within `look` it would be done again.
    texts = {
        n for maker in columns for n in maker.mapping.source or () if rows.schema[n] == pl.String
    }
    stripped = rows.with_columns(pl.col(name).str.strip_chars() for name in sorted(texts))
    looked = stripped.with_columns(maker.look().alias(maker.found) for maker in columns)
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

"""``lumbung import --suggest``: a first mapping for a foreign file, to be read and completed.

It looks at the names of the columns, in Indonesian and English, and at the first rows:
what separates fields, how numbers and dates are written, which values a category has.
What it cannot know it marks; it never guesses between two readings that both fit.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import re
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from features.errors import BadTable
from features.records import TABLES
from features.table import Column, Table
from training.importing.foreign import TEXT, Foreign
from training.importing.mapping import Reading
from training.importing.pseudonyms import looks_personal

LOOKED_AT: Final = 5000
"""Rows that the suggestion is made from."""

MOST_VALUES: Final = 20
"""A column with more different texts than this is no category."""

ENCODINGS: Final = ("utf-8", "utf-16", "windows-1252")
"""In order of trial; the last one reads anything."""

DELIMITERS: Final = (",", ";", "\t", "|")

FORMATS: Final = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%:z",
    "%Y%m%d",
    "%d/%m/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d.%m.%Y",
)

NUMBERS: Final[tuple[tuple[re.Pattern[str], dict[str, str]], ...]] = (
    (re.compile(r"-?\d+"), {}),
    (re.compile(r"-?\d{1,3}(\.\d{3})+"), {"thousands": "."}),
    (re.compile(r"-?\d{1,3}(,\d{3})+"), {"thousands": ","}),
    (re.compile(r"-?\d{1,3}(\.\d{3})*,\d{1,2}"), {"decimal": ",", "thousands": "."}),
    (re.compile(r"-?\d{1,3}(,\d{3})*\.\d{1,2}"), {"decimal": ".", "thousands": ","}),
    (re.compile(r"-?\d+\.\d+"), {"decimal": "."}),
    (re.compile(r"-?\d+,\d+"), {"decimal": ","}),
)
"""How a number may be written → what a mapping says of it, the plainest first."""

TOP: Final = """\
# Suggested by what the file looks like. Read every line; complete what is marked `?`.

most_rejected = 0.01

[dataset]
name = {name}
currency = "IDR"
time_zone = "Asia/Jakarta"
source = "?"
licence = "?"
# Why these records may be used, unless the data set gets a table of consents:
# basis = "?"

[[table]]
table = {table}
"""


def suggest(file: Path) -> str:
    """Return the text of a mapping for a foreign file.

    Raises:
        BadTable: the file cannot be read, or none of its columns is like any of ours
            (``no-suggestion``).
    """
    reading = _reading(file)
    with tempfile.TemporaryDirectory() as work:
        foreign = Foreign(file, reading, Path(work))
        rows = next(foreign.batches(set(foreign.names)), pl.DataFrame()).head(LOOKED_AT)
    table = max(TABLES.values(), key=lambda table: _likeness(table, foreign.names))
    if not _matches(table, foreign.names):
        raise BadTable(
            found=f"the columns {', '.join(foreign.names)}",
            expected="at least one that sounds like a column of docs/records.md",
            hint="Write the mapping by hand; docs/import.md shows how.",
            code="no-suggestion",
            where=file.name,
        )
    text = TOP.format(name=json.dumps(file.stem), table=json.dumps(table.name))
    return text + "\n".join([*_read_lines(reading), *_lines(table, foreign.names, rows)])


def _reading(file: Path) -> Reading:
    """Return how a text file is to be read."""
    if file.suffix not in TEXT or not file.is_file():
        return Reading()
    with file.open("rb") as opened:
        beginning = opened.read(2**16)
    encoding = next(e for e in ENCODINGS if _decodes(beginning, e))
    first = beginning.decode(encoding, "replace").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    return Reading(delimiter=delimiter, encoding=encoding)


def _decodes(beginning: bytes, encoding: str) -> bool:
    if encoding == "utf-16":
        return beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        # A letter may be cut at the end of what was read.
        beginning[: beginning.rfind(b"\n") + 1].decode(encoding)
    except UnicodeDecodeError:
        return encoding == ENCODINGS[-1]
    return True


def _read_lines(reading: Reading) -> list[str]:
    said = reading.model_dump(exclude_defaults=True)
    return [f"read = {_toml(said)}"] if said else []


@functools.cache
def _synonyms() -> dict[str, Any]:
    file = importlib.resources.files("training.importing") / "synonyms.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _plain(name: str) -> str:
    """Return a name in small letters, words apart by single blanks."""
    return " ".join(re.findall(r"[a-z0-9]+", name.lower()))


def _matches(table: Table, names: tuple[str, ...]) -> dict[str, str]:
    """Return our column → the foreign column that sounds like it, each at most once."""
    words = _synonyms()["columns"]
    found: dict[str, str] = {}
    for column in table.columns:
        alike = [
            *words.get(table.name, {}).get(column.name, []),
            *words["any"].get(column.name, []),
            _plain(column.name),
        ]
        left = {_plain(name): name for name in names if name not in found.values()}
        if match := next((left[word] for word in alike if word in left), None):
            found[column.name] = match
    return found


def _likeness(table: Table, names: tuple[str, ...]) -> float:
    """Return how much a file is like a table: the columns found, then the share of the needed."""
    found = _matches(table, names)
    needed = [column.name for column in table.columns if column.missing is None]
    share = len([name for name in needed if name in found]) / len(needed)
    return len(found) + share


@dataclass(frozen=True)
class _Look:
    """What the first rows of one foreign column say."""

    name: str
    values: pl.Series

    @property
    def texts(self) -> list[str]:
        return self.values.cast(pl.String).str.strip_chars().drop_nulls().unique().sort().to_list()

    def formats(self) -> list[str]:
        """Return the formats that read every value."""
        if self.values.dtype != pl.String or not self.texts:
            return []
        texts = pl.Series(self.texts)
        return [
            form
            for form in FORMATS
            if texts.str.to_datetime(form, strict=False).is_not_null().all()
        ]

    def numbers(self) -> dict[str, Any] | None:
        """Return how its numbers are written; None where no one way reads all of them."""
        if self.values.dtype != pl.String:
            return {}
        texts = [text.removeprefix("Rp").strip() for text in self.texts]
        without: dict[str, Any] = {"without": ["Rp"]} if texts != self.texts else {}
        fits = [how for form, how in NUMBERS if all(form.fullmatch(text) for text in texts)]
        return {**fits[0], **without} if fits and texts else None


def _lines(table: Table, names: tuple[str, ...], rows: pl.DataFrame) -> Iterator[str]:
    """Yield the lines of the columns: what was found, and what must be completed."""
    found = _matches(table, names)
    yield "\n[table.columns]"
    for column in table.columns:
        if column.name in found:
            look = _Look(found[column.name], rows[found[column.name]])
            how, doubt = _how(column, look)
            yield f"{column.name} = {_toml(how)}" + (f"   # {doubt}" if doubt else "")
        elif column.missing is None:
            one_of = f"; one of {', '.join(column.values)}" if column.values else ""
            yield f'# {column.name} = {{ from = "?" }}   # needed: {column.meaning}{one_of}'
    unused = [name for name in names if name not in found.values()]
    if unused:
        yield f"# not used: {', '.join(unused)}"


def _how(column: Column, look: _Look) -> tuple[dict[str, Any], str]:
    """Return what a mapping says of one column, and what is in doubt."""
    how: dict[str, Any] = {"from": look.name}
    if column.values:
        how["values"] = _values(column, look)
    elif column.kind == "time":
        how |= {"end_of_day": True} if column.ahead else {}
        formats = look.formats()
        if len(formats) > 1:
            return how | {"format": "?"}, " or ".join(formats)
        how |= {"format": formats[0]} if formats else {}
    elif column.kind in ("money", "count", "quantity"):
        numbers = look.numbers()
        if numbers is None:
            shown = ", ".join(look.texts[:3])
            return how, f"? numbers written in more than one way: {shown}"
        how |= {"numbers": numbers} if numbers else {}
    elif column.kind in ("id", "text") and not column.hashed:
        personal = look.values.cast(pl.String).to_frame("v").select(looks_personal(pl.col("v")))
        how |= {"hash": True} if personal["v"].any() else {}
    return how, ""


def _values(column: Column, look: _Look) -> dict[str, str]:
    """Return foreign value → ours, `?` where nobody can know."""
    words = _synonyms()["values"].get(column.name, {})
    known = {word: ours for ours, alike in words.items() for word in alike if ours in column.values}
    return {text: known.get(_plain(text), "?") for text in look.texts[:MOST_VALUES]}


def _toml(value: Any) -> str:
    """Return a value as TOML writes it on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)

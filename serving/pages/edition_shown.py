"""An edition in the words of one language: its tables, each with a picture where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from audit.editions.sections import Edition, Missing
from serving.pages import edition_pictures
from serving.pages.charts import Chart
from serving.pages.edition_cells import attribute, cell, words_of
from serving.pages.edition_columns import Table, Unit
from serving.pages.edition_tables import PartName, part_of, tables
from serving.pages.intervals import Intervals

MOST: Final = 20
"""Lines of a table up to which all of it is shown at once."""

FIRST: Final = 10
"""Lines that are shown of a longer one."""

NUMBERS: Final[frozenset[Unit]] = frozenset(
    {"count", "tally", "figure", "share", "points", "plain", "level", "gap", "p", "hours", "rate"}
)
"""Units that stand at the right."""


@dataclass(frozen=True)
class Shown:
    """A table in words.

    Args:
        name: for machines; title, how: what it is, and how to read it.
        heads: of its columns, and whether they hold numbers.
        lines: its rows.
        bars, dots: a picture of it; None where there is none.
    """

    name: str
    title: str
    how: str
    heads: tuple[tuple[str, bool], ...]
    lines: tuple[tuple[str, ...], ...]
    bars: Chart | None
    dots: Intervals | None

    @property
    def first(self) -> tuple[tuple[str, ...], ...]:
        """Return all lines, or the first ones where they are many."""
        return self.lines if len(self.lines) <= MOST else self.lines[:FIRST]


def shown(edition: Edition, part: PartName, language: str) -> tuple[Shown, ...]:
    """Return the tables of a part in a language."""
    return tuple(_shown(one, language) for one in tables(edition, part))


def missing(edition: Edition, part: PartName, language: str) -> str:
    """Return why a part cannot be told; empty where it is."""
    found = part_of(edition, part)
    return words_of(language)[f"why_{found.why}"] if isinstance(found, Missing) else ""


def _shown(of: Table, language: str) -> Shown:
    words = words_of(language)
    measured = next((at for at, one in enumerate(of.columns) if one.name == "measure"), 0)
    lines = tuple(
        tuple(cell(value, column.unit, str(row[measured]), language)
              for value, column in zip(row, of.columns, strict=True))
        for row in of.rows
    )  # fmt: skip
    kind, _, name = of.name.partition("-")
    return Shown(
        name=of.name,
        title=words.get(f"table_{of.name}")
        or words[f"table_{kind}"].format(name=attribute(name, language)),
        how=words.get(f"how_{kind}", ""),
        heads=tuple((words[f"head_{one.name}"], one.unit in NUMBERS) for one in of.columns),
        lines=lines,
        bars=edition_pictures.bars(of, language),
        dots=edition_pictures.dots(of, language),
    )

"""An edition in the words of one language: its tables, each with a picture where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from audit.editions.sections import Edition, Missing
from serving.pages import edition_pictures
from serving.pages.charts import Chart
from serving.pages.edition_cells import attribute, cell, head, words_of
from serving.pages.edition_columns import Table, Unit
from serving.pages.edition_tables import PartName, part_of, tables
from serving.pages.intervals import Intervals

FIRST: Final = 15
"""Lines of a table that a page of several shows at most."""

WORDS: Final[frozenset[Unit]] = frozenset(
    {"text", "word", "reason", "feature", "alarm", "group", "place", "attribute", "day"}
)
"""Units that stand at the left; all others are numbers."""


@dataclass(frozen=True)
class Shown:
    """A table in words.

    Args:
        name: for machines; title, how: what it is, and how to read it.
        heads: of its columns, and whether they hold numbers.
        lines: its rows; few: how many of them are shown beside other tables, the first.
        bars, dots: a picture of it; None where there is none.
    """

    name: str
    title: str
    how: str
    heads: tuple[tuple[str, bool], ...]
    lines: tuple[tuple[str, ...], ...]
    few: int
    bars: Chart | None
    dots: Intervals | None

    @property
    def first(self) -> tuple[tuple[str, ...], ...]:
        """Return the lines that are shown beside other tables."""
        return self.lines[: self.few]


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
        or words.get(of.name)
        or words[f"table_{kind}"].format(name=attribute(name, language)),
        how=words.get(f"how_{kind}") or words.get(f"{of.name}_how", ""),
        heads=tuple((head(one.name, language), one.unit not in WORDS) for one in of.columns),
        lines=lines,
        few=min(FIRST, sum(row[measured] == of.rows[0][measured] for row in of.rows))
        if measured
        else FIRST,
        bars=edition_pictures.bars(of, language),
        dots=edition_pictures.dots(of, language),
    )

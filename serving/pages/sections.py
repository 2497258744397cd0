"""Sections of a report: pictures of estimates under headings, each with its numbers beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from serving.pages.demand import Line
from serving.pages.intervals import Intervals

WORSE: Final = ("worse", "beyond")
"""Verdicts of a gap that is shown against a group."""


@dataclass(frozen=True)
class Block:
    """A picture and its numbers: a name, what is drawn, heads of columns and lines."""

    name: str
    picture: Intervals
    heads: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    """A part of the page: a word that is its place, its heading, how to read it, its blocks."""

    at: str
    name: str
    how: str
    blocks: tuple[Block, ...]

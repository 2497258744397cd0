"""The outline of a page: what stands where, without what was decided about whom.

It lies beside each picture in docs/images/, made in the same moment. Whoever changes a page makes
another outline, and a test that compares them asks for another picture; pixels are nobody's proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Page

NAMED: Final = frozenset(
    (
        "button",
        "columnheader",
        "combobox",
        "group",
        "heading",
        "link",
        "navigation",
        "table",
        "textbox",
    )
)
"""Roles whose names are ours; those of rows, cells and texts are of somebody's data."""

LINE: Final = re.compile(r"^(?P<room> *)- (?P<role>[a-z]+)(?: \"(?P<name>(?:[^\"\\]|\\.)*)\")?")
MONTHS: Final = re.compile(
    r"\b(Januar[iy]|Februar[iy]|Maret|March|April|Mei|May|June?|Juni|July?|Juli|Agustus|August"
    r"|September|Oktober|October|November|Desember|December)\b"
)


def outline(page: Page) -> str:
    """Return the outline of a page: a line for each part, its parts further in.

    What can be opened is opened for it, and stays so. Parts of one parent that look the same stand
    once, and figures and months are masked, so it is the same whoever is shown.
    """
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    rows = list(_rows(page.locator("body").aria_snapshot()))
    return "".join(f"{line}\n" for line in _once(rows))


def _rows(snapshot: str) -> Iterator[tuple[int, str]]:
    """Yield how far in each part of a snapshot by role stands, and what it is."""
    for text in snapshot.splitlines():
        found = LINE.match(text)
        if found and found["role"] not in ("text", "paragraph"):
            name = found["name"] if found["role"] in NAMED else None
            told = f' "{_masked(name)}"' if name else ""
            yield len(found["room"]) // 2, found["role"] + told


def _masked(name: str) -> str:
    return re.sub(r"\d+(?:[.,:]\d+)*", "#", MONTHS.sub("#", name))


def _once(rows: list[tuple[int, str]], at: int = 0) -> list[str]:
    """Return the rows of one parent, what looks like one before it left out."""
    parts: list[tuple[str, list[tuple[int, str]]]] = []
    for deep, text in rows:
        if deep <= at or not parts:
            parts.append((text, []))
        else:
            parts[-1][1].append((deep, text))
    drawn: list[tuple[str, ...]] = []
    for text, within in parts:
        inner = _once(within, min((deep for deep, _ in within), default=0))
        part = (text, *(f"  {line}" for line in inner))
        if part not in drawn:
            drawn.append(part)
    return [line for part in drawn for line in part]

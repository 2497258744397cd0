"""The page of the architecture draws the house that there is."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from lumbung import demo
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
DIVIDED = ("serving", "lumbung")
"""Rooms whose own rooms the page lists."""

MOST_WORDS = 750
"""A page that a newcomer reads to its end."""


def linted() -> dict[str, Any]:
    """Return what pyproject.toml tells the import linter."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = told["tool"]["importlinter"]
    return found


def listed() -> dict[str, list[str]]:
    """Return room → where the page says to start reading, for each row of its table of rooms."""
    rows = re.findall(r"^\| `([\w/]+)/` \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == len(dict(rows))
    return {room: re.findall(r"`([^`]+)`", start) for room, start in rows}


def inside(house: str) -> list[str]:
    """Return the rooms of a room, as the table says by what they are about."""
    rows = re.findall(r"^\| [^`|]+ \| (`[^|]+) \|$", PAGE, re.MULTILINE)
    return [room for row in rows for room in re.findall(rf"`({house}/\w+)/`", row)]


def test_the_arrow_drawn_is_the_arrow_enforced() -> None:
    """Sides that never import each other stand between bars, in the page as in the contract."""
    drawn = re.search(r"^lumbung ──► .+$", PAGE, re.MULTILINE)
    assert drawn is not None
    layers = next(one["layers"] for one in linted()["contracts"] if one["id"] == "arrow")
    assert [layer.replace("│", "|") for layer in drawn[0].split(" ──► ")] == layers


def test_the_table_of_rooms_is_the_list_of_what_is_linted() -> None:
    assert set(listed()) == set(linted()["root_packages"])


@pytest.mark.parametrize("house", DIVIDED)
def test_every_room_inside_is_named_once_and_is_there(house: str) -> None:
    """A folder that holds nothing but what Python leaves there is no room."""
    there = [
        f"{house}/{folder.name}"
        for folder in (ROOT / house).iterdir()
        if folder.is_dir() and any(file.suffix != ".pyc" for file in folder.glob("*.*"))
    ]
    assert sorted(inside(house)) == sorted(there)


def test_where_a_row_says_to_start_there_is_something_to_read() -> None:
    starts = [
        start if "/" in start else f"{room}/{start}"
        for room, found in listed().items()
        for start in found
    ]
    assert all(listed().values())
    assert [path for path in starts if not (ROOT / path).exists()] == []


def test_it_is_one_page() -> None:
    assert len(PAGE.split()) <= MOST_WORDS


def test_the_demonstration_names_each_of_its_modules() -> None:
    modules = {f"lumbung.{file.stem}" for file in (ROOT / "lumbung").glob("demo_*.py")}
    assert set(re.findall(r"`(lumbung\.demo_\w+)`", demo.__doc__ or "")) == modules

"""The page of the architecture draws the house that there is."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
DIVIDED = ("serving", "lumbung")
"""Rooms whose own rooms the page lists."""


def linted() -> dict[str, Any]:
    """Return what pyproject.toml tells the import linter."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = told["tool"]["importlinter"]
    return found


def listed() -> dict[str, list[str]]:
    """Return room → where the page says to start reading, for each row of its tables of rooms."""
    rows = re.findall(r"^\| `([\w/]+)/` \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == len(dict(rows))
    return {room: re.findall(r"`([^`]+)`", start) for room, start in rows}


def test_the_arrow_drawn_is_the_arrow_enforced() -> None:
    """Sides that never import each other stand between bars, in the page as in the contract."""
    drawn = re.search(r"^lumbung ──► .+$", PAGE, re.MULTILINE)
    assert drawn is not None
    layers = next(one["layers"] for one in linted()["contracts"] if one["id"] == "arrow")
    assert [layer.replace("│", "|") for layer in drawn[0].split(" ──► ")] == layers


def test_the_table_of_rooms_is_the_list_of_what_is_linted() -> None:
    rooms = {room for room in listed() if "/" not in room}
    assert rooms == set(linted()["root_packages"])


@pytest.mark.parametrize("house", DIVIDED)
def test_every_room_inside_has_its_row_and_every_row_its_room(house: str) -> None:
    """A folder that holds nothing but what Python leaves there is no room."""
    there = {
        f"{house}/{folder.name}"
        for folder in (ROOT / house).iterdir()
        if folder.is_dir() and any(file.suffix != ".pyc" for file in folder.glob("*.*"))
    }
    assert {room for room in listed() if room.startswith(f"{house}/")} == there


def test_where_a_row_says_to_start_there_is_something_to_read() -> None:
    starts = [
        start if "/" in start else f"{room}/{start}"
        for room, found in listed().items()
        for start in found
    ]
    assert all(listed().values())
    assert [path for path in starts if not (ROOT / path).exists()] == []


def test_every_module_of_the_demonstration_is_named() -> None:
    modules = {file.name for file in (ROOT / "lumbung").glob("demo*.py")}
    assert {name for name in modules if f"{name}`" not in PAGE} == set()

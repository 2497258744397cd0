"""docs/benchmarks.md is what `python -m benchmarks.page` makes of the figures that were kept."""

from __future__ import annotations

import pytest

from benchmarks.goals import GOALS, Goal
from benchmarks.page import IMAGES, PAGE, page, pictures, results
from lumbung.bench import PROGRAMS
from tests.conftest import ROOT

FOUND = results()


def test_the_page_is_that_of_the_figures() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(FOUND)


def test_every_picture_is_that_of_its_figures() -> None:
    drawn = pictures(FOUND)
    there = {f"{IMAGES}/{file.name}" for file in (ROOT / IMAGES).glob("*")}
    assert there == set(drawn)
    for name, text in drawn.items():
        assert (ROOT / name).read_text(encoding="utf-8") == text


def test_figures_are_of_benchmarks_that_there_are_and_name_no_place() -> None:
    assert set(FOUND) <= set(PROGRAMS)
    for name, figures in FOUND.items():
        assert figures["command"].startswith(f"lumbung bench {name}")
        assert "/" not in figures["command"]


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.what)
def test_a_goal_is_found_in_the_figures_of_its_benchmark(goal: Goal) -> None:
    assert (goal.found(FOUND) is None) == (goal.benchmark not in FOUND)

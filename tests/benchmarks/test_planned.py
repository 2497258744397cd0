"""The page of a nation says what was planned, of what, and how far the plan of a part was off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.nation import Run, arguments, planned
from benchmarks.plan import Nation, Prices, Units, plan
from benchmarks.planned import KEPT, PAGE, page
from benchmarks.sections import SECTIONS
from benchmarks.turns import Figures, machine


def ran(businesses: int, cpu_seconds: float, seconds: float) -> Run:
    stored, scored, shuffled = businesses * 55_000, businesses * 1_000, businesses * 100_000
    return Run(businesses, 1_000, cpu_seconds, seconds, 3_000.0, stored, scored, shuffled)


RUNS = [ran(64, 30, 40), ran(640, 32, 45), ran(6_400, 50, 60)]


@pytest.fixture
def figures() -> Figures:
    asked = arguments(["--scales", "1000000", "100000", "10000", "--cores=64"])
    made = {"command": "lumbung bench nation", "date": "2026-11-27", "commit": "abc"}
    return {**planned(RUNS, 1e-4, asked), **made, "machine": machine()}


def test_the_page_has_the_plan_its_units_and_how_far_it_was_off(figures: Figures) -> None:
    nation, units = Nation(**figures["nation"]), Units(**figures["units"])
    found = plan(nation, units, Prices(**figures["prices"]), 64)
    said = page(figures)
    assert f"| work, hours of one core | {found.core_hours:,.0f} |" in said
    assert f"| hours by the clock on 64 cores | {found.hours:,.1f} |" in said
    record = 1e6 * (18 - 5_760 * 1e-4) / 5_760_000  # of what the largest took more
    assert f"| processor of a record, all but the score, µs | {record:.2f} |" in said
    assert "planned: 52 s of processor, and it took 50: the plan was off by +4.0%" in said
    assert "| 10,000 | 6,400 | 6,400,000 | 50 | 60 |" in said
    assert said.count("| twice the records |") == 1


def test_the_page_of_benchmarks_has_the_runs(figures: Figures) -> None:
    said = SECTIONS["nation"].table(figures)
    assert "| one of 10,000 | 6,400 | 6,400,000 | 50 | 60 | 3,000 |" in said
    assert f"{figures['check']['off']:+.0%} of" in said


@pytest.mark.parametrize("kept", list(KEPT.parent.glob(KEPT.name)))
def test_the_page_is_that_of_the_figures_that_are_kept(kept: Path) -> None:
    assert PAGE.read_text("utf-8") == page(json.loads(kept.read_text("utf-8")))

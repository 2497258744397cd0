"""The page of a nation says what the plan made of the figures that were kept."""

from __future__ import annotations

import json

import pytest

from benchmarks.plan import Nation, Prices, Units, plan
from benchmarks.planned import KEPT, PAGE, page
from benchmarks.turns import Figures


@pytest.fixture
def figures() -> Figures:
    kept: Figures = json.loads(KEPT.read_text("utf-8"))
    return kept


def test_the_page_is_that_of_the_figures_that_are_kept(figures: Figures) -> None:
    assert PAGE.read_text("utf-8") == page(figures)


def test_the_page_plans_what_the_benchmark_planned(figures: Figures) -> None:
    nation, units = Nation(**figures["nation"]), Units(**figures["units"])
    found = plan(nation, units, Prices(**figures["prices"]), figures["cores"])
    assert vars(found) == pytest.approx(figures["plan"])
    assert f"| hours by the clock on {figures['cores']:,} cores | {found.hours:,.1f} |" in page(
        figures
    )


def test_the_largest_run_is_a_thousandth_of_the_nation(figures: Figures) -> None:
    nation, largest = figures["nation"], figures["runs"][-1]
    assert 1_000 * largest["businesses"] == nation["businesses"]
    assert largest["records"] == nation["records"]

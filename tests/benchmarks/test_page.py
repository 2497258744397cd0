"""docs/benchmarks.md is made of what benchmarks kept, and says plainly what was missed."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.goals import Goal
from benchmarks.page import page, pictures
from benchmarks.sections import cell, growth_drawn, table

MACHINE = {
    "command": "lumbung bench leaks",
    "date": "2026-11-27",
    "commit": "abc",
    "machine": {
        "cores": 2,
        "processor": "P",
        "memory_gib": 8.0,
        "load_before": [0.1, 0.2, 0.3],
        "system": "Linux",
        "versions": {"python": "3.11"},
    },
}

CURVE: dict[str, Any] = {
    "along": "payments",
    "each": "decision",
    "points": [
        {"size": size, "cpu_ms": {"median": ms, "min": ms, "max": ms}}
        for size, ms in ((10, 1.0), (100, 2.0), (1000, 11.0))
    ],
    "exponent": {"value": 0.9, "low": 0.8, "high": 1.0, "above": 100, "told": "linear or better"},
}


def test_a_benchmark_without_a_section_of_its_own_gets_a_table_of_all_its_figures() -> None:
    figures = {
        **MACHINE,
        "runs": [{"seconds": 2.5}, {"seconds": 3.5}],
        "took": {"ours": {"median": 1.0, "min": 0.5, "max": 1234.0}},
        "listed": [1, 2, 3],
        "who": "all",
    }
    made = page({"leaks": figures})
    for row in (
        "| runs 1 · seconds | 2.5 |",
        "| runs 2 · seconds | 3.5 |",
        "| took · ours | 1 (0.5 to 1,234) |",
        "| who | all |",
    ):
        assert row in made
    assert "listed" not in made
    assert "`lumbung bench leaks`, 2026-11-27, commit `abc`: 2 cores of P, 8 GiB" in made
    assert "load before 0.1 / 0.2 / 0.3; python 3.11." in made
    assert pictures({"leaks": figures}) == {}


def test_growth_is_drawn_with_a_line_to_hold_it_against() -> None:
    figures = {**MACHINE, "curves": [CURVE, {**CURVE, "along": "businesses", "each": "business"}]}
    ((name, drawn),) = pictures({"growth": figures}).items()
    assert name == "docs/images/benchmarks/growth.svg"
    assert drawn == growth_drawn(figures)
    for said in ("payments", "businesses", "linear", "ms a decision", "ms for all"):
        assert said in drawn
    assert "0.90 (0.80 to 1.00) | linear or better |" in page({"growth": figures})


@pytest.mark.parametrize(
    ("least", "value", "met"),
    [
        (False, 8.0, True),
        (False, 8.1, False),
        (True, 8.0, True),
        (True, 7.9, False),
        (True, {"median": 9.0, "min": 1.0, "max": 10.0}, True),
        (False, {"median": 9.0, "min": 1.0, "max": 10.0}, False),
    ],
)
def test_a_goal_is_met_by_its_figure_or_by_the_median_of_its_spread(
    *, least: bool, value: Any, met: bool
) -> None:
    goal = Goal("what", 8, "ms", "some", ("a", "b"), least=least)
    assert goal.aim == ("≥ 8 ms" if least else "≤ 8 ms")
    assert goal.found({"some": {"a": {"b": value}}}) == value
    assert goal.met(value) is met


@pytest.mark.parametrize("results", [{}, {"other": {}}, {"some": {}}, {"some": {"a": 3}}])
def test_what_was_not_measured_is_not_found(results: dict[str, Any]) -> None:
    assert Goal("what", 8, "ms", "some", ("a", "b")).found(results) is None
    assert "not measured yet" in page({})


def test_figures_have_three_digits() -> None:
    shown = [cell(one) for one in (0.01234, 1.0, 12.345, 123.45, 12345, "text", True)]
    assert shown == ["0.0123", "1", "12.3", "123", "12,345", "text", "True"]


def test_a_table_has_as_many_cells_in_every_row() -> None:
    lines = table(["a", "b"], [["one", 1.5], ["two", 2]]).splitlines()
    assert lines == ["| a | b |", "| --- | --: |", "| one | 1.5 |", "| two | 2 |"]

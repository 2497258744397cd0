"""The benchmark of the fairness gate simulates, keeps, plants and counts, at toy size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from audit.fairness.cases import Cases
from benchmarks import fairness
from tests.audit.fairness.cases import made_up
from training.gates.fairness import gate

EQUAL = replace(made_up(3_000), weights=np.ones(3_000))


def test_what_is_kept_is_what_was_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = fairness.kept(tmp_path, "unfair_denial=1", 3, businesses=500)
    assert set(made.groups) == {"gender", "age", "disability", "kecamatan"}
    assert 200 < made.n < 350
    women = made.part(made.groups["gender"] == "female").denied
    men = made.part(made.groups["gender"] == "male").denied
    assert np.nanmean(women) > np.nanmean(men)
    monkeypatch.setattr(fairness, "cases_of", None)
    again = fairness.kept(tmp_path, "unfair_denial=1", 3, businesses=500)
    for name in fairness.ARRAYS:
        assert np.array_equal(getattr(made, name), getattr(again, name), equal_nan=True)
    assert all(np.array_equal(made.groups[name], again.groups[name]) for name in made.groups)


def test_a_stricter_score_is_worse_for_women_alone() -> None:
    found = fairness.stricter(EQUAL, 1.0)
    women = EQUAL.groups["gender"] == "female"
    odds = [c.probability / (1 - c.probability) for c in (found, EQUAL)]
    assert np.log(odds[0] / odds[1]) == pytest.approx(women.astype(float))
    assert np.array_equal(found.approved, found.probability <= 0.12)


def test_worlds_are_counted_by_what_the_gate_says() -> None:
    worlds: list[Cases] = [EQUAL, fairness.stricter(EQUAL, 1.5)]
    found = fairness.said(worlds)
    colours = [gate(world).colour for world in worlds]
    assert (found["red"], found["worlds"]) == (colours.count("red"), 2)
    assert colours[1] == "red"
    shown = found["shown"]
    assert isinstance(shown, dict)
    assert "gender female: equal_opportunity_difference" in shown
    assert found["applicants"] == 3_000
    assert isinstance(found["women"], dict)
    assert found["women"]["equal_opportunity_difference"] < -0.05


def test_the_plan_has_every_world_and_no_more_seeds_than_asked_for() -> None:
    plan = list(fairness.planned(range(1, 6), 2))
    assert len(plan) == len(set(plan)) == 5 + 2 * (len(fairness.PLANTED) - 1)
    assert {seed for world, seed in plan if world == "nothing"} == {1, 2, 3, 4, 5}
    assert max(seed for world, seed in plan if world != "nothing") == 2

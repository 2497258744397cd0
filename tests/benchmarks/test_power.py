"""The audit's power, at toy size: what is planted is there, and what is kept is not made again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import power
from benchmarks.power import kept, planted, seen, told, world
from tests.benchmarks.small import figures
from tests.contracts.blocks import line


def test_a_world_is_the_same_however_many_are_looked_at() -> None:
    few, many = world(3, 300), world(3, 600)
    assert few.approved.tolist() == many.approved[:300].tolist()
    assert (few.groups["gender"] == many.groups["gender"][:300]).all()
    assert 0.5 < many.approved.mean() < 0.9


def test_what_is_planted_is_a_gap_of_that_size_and_only_of_women() -> None:
    cases = world(3, 2_000)
    worse = planted(cases, 0.15, 3)
    women = cases.groups["gender"] == "female"
    assert worse.approved[~women].tolist() == cases.approved[~women].tolist()
    less = cases.approved[women].mean() - worse.approved[women].mean()
    assert less == pytest.approx(0.15, abs=0.04)
    assert planted(cases, 0.0, 3).approved.tolist() == cases.approved.tolist()


def test_a_wide_gap_is_seen_and_one_that_is_seen_among_all_is_seen_by_itself() -> None:
    cases = world(4, 2_000)
    assert seen(planted(cases, 0.3, 4)) == (True, True)
    for gap in (0.0, 0.03, 0.06):
        alone, among = seen(planted(cases, gap, 4))
        assert alone or not among


def test_shares_are_told_with_their_intervals(tmp_path: Path) -> None:
    page = line("lumbung bench power ", {"var/power": str(tmp_path)})
    found = figures(page, "--worlds", "2", "--businesses", "2000")
    assert found["simulated"] is True
    assert {(row["applications"], row["gap"]) for row in found["rows"]} == {
        (n, gap) for n in (500, 2_000) for gap in power.GAPS
    }
    again = [kept(tmp_path, seed, 2_000) for seed in (2001, 2002)]
    assert told(again) == found["rows"]
    row = found["rows"][0]
    assert row["seen"] == np.mean([of["500 0"][0] for of in again])
    assert row["low"] <= row["seen"] <= row["high"]

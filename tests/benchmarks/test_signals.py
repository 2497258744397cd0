"""The count of those sent to a person is that of the truth and the lines, at toy size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from audit.result import Policy
from benchmarks.signals import GAMES, NAMES, Seen, of_data, of_simulated, table
from features.signals import SIGNALS
from training.simulated.scenario import scenario
from training.simulating import Plan, write
from training.simulator import simulate

MANY = scenario([f"{game}=0.3" for game in GAMES])


@pytest.fixture(scope="module")
def seen() -> Seen:
    return of_simulated(simulate(300, 12, 4, MANY))


def test_businesses_are_counted_by_what_was_planted_in_them(seen: Seen) -> None:
    truth = pl.concat([tables["truth"] for tables in simulate(300, 12, 4, MANY)])
    planted = {game: truth[game].sum() for game in GAMES}
    counts = seen.counts()
    assert {game: counts[game]["any"][0] for game in GAMES} == planted
    honest = truth.filter(~pl.any_horizontal(GAMES)).height
    assert counts["honest"]["any"][0] == honest
    assert min(honest, *planted.values()) > 50


def test_most_of_those_who_game_are_found_and_few_of_the_honest(seen: Seen) -> None:
    counts = seen.counts()
    for kind, signal in [
        ("circular", "circled_share"),
        ("backfilled", "backfilled_share"),
        ("burst", "new_payer_share"),
    ]:
        _, present, raised = counts[kind][signal]
        assert raised > present * 2 / 3
    every, _, raised = counts["honest"]["any"]
    assert raised <= every / 50


def test_a_count_is_of_values_and_of_values_from_the_line_on() -> None:
    lines = [Policy().lines[signal.name] for signal in SIGNALS]
    below = np.nextafter(lines, -np.inf)
    nothing = np.full(len(SIGNALS), np.nan)
    kinds = {"honest": np.array([True, True, False]), "burst": np.array([False, True, True])}
    counts = Seen(np.array([below, lines, nothing]), kinds).counts()
    assert set(counts["honest"].values()) == {(2, 2, 1)}
    assert set(counts["burst"].values()) == {(2, 1, 1)}
    assert tuple(counts["burst"]) == NAMES
    rows = table(counts).splitlines()
    assert len(rows) == 2 + len(NAMES)
    assert rows[-1].endswith("| 1 of 2 (50.00%) | 1 of 2 (50.00%) |")


def test_a_data_set_is_counted_as_the_same_businesses_are_in_memory(
    seen: Seen, tmp_path: Path
) -> None:
    write(Plan(300, 12, 4, MANY), tmp_path / "made", workers=1)
    found = of_data(tmp_path / "made")
    assert np.array_equal(
        np.sort(found.values, axis=0), np.sort(seen.values, axis=0), equal_nan=True
    )
    assert set(found.kinds) == {"all"}

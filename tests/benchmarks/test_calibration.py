"""The calibrations compared are what they are called, at toy size."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import calibration
from benchmarks.calibration import WAYS, YEAR, lately, of_kinds, of_one_row, of_time, table_of
from models.calibration import Platt
from tests.conftest import table_of as loans
from tests.training.cases import FIRST_TESTED, small_data
from training.datasets import read
from training.fitting.calibrating import KINDS, LATEST, platt
from training.table import training_table


def test_the_later_intercept_makes_the_later_half_meet_its_outcomes() -> None:
    random = np.random.default_rng(0)
    margins = random.normal(-1, 1, 600)
    chance = 1 / (1 + np.exp(-margins + 2.0 * (np.arange(600) >= 300)))
    table = loans(np.zeros((600, 1)), (random.random(600) < chance).astype(int))
    found, alike = lately(margins, table), platt(margins, table.bad, table.weights)
    expected = 1 / (1 + np.exp(-found.log_odds(margins)))
    assert expected[300:].sum() == pytest.approx(table.bad[300:].sum())
    assert (found.slope, found.intercept < alike.intercept - 0.3) == (alike.slope, True)


def test_a_loan_a_year_older_weighs_half_as_much() -> None:
    random = np.random.default_rng(1)
    margins, bad = random.normal(size=200), random.integers(0, 2, 200)
    as_of = np.repeat([0, round(YEAR)], 100)
    found = WAYS["weights halve in 1 year"](margins, loans(np.zeros((200, 1)), bad, as_of=as_of))
    assert found == platt(margins, bad, np.repeat([0.5, 1.0], 100))


def test_nothing_is_better_than_itself_and_every_way_is_told(base: Path) -> None:
    table = training_table(read(small_data(base)))
    kinds, ways = of_kinds(table, range(1)), of_time(table, range(1))
    assert set(kinds) == {*KINDS, LATEST, "uncalibrated"}
    assert set(ways) == set(WAYS)
    assert (kinds["platt"]["better_than_platt"], kinds["platt"]["standard_error"]) == (0, 0)
    assert kinds["platt"]["auc"] == kinds["uncalibrated"]["auc"] == kinds["beta"]["auc"]
    assert ways["every loan alike"]["better_than_alike"] == 0
    assert f"| platt | {kinds['platt']['log_loss']:.4f} | 0.0000 |" in table_of(kinds)


def test_a_row_takes_some_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "CALLS", 3)
    assert of_one_row(Platt(0.0, 1.0)) > 0


def test_the_program_ends_with_one_json_object_and_looks_at_no_later_loan(
    base: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calibration, "CALLS", 3)
    day = FIRST_TESTED.isoformat()
    asked = ["calibration", "--data", str(small_data(base)), "--before", day, "--seeds", "1"]
    monkeypatch.setattr(sys, "argv", asked)
    calibration.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("85 loans, ")
    assert set(json.loads(lines[-1])) == {"kinds", "ways", "micros", "chosen"}

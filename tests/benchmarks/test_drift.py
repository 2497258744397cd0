"""How often drift rings, at toy size: what is planted is there, and is told as it was found."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import drift
from benchmarks.drift import BILLS, LOST, MONEY, PLANTED, kept, told
from tests.conftest import made_up_table
from training.recipes.recipe import Recipe

TABLE = made_up_table(400)


def test_what_is_planted_changes_that_and_nothing_else() -> None:
    made = {name: plant(TABLE, np.random.default_rng(1)) for name, (_, plant) in PLANTED.items()}
    assert made["nothing"] is TABLE
    dearer = made["money a quarter more"].vectors
    np.testing.assert_array_equal(dearer[:, MONEY], TABLE.vectors[:, MONEY] * 1.25)
    np.testing.assert_array_equal(dearer[:, ~MONEY], TABLE.vectors[:, ~MONEY])
    bills = made["no bills of one in five"].vectors
    lost = np.isnan(bills[:, BILLS]).all(axis=1)
    assert lost.mean() == pytest.approx(LOST, abs=0.07)
    np.testing.assert_array_equal(bills[~lost], TABLE.vectors[~lost])
    more = made["half more go bad"].bad
    assert (more >= TABLE.bad).all()
    assert more.mean() / TABLE.bad.mean() == pytest.approx(1.5, abs=0.25)
    mixed = made["half mixed up"].vectors
    assert np.nansum(mixed) == pytest.approx(np.nansum(TABLE.vectors))
    assert (mixed != TABLE.vectors).any(axis=1).mean() > 0.3


def test_shares_are_told_of_all_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed, codes in ((1, ["missing-moved look"]), (2, ["missing-moved act", "more-bad look"])):
        looks = {f"{size};{name}": [codes, []] for size in ("part", "all") for name in PLANTED}
        (tmp_path / f"{seed}-500.json").write_text(json.dumps(looks))
    arguments = ["--kept", str(tmp_path), "--worlds", "2", "--businesses", "500"]
    monkeypatch.setattr(sys, "argv", ["drift", *arguments])
    drift.main()
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["simulated"] is True
    assert found["rows"] == told([kept(tmp_path, seed, 500) for seed in (1, 2)])
    row = next(one for one in found["rows"] if one["alarm"] == "missing-moved")
    assert (row["looks"], row["rang"], row["its_own"], row["act"]) == (4, 0.5, 0.5, 0.25)
    assert row["low"] < 0.5 < row["high"]


def test_a_world_is_looked_at_whole_and_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "PART", 45)
    monkeypatch.setattr(drift, "QUICK", Recipe(rounds=5))
    some = {name: PLANTED[name] for name in ("nothing", "no bills of one in five")}
    monkeypatch.setattr(drift, "PLANTED", some)
    found = kept(tmp_path, 1, 300)
    assert {name.split(";")[1] for name in found} == set(some)
    assert (len(found["part;nothing"]), len(found["all;nothing"])) == (2, 1)
    assert (tmp_path / "1-300.json").exists()

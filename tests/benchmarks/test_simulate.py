"""The benchmark of the simulator measures what it says, at toy size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.simulate import calibration, digest, simulated, standard_error


def test_a_run_is_watched_and_its_data_judged(tmp_path: Path) -> None:
    size = ["--businesses=300", "--months=3", "--seed=2", "--workers=1"]
    made = simulated([*size, f"--out={tmp_path / 'one'}"])
    assert made.rows["applications"] == 300
    assert made.run.seconds > 0.1
    assert made.run.mib > 50
    slope, error, loans = calibration(tmp_path / "one")
    assert 200 < loans < 300
    assert abs(slope - 1) < 4 * error
    before = digest(tmp_path / "one")
    (tmp_path / "one" / "dataset.toml").touch()
    assert digest(tmp_path / "one") == before
    (tmp_path / "one" / "dataset.toml").write_text("")
    assert digest(tmp_path / "one") != before


def test_the_standard_error_is_that_of_the_fisher_information() -> None:
    """For two groups of m at log-odds -x and x the slope's variance is 1 ÷ (2 m p (1-p) x²)."""
    p, m = 0.8, 500
    x = np.log(p / (1 - p))
    both = np.repeat([1 - p, p], m)
    assert standard_error(both) == pytest.approx(1 / np.sqrt(2 * m * p * (1 - p) * x**2))

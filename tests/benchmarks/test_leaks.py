"""The margins of a table are those of its columns, at toy size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.leaks import margins, of_file

RANDOM = np.random.default_rng(0)
BAD = RANDOM.random(400) < 0.4


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of loans whose term was rewritten when they went bad."""
    frame = pl.DataFrame(
        {
            "outcome": np.where(BAD, "CHGOFF", "P I F"),
            "months": np.where(BAD, RANDOM.integers(1, 120, 400), 12 * RANDOM.integers(1, 10, 400)),
            "place": np.where(RANDOM.random(400) < 0.5, "north", "south"),
            "id": np.arange(400),
        }
    )
    frame.write_parquet(tmp_path / "loans.parquet")
    return tmp_path / "loans.parquet"


def test_a_rewritten_term_is_refused_and_the_rest_is_far_from_it(file: Path) -> None:
    found = margins(of_file(file, "outcome", "CHGOFF", ["id"]))
    assert (found["loans"], found["columns"]) == (400, 2)
    assert [suspect["column"] for suspect in found["suspects"]] == ["months"]
    assert found["round"]["column"] == "months"
    assert found["round"]["most"] > found["round"]["limit"] == 0.5
    honest = margins(of_file(file, "outcome", "CHGOFF", ["id", "months"]))
    assert honest["suspects"] == []
    assert honest["alone"]["most"] < 0.6


def test_outcomes_and_codes_are_those_of_the_file(file: Path) -> None:
    table = of_file(file, "outcome", "CHGOFF", [])
    assert table.bad.tolist() == BAD.astype(int).tolist()
    assert table.names == ("months", "place", "id")
    assert set(np.unique(table.vectors[:, 1])) <= {0.0, 1.0, 2.0}
    assert len(np.unique(table.vectors[:, 1])) == 2

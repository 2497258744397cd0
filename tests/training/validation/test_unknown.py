"""Which scores are known: everyone who asked is counted, nothing is inferred of who was denied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from audit.fairness.estimate import Z95, wilson
from features.errors import BadInput
from models.risk import RiskModel
from tests.training.cases import FIRST_TESTED, made_up_loans, refused, utc, write
from training import datasets
from training.splits import out_of_time
from training.table import TrainingTable, training_table
from training.validation.unknown import BAND, FEWEST, bands, unknown_region


def people(*groups: tuple[float, str | None, int | None, int]) -> pl.DataFrame:
    """Return applicants, given as points, answer, outcome, and how many."""
    rows: list[Any] = [(*who, 1.0) for *who, n in groups for _ in range(n)]
    names = {"points": pl.Float64, "answer": pl.String, "went_bad": pl.Int64, "weight": pl.Float64}
    return pl.DataFrame(rows, schema=names, orient="row")


def test_a_band_with_thirty_known_outcomes_is_known_and_one_with_fewer_is_not() -> None:
    found = bands(
        people(
            (545.0, "financed", 0, FEWEST - 1),
            (545.0, "denied", None, 7),
            (560.0, "financed", 0, FEWEST - 3),
            (579.9, "financed", 1, 3),
            (570.0, "denied", None, 2),
            (570.0, "withdrawn", None, 1),
            (570.0, None, None, 4),
            (-3.0, "denied", None, 5),
        )
    )
    counts = ["from", "to", "applicants", "denied", "withdrawn", "judged", "bad", "known"]
    assert found.bands.select(counts).rows() == [
        (-20, 0, 5, 5, 0, 0, 0, False),
        (540, 560, 36, 7, 0, 29, 0, False),
        (560, 580, 37, 2, 1, 30, 3, True),
    ]
    rate = wilson(0.1, 30, Z95)
    figures = found.bands.select("bad_rate", "bad_low", "bad_high").rows()
    assert figures[:2] == [(None, None, None)] * 2
    assert figures[2] == pytest.approx((rate.value, rate.low, rate.high))
    assert (found.denied, found.denied_unknown) == (14, 12)


def test_the_region_is_of_everyone_who_asked_in_the_time_tested_on(
    tmp_path: Path, model: RiskModel
) -> None:
    """A third was denied and has no outcome; the earlier ones do not count."""
    tables = made_up_loans()
    denied = [i for i, row in enumerate(tables["applications"]) if i % 3 == 0]
    for i, row in enumerate(tables["applications"]):
        row["answer"] = "denied" if i in denied else "financed"
    tables["outcomes"] = [row for i, row in enumerate(tables["outcomes"]) if i not in denied]
    data = datasets.read(write(tmp_path / "d", **tables))
    split = out_of_time(training_table(data), FIRST_TESTED)
    found = unknown_region(data, model, split.later)
    later = [i for i, row in enumerate(tables["applications"]) if row["as_of"] >= utc(2025, 3, 27)]
    assert found.bands["applicants"].sum() == len(later)
    assert found.denied == len({*later} & {*denied})
    assert found.bands["judged"].sum() == split.later.bad.size
    assert found.bands["bad"].sum() == split.later.bad.sum()
    points = model.points(split.later.vectors)
    for low, judged in found.bands.select("from", "judged").rows():
        assert judged == int(((points >= low) & (points < low + BAND)).sum())


def test_without_later_loans_there_is_nothing_to_say(
    small: Path, small_table: TrainingTable, model: RiskModel
) -> None:
    none = small_table.part(np.zeros(small_table.bad.size, dtype=bool))
    with pytest.raises(BadInput) as caught:
        unknown_region(datasets.read(small), model, none)
    refused(caught, "bad-split")

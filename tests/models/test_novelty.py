"""How unlike those trained on an applicant is, counted again in plain Python."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import NAMES
from models import artefact
from models.novelty import MOST_NAMED, Novelty, Range
from models.risk import RiskModel
from tests.conftest import made_up_vectors

RANGES = {
    "history_months": Range(2.0, 12.0, 10.0, always=False),
    "longest_gap_days": Range(0.0, 0.0, 4.0, always=False),
    "amount_asked": Range(1e6, 5e7, 4.9e7, always=True),
}
NOVELTY = Novelty(RANGES, line=0.5, share=0.01, drawn_on=200)


def vectors(*rows: dict[str, float]) -> np.ndarray:
    """Return vectors with these values; what is not named is missing, but for the amount."""
    out = np.full((len(rows), len(NAMES)), np.nan)
    for row, values in zip(out, rows, strict=True):
        for name, value in {"amount_asked": 5e6, **values}.items():
            row[NAMES.index(name)] = value
    return out


def test_within_every_range_is_not_unlike_at_all() -> None:
    inside = vectors({}, {"history_months": 2.0, "longest_gap_days": 0.0}, {"history_months": 12.0})
    assert NOVELTY.measure(inside).tolist() == [0, 0, 0]
    assert not NOVELTY.unlike(inside).any()
    assert NOVELTY.farthest(inside) == [(), (), ()]


def test_the_measure_is_the_sum_of_the_logarithms_of_the_distances() -> None:
    outside = vectors({"history_months": 17.0, "longest_gap_days": 8.0}, {"history_months": -3.0})
    expected = [math.log(1 + 0.5) + math.log(1 + 2), math.log(1 + 0.5)]
    assert NOVELTY.measure(outside) == pytest.approx(expected, rel=1e-15)
    assert NOVELTY.unlike(outside).tolist() == [True, False]
    assert NOVELTY.farthest(outside) == [("longest_gap_days", "history_months"), ()]


def test_what_lies_on_the_line_is_not_beyond_it() -> None:
    on = vectors({"longest_gap_days": 4.0})
    at = replace(NOVELTY, line=float(NOVELTY.measure(on)[0]))
    assert not at.unlike(on).any()
    assert replace(NOVELTY, line=math.nextafter(math.log(2), 0)).unlike(on).all()


def test_a_gap_is_neutral_unless_nobody_trained_on_had_one() -> None:
    gaps = vectors({}, {"amount_asked": math.nan})
    assert NOVELTY.measure(gaps).tolist() == [0, math.inf]
    assert NOVELTY.farthest(gaps) == [(), ("amount_asked",)]


def test_without_a_line_nobody_is_unlike() -> None:
    strange = vectors({"amount_asked": 1e15}, {"amount_asked": math.nan})
    assert NOVELTY.unlike(strange).all()
    assert not replace(NOVELTY, line=None).unlike(strange).any()
    assert replace(NOVELTY, line=None).farthest(strange) == [(), ()]


def test_a_few_features_are_named_and_the_farthest_first() -> None:
    ranges = {name: Range(0.0, 1.0, 1.0, always=False) for name in NAMES}
    row = np.arange(len(NAMES), dtype=float)[None, :]
    (named,) = Novelty(ranges, 0.0, 0.01, 200).farthest(row)
    assert named == tuple(reversed(NAMES))[:MOST_NAMED]


@given(st.integers(0, len(NAMES) - 1), st.floats(1, 1e6), st.integers(0, 2**31))
def test_what_goes_missing_never_makes_more_unlike(place: int, far: float, seed: int) -> None:
    ranges = {name: Range(-1.0, 1.0, 2.0, always=False) for name in NAMES}
    novelty = Novelty(ranges, 0.5, 0.01, 200)
    row = far * made_up_vectors(1, seed)
    less = row.copy()
    less[0, place] = np.nan
    assert novelty.measure(less)[0] <= novelty.measure(row)[0]


def test_one_row_is_measured_as_among_many() -> None:
    many = made_up_vectors(30, seed=6) * 1e8
    alone = [float(NOVELTY.measure(row[None, :])[0]) for row in many]
    assert NOVELTY.measure(many).tolist() == alone


def test_it_is_saved_and_loaded_with_its_model_and_is_part_of_the_digest(
    model: RiskModel, tmp_path: Path
) -> None:
    knowing = replace(model, novelty=NOVELTY)
    artefact.save(knowing, tmp_path)
    loaded = artefact.load(tmp_path)
    assert loaded.novelty == NOVELTY
    assert loaded.digest == knowing.digest
    assert loaded.digest != model.digest
    assert replace(model, novelty=replace(NOVELTY, line=0.6)).digest != knowing.digest
    assert {file.name for file in tmp_path.iterdir()} == {"trees.txt", "manifest.json"}

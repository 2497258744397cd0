"""Applicants against those trained on: the bins that moved, and the values that went missing."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from audit.drift.alarms import USUAL
from audit.drift.applicants import compared
from audit.drift.comparison import Comparison, found
from audit.drift.seen import Asked
from audit.drift.stability import index, shift
from features.catalogue import NAMES
from tests.audit.drift import cases

TRAINED = cases.trained()
NAME = NAMES[7]


def of(asked: Asked, season: Asked | None = None) -> dict[tuple[str, str], Comparison]:
    return {(one.measure, one.what): one for one in compared(TRAINED, asked, season)}


def test_a_feature_is_counted_in_the_bins_it_had_with_missing_a_bin_of_its_own() -> None:
    asked = cases.asked(300, seed=5)
    bins, values = TRAINED.features[NAME], asked.vectors[:, 7]
    edges = [-np.inf, *bins.edges, np.inf]
    ends = itertools.pairwise(edges)
    counts = [np.sum((values >= low) & (values < high)) for low, high in ends]
    counts.append(np.isnan(values).sum())
    expected = shift(np.array(bins.counts), np.array(counts, dtype=np.float64))
    its = of(asked)["feature", NAME]
    assert (its.found, its.p) == (expected.index, expected.p)
    assert sum(counts) == 300


def test_values_that_go_missing_are_told_apart_from_values_that_move() -> None:
    asked = cases.asked(400, seed=5)
    gone = asked.vectors.copy()
    gone[:200, 7] = np.nan
    its = of(replace(asked, vectors=gone))["missing", NAME]
    expected = np.isnan(gone[:, 7]).mean() - TRAINED.features[NAME].counts[-1] / 3000
    assert its.found.value == pytest.approx(expected)
    assert 0 < its.found.low < expected < its.found.high
    assert its.p < 1e-6


@pytest.mark.parametrize(("gone", "told"), [(0, True), (9, False), (10, True), (91, False)])
def test_a_share_of_fewer_than_ten_is_not_told(gone: int, *, told: bool) -> None:
    asked = cases.asked(100, seed=5)
    asked.vectors[:, 7] = np.where(np.arange(100) < gone, np.nan, 0.5)
    one = of(asked)["missing", NAME]
    assert one.told == told
    said = found([one], USUAL)[0].json()
    assert (said["value"] is not None) == (said["p"] is not None) == told


def test_what_nobody_ever_lacked_is_no_comparison() -> None:
    full = replace(
        TRAINED,
        features={NAME: replace(TRAINED.features[NAME], counts=(*(300.0,) * 10, 0.0))},
    )
    asked = cases.asked(100, seed=5)
    asked.vectors[:, 7] = 0.5
    assert [one.measure for one in compared(full, asked, None)] == ["score", "feature"]


def test_a_score_of_another_model_does_not_count() -> None:
    asked = cases.asked(100, seed=5)
    some = np.where(np.arange(100) < 71, np.nan, asked.points)
    assert ("score", "") not in of(replace(asked, points=some))
    assert ("score", "") in of(replace(asked, points=np.where(np.arange(100) < 70, np.nan, 600.0)))


def test_of_fewer_than_thirty_applicants_nothing_is_said() -> None:
    assert not of(cases.asked(29, seed=5))


def test_beside_stands_what_moved_against_the_same_season() -> None:
    now, then = cases.asked(200, seed=5), cases.asked(250, seed=6)
    bins = TRAINED.features[NAME]
    before, after = (bins.count(one.vectors[:, 7]) for one in (then, now))
    its = of(now, then)
    assert its["feature", NAME].in_season == index(before, after)
    gaps = [np.isnan(one.vectors[:, 7]).mean() for one in (now, then)]
    assert its["missing", NAME].in_season == pytest.approx(gaps[0] - gaps[1])
    assert of(now, cases.asked(29, seed=6))["feature", NAME].in_season is None


@pytest.mark.parametrize(("few", "told"), [(0, True), (3, False), (12, True), (97, False)])
def test_an_index_of_two_bins_is_not_told_where_one_holds_fewer_than_ten(
    few: int, *, told: bool
) -> None:
    """Beside how many asked there is one such index of each number that may be in a bin."""
    asked = cases.asked(100, seed=5)
    low, high = TRAINED.features[NAME].edges[0] - 1, TRAINED.features[NAME].edges[-1] + 1
    asked.vectors[:, 7] = np.where(np.arange(100) < few, low, high)
    assert of(asked)["feature", NAME].told == told


def test_what_was_missing_of_few_a_year_before_is_not_told_by_the_difference() -> None:
    asked, season = cases.asked(100, seed=5), cases.asked(100, seed=6)
    asked.vectors[:, 7] = np.where(np.arange(100) < 20, np.nan, 0.5)
    for missing, told in ((3, False), (20, True)):
        season.vectors[:, 7] = np.where(np.arange(100) < missing, np.nan, 0.5)
        assert of(asked, season)["missing", NAME].told == told

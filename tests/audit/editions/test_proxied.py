"""An edition says which features tell a group, and nothing that would be about fewer than ten."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from audit.cells import LEAST
from audit.editions.proxied import DIGITS, proxied
from audit.fairness.draws import Drawing
from audit.fairness.study import Plan, study
from audit.gathered import Gathered, cases
from audit.origins.proxies import Proxy
from tests.audit.gathered_cases import gathered

N: Final = 400
FEMALE: Final = np.arange(N) % 2 == 0
DRAWING: Final = Drawing(20)


@pytest.fixture(scope="module")
def rows() -> Gathered:
    """Return decisions of which one feature tells who is a woman, and another nothing."""
    random = np.random.default_rng(3)
    told = random.normal(size=N) + 2 * FEMALE
    of = gathered(N, {"gender": np.where(FEMALE, "female", "male")})
    features = np.column_stack([told, random.normal(size=N)])
    return replace(of, names=("telling", "silent"), features=features)


def found(of: Gathered) -> tuple[Proxy, ...]:
    every = cases(of)
    return proxied(of, every.groups, study(every, Plan(drawing=DRAWING)), DRAWING)


def test_a_feature_that_tells_women_is_named_and_no_place_is_looked_at(rows: Gathered) -> None:
    groups = {one.group: one for one in found(rows)}
    assert set(groups) == {"female", "male"}
    women = groups["female"]
    assert women.auc is not None
    assert women.auc.value > 0.85
    assert [one.feature for one in women.strongest] == ["telling"]
    assert women.strongest[0].auc.value > 0.85


def test_no_figure_is_told_to_the_last_digit(rows: Gathered) -> None:
    for one in found(rows):
        assert one.auc is not None
        figures = [one.auc, *(of.auc for of in one.strongest)]
        ends = [end for of in figures for end in (of.value, of.low, of.high)]
        for end in (*ends, one.by_chance, one.p, one.corrected):
            assert end == round(end or 0.0, DIGITS)


@pytest.mark.parametrize(
    ("few", "there"), [(0, True), (1, False), (LEAST - 1, False), (LEAST, True)]
)
def test_a_feature_that_a_few_lack_is_not_looked_at(
    rows: Gathered, few: int, *, there: bool
) -> None:
    features = rows.features.copy()
    features[np.flatnonzero(FEMALE)[:few], 0] = np.nan
    women = next(one for one in found(replace(rows, features=features)) if one.group == "female")
    assert bool(women.strongest) is there


@pytest.mark.parametrize(("few", "there"), [(1, False), (LEAST, True)])
def test_a_group_of_which_a_few_asked_again_is_not_told_of(
    rows: Gathered, few: int, *, there: bool
) -> None:
    business = rows.business.copy()
    women = np.flatnonzero(FEMALE)
    business[women[:few]] = business[women[few : 2 * few]]
    assert ("female" in {one.group for one in found(replace(rows, business=business))}) is there


def test_without_features_or_groups_nothing_is_told() -> None:
    assert found(gathered(N, {"gender": np.where(FEMALE, "female", "male")})) == ()

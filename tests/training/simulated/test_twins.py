"""A twin world differs in who the owners are, and in what is done to them for it: nothing else."""

from __future__ import annotations

import polars as pl
import pytest

from tests.training.simulated.cases import changed
from training.simulated.scenario import Group
from training.simulated.tables import NAMES

N = 300
ATTRIBUTES: dict[Group, str] = {
    "women": "gender", "young": "birth_year", "disabled": "disability",
}  # fmt: skip


@pytest.mark.parametrize("group", ATTRIBUTES)
def test_without_unfairness_only_the_attribute_of_some_changes(group: Group) -> None:
    one, twin = changed(N, group=group), changed(N, group=group, swapped=0.5)
    for name in NAMES:
        if name != "protected":
            assert one[name].equals(twin[name]), name
    attribute = ATTRIBUTES[group]
    both = one["protected"].join(twin["protected"], on="business_id", suffix="_twin")
    assert both.height == N
    same = both.filter(pl.col(attribute) == pl.col(f"{attribute}_twin"))
    assert 0.35 * N < same.height < 0.65 * N
    for other in set(ATTRIBUTES.values()) - {attribute}:
        assert both[other].equals(both[f"{other}_twin"])


def test_records_are_lost_of_those_alone_who_are_of_the_group() -> None:
    one, twin = (changed(N, unfair_thinness=0.4, swapped=share) for share in (0.0, 0.5))
    gender = one["protected"].join(twin["protected"], on="business_id", suffix="_twin")
    counts = [
        world["payments"].group_by("business_id").len().rename({"len": of})
        for world, of in ((one, "before"), (twin, "after"))
    ]
    both = gender.join(counts[0], on="business_id").join(counts[1], on="business_id")
    assert one["consents"].equals(twin["consents"])
    same = both.filter(pl.col("gender") == pl.col("gender_twin"))
    became = both.filter(gender="male", gender_twin="female")
    assert same["before"].equals(same["after"])
    assert became.height > 0
    after, before = (became[name].to_numpy().sum() for name in ("after", "before"))
    assert after < 0.7 * before

"""The recipes tried: the standing one first, each once, the same ones again from one seed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import made_up_table
from training.recipes.recipe import STANDING
from training.recipes.telling import telling
from training.recipes.variants import LEFT_OUT, RANGES, variants

TABLE = made_up_table(200)
GROUPS = {"gender": np.where(np.arange(200) % 2 == 0, "female", "male")}


@pytest.mark.parametrize("tries", [0, 1, 3, 12])
def test_there_are_as_many_as_asked_for_beside_the_standing_one(tries: int) -> None:
    found = variants(TABLE, GROUPS, STANDING, tries, seed=1)
    assert len(found) == len(set(found.values())) == tries + 1
    assert next(iter(found.items())) == ("standing", STANDING)
    assert found == variants(TABLE, GROUPS, STANDING, tries, seed=1)


def test_the_first_leave_out_what_tells_most_and_the_constraints() -> None:
    found = list(variants(TABLE, GROUPS, STANDING, 3, seed=1).values())
    told = telling(TABLE, GROUPS["gender"])
    assert [recipe.without for recipe in found] == [
        (),
        tuple(told[: LEFT_OUT[0]]),
        tuple(told[: LEFT_OUT[1]]),
        (),
    ]
    assert [recipe.monotone for recipe in found] == [True, True, True, False]


def test_random_ones_stay_within_their_ranges() -> None:
    for recipe in list(variants(TABLE, GROUPS, STANDING, 30, seed=2).values())[4:]:
        assert recipe.monotone
        assert all(getattr(recipe, name) in values for name, values in RANGES.items())

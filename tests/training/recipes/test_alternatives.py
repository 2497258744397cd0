"""An alternative is chosen when it is fairer beyond chance, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audit.fairness.cases import Groups
from features.catalogue import FEATURES, NAMES
from tests.conftest import table_of
from tests.training.recipes.cases import point
from training.plots import alternatives as picture
from training.recipes.alternatives import LOSS, Point, choice, folds, search
from training.recipes.recipe import STANDING
from training.table import TrainingTable

QUICK = replace(STANDING, rounds=15, learning_rate=0.3)
N = 1_500
FREE = [place for place, feature in enumerate(FEATURES) if feature.direction == 0]
PROXY, HONEST = FREE[0], FREE[1]


STANDS = point("standing", 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([point("fairer", 0.004, 1.0)], "fairer"),
        ([point("fairer", 0.004, 0.5), point("fairest", 0.004, 1.0)], "fairest"),
        ([point("fairest", LOSS + 0.001, 1.5), point("fairer", 0.0, 1.0)], "fairer"),
        ([point("unconstrained", 0.0, 1.5, kept=False), point("fairer", 0.0, 1.0)], "fairer"),
        ([point("by chance", 0.0, 0.5, error=0.4)], "standing"),
        ([point("costly", LOSS + 0.001, 1.0)], "standing"),
        ([point("worse", -0.1, -0.5)], "standing"),
        ([], "standing"),
    ],
)
def test_the_fairest_within_the_loss_is_chosen_if_it_is_beyond_noise(
    others: list[Point], chosen: str
) -> None:
    found, reason = choice([STANDS, *others])
    assert found.name == chosen
    assert reason.startswith("standing recipe kept" if chosen == "standing" else f"{chosen} chosen")


def test_where_no_gap_is_smaller_that_is_said() -> None:
    found, reason = choice([STANDS, point("worse", 0.0, -0.5), point("as large", 0.0, 0.0)])
    assert found is STANDS
    assert reason.startswith("standing recipe kept: no gap of 2 is smaller than its own, ")


def test_the_more_are_tried_the_more_an_improvement_has_to_show() -> None:
    fairer = point("fairer", 0.0, 0.2)
    assert choice([STANDS, fairer])[0] is fairer
    many = [point(f"tried {k}", 0.0, 0.0) for k in range(30)]
    assert choice([STANDS, fairer, *many])[0] is STANDS


def test_recipes_are_validated_on_later_loans_of_other_businesses() -> None:
    table = table_of(np.zeros((200, len(NAMES))), np.arange(200) % 2)
    table = replace(table, businesses=np.array([f"b{k % 120}" for k in range(200)]))
    parts = folds(table)
    assert [seen.size for seen, _ in parts] == [80, 120, 160]
    for seen, later in parts:
        assert seen.max() < (later.min() if later.size else 200)
        assert not set(table.businesses[seen]) & set(table.businesses[later])
    assert [later.size for _, later in parts] == [40, 0, 0]


def planted() -> tuple[TrainingTable, Groups]:
    """Return loans in which a feature that tells women apart once went with bad outcomes.

    Among the earlier ones women's loans went bad more often; among the later ones they do not.
    """
    random = np.random.default_rng(5)
    women = random.random(N) < 0.5
    vectors = np.full((N, len(NAMES)), np.nan)
    vectors[:, PROXY] = women + 0.1 * random.normal(size=N)
    for place in FREE[2:6]:
        vectors[:, place] = 0.5 * women + random.normal(size=N)
    vectors[:, HONEST] = random.normal(size=N)
    past = 1.5 * women * (np.arange(N) < 0.4 * N)
    log_odds = -3 + 2 * vectors[:, HONEST] + past
    bad = (random.random(N) < 1 / (1 + np.exp(-log_odds))).astype(np.int64)
    return table_of(vectors, bad), {"gender": np.where(women, "female", "male")}


def test_a_model_that_sees_a_proxy_gives_way_to_one_that_does_not() -> None:
    table, groups = planted()
    said: list[str] = []
    found = search(table, groups, 0, 2, line=0.12, standing=QUICK, step=said.append)
    assert said == [one.name for one in found.points]
    assert NAMES[PROXY] in found.chosen.without
    assert NAMES[HONEST] not in found.chosen.without
    assert found.reason.startswith("without the ")
    standing, *others = found.points
    chosen = next(one for one in others if one.recipe == found.chosen)
    assert chosen.gap < standing.gap
    assert standing.gained == standing.loss == 0
    assert chosen in found.front()
    assert standing not in found.front()


def test_without_groups_the_standing_recipe_is_kept() -> None:
    table, _ = planted()
    found = search(table, {}, 0, 2, line=0.12, standing=QUICK)
    assert (found.points, found.chosen) == ((), QUICK)
    assert "insufficient data" in found.reason


def test_the_same_search_comes_to_the_same() -> None:
    table, groups = planted()
    once, again = (search(table, groups, 3, 1, line=0.12, standing=QUICK) for _ in range(2))
    assert once == again
    (axes,) = picture.draw(once, "made up").axes
    assert np.shape(axes.collections[0].get_offsets()) == (len(once.points), 2) == (2, 2)
    row = once.points[0].row()
    assert row["rounds"] == "15"
    assert {"gap_adverse_impact_ratio", "gained_error", "without"} <= set(row)

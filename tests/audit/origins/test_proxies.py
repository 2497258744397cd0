"""Groups that features give away are found, and no others."""

from __future__ import annotations

import numpy as np
import pytest

from audit.fairness.draws import Drawing
from audit.origins.proxies import Proxy, Traits, proxies
from features.rows import Floats

NAMES = tuple(f"feature_{at}" for at in range(8))


def traits(values: Floats, businesses: np.ndarray | None = None) -> Traits:
    own = np.arange(len(values)).astype(str) if businesses is None else businesses
    return Traits(NAMES, values, own)


def made(seed: int, n: int = 400) -> tuple[Floats, np.ndarray]:
    """Return features, some of them missing, and three groups apart from them."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, 8))
    values[random.random(values.shape) < 0.1] = np.nan
    return values, random.choice(["a", "b", "c"], n, p=[0.2, 0.3, 0.5])


def asked(values: Floats, group: np.ndarray, names: str = "abc") -> dict[str, Proxy]:
    found = proxies(traits(values), {"place": group}, [("place", name) for name in names])
    return {one.group: one for one in found}


def test_a_feature_that_tells_a_group_is_found_and_named() -> None:
    values, group = made(1)
    values[:, 3] += 1.5 * (group == "a")
    found = asked(values, group)["a"]
    assert found.auc is not None
    assert found.corrected is not None
    assert found.by_chance is not None
    assert found.by_chance < found.auc.low < found.auc.value < 0.95
    assert found.corrected < 1e-6
    assert [one.feature for one in found.strongest] == ["feature_3"]
    assert 0.7 < found.strongest[0].auc.low < found.strongest[0].auc.value < 0.95


def test_a_group_in_the_middle_or_told_by_what_is_missing_is_found_too() -> None:
    values, group = made(2)
    values[:, 2] = np.where(group == "a", values[:, 2] / 6, values[:, 2])
    values[:, 5] = np.where((group == "b") & (values[:, 0] > -0.5), np.nan, values[:, 5])
    found = asked(values, group)
    assert all((found[name].corrected or 1) < 0.001 for name in "ab")


def test_groups_apart_from_the_features_are_hardly_ever_found() -> None:
    """Of sixty worlds three are expected outside, and at most three to name a feature.

    Ten or more of either come less than once in five hundred.
    """
    outside = named = 0
    for seed in range(60):
        values, group = made(100 + seed, 120)
        found = asked(values, np.where(group == "c", "a", "b"), "a")["a"]
        assert found.auc is not None
        outside += not found.auc.low < 0.5 < found.auc.high
        named += bool(found.strongest)
    assert outside <= 9
    assert named <= 9


def test_only_the_last_application_of_a_business_counts() -> None:
    values, group = made(5, 90)
    twice, again = np.vstack([values + 50, values]), np.concatenate([group, group])
    businesses = np.tile(np.arange(90).astype(str), 2)
    once = proxies(traits(values), {"place": group}, [("place", "c")])
    assert proxies(traits(twice, businesses), {"place": again}, [("place", "c")]) == once


def test_too_few_of_a_group_or_of_the_rest_is_insufficient_data() -> None:
    values, _ = made(6, 200)
    group = np.repeat(["a", "b"], [29, 171])
    assert asked(values, group, "ab") == {name: Proxy("place", name) for name in "ab"}
    none = proxies(traits(values), {"place": np.full(200, "")}, [])
    assert none == ()


def test_features_without_values_tell_nothing() -> None:
    values, group = made(7)
    found = asked(np.full_like(values, np.nan), group)["a"]
    assert found.auc is not None
    assert found.auc.value == pytest.approx(0.5)
    assert found.strongest == ()


def test_the_same_seed_gives_the_same() -> None:
    values, group = made(8)
    first, second = (
        proxies(traits(values), {"place": group}, [("place", "b")], drawing=Drawing(seed=seed))
        for seed in (3, 3)
    )
    assert first == second

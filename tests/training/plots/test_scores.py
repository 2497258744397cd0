"""Each set of loans has its own distribution, which adds up to one."""

from __future__ import annotations

import numpy as np
import pytest

from training.plots import scores


def test_heights_of_a_set_are_weighted_shares() -> None:
    random = np.random.default_rng(5)
    sets = {
        "fitted on": (random.normal(580, 20, 300), np.ones(300)),
        "later": (random.normal(590, 20, 100), random.uniform(1, 50, 100)),
        "later, known businesses": (np.empty(0), np.empty(0)),
    }
    picture = scores.draw(sets, "simulated data")
    assert picture.get_suptitle().endswith("simulated data")
    (axes,) = picture.axes
    drawn = {str(patch.get_label()): patch for patch in axes.patches}
    assert [*drawn] == ["fitted on (300)", "later (100)"]
    for patch, (points, weights) in zip(drawn.values(), sets.values(), strict=False):
        heights, edges, _ = patch.get_data()  # type: ignore[attr-defined]
        assert heights.sum() == pytest.approx(1)
        low = weights[points < edges[10]].sum() / weights.sum()
        assert heights[:10].sum() == pytest.approx(low)

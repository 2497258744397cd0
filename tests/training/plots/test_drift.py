"""The picture of drift shows what a look found."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_hex

from audit.drift.monitored import monitor
from features.catalogue import NAMES
from tests.audit.drift import cases
from training.plots import drift
from training.plots.style import GREEN, RED


def test_the_farthest_features_are_drawn_and_red_where_they_ring() -> None:
    asked = cases.asked(300, seed=8)
    asked.vectors[:, 3] += 2
    found = monitor(cases.trained(), asked, cases.judged(0, seed=9))
    picture = drift.draw(found, "made up")
    (axes,) = picture.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert (len(names), names[-1]) == (drift.MOST, NAMES[3])
    index = {one.compared.what: one.compared.found for one in found.findings[1:]
             if one.compared.measure == "feature"}  # fmt: skip
    _, points = axes.collections
    drawn = np.asarray(points.get_offsets())[:, 0].tolist()
    assert drawn == [index[name].value for name in names]
    assert drawn == sorted(drawn)
    assert [to_hex(ink) for ink in np.asarray(points.get_facecolor())] == (
        [GREEN] * (drift.MOST - 1) + [RED]
    )
    assert "300 applicants" in picture.get_suptitle()
    assert "made up" in picture.get_suptitle()

"""Points and grades."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import scale


@pytest.mark.parametrize(
    ("probability", "points"), [(0.01, 634), (0.03, 602), (0.05, 587), (0.08, 572), (0.12, 559)]
)
def test_published_points_are_met(probability: float, points: int) -> None:
    """The worked values of the scale: base 600 at 30:1, 20 points to double the odds."""
    log_odds = np.array([math.log(probability / (1 - probability))])
    assert round(float(scale.points(log_odds)[0])) == points


def test_thirty_to_one_is_six_hundred() -> None:
    assert scale.points(np.array([-math.log(30)]))[0] == pytest.approx(600, abs=1e-9)


@given(st.floats(-10, 10))
def test_twenty_points_double_the_odds(log_odds: float) -> None:
    better = scale.points(np.array([log_odds - math.log(2)]))[0]
    assert better - scale.points(np.array([log_odds]))[0] == pytest.approx(20)


@pytest.mark.parametrize(
    ("probability", "grade"),
    [(0.0, "A"), (0.0149, "A"), (0.015, "B"), (0.04, "C"), (0.0799, "D"), (0.08, "E"), (1.0, "F")],
)
def test_a_grade_holds_the_probabilities_up_to_its_bound(probability: float, grade: str) -> None:
    assert scale.grade(probability) == grade

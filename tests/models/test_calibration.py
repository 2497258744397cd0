"""Calibrations: each gives what its formula says, and never turns the order round."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calibration import Beta, Calibration, Isotonic, Platt

numbers = st.floats(-50, 50)
slopes = st.floats(0, 20)


@st.composite
def isotonics(draw: st.DrawFn) -> Isotonic:
    count = draw(st.integers(1, 12))
    margins, log_odds = (
        sorted(draw(st.lists(numbers, min_size=count, max_size=count))) for _ in range(2)
    )
    return Isotonic(tuple(zip(margins, log_odds, strict=True)))


calibrations = st.one_of(
    st.builds(Platt, numbers, slopes), st.builds(Beta, numbers, slopes, slopes), isotonics()
)


@given(calibration=calibrations, margins=st.lists(numbers, min_size=2, max_size=40))
def test_a_higher_margin_never_has_lower_log_odds(
    calibration: Calibration, margins: list[float]
) -> None:
    """Beta's logarithms may be off in the last digit, and by no more."""
    found = calibration.log_odds(np.array(sorted(margins)))
    assert np.isfinite(found).all()
    slack = 1e-12 * np.abs(found).max() if isinstance(calibration, Beta) else 0.0
    assert (np.diff(found) >= -slack).all()


@given(calibration=isotonics(), data=st.data())
def test_an_isotonic_calibration_keeps_the_order_next_to_its_knots_too(
    calibration: Isotonic, data: st.DataObject
) -> None:
    at = data.draw(st.sampled_from([margin for margin, _ in calibration.knots]))
    around = np.array([math.nextafter(at, -math.inf), at, math.nextafter(at, math.inf)])
    assert (np.diff(calibration.log_odds(around)) >= 0).all()


@given(calibration=calibrations, margins=st.lists(numbers, max_size=20))
def test_one_margin_alone_gives_the_bits_it_gives_among_many(
    calibration: Calibration, margins: list[float]
) -> None:
    together = calibration.log_odds(np.array(margins))
    alone = [calibration.log_odds(np.array([margin]))[0] for margin in margins]
    assert together.shape == (len(margins),)
    assert together.tolist() == alone


@given(margin=st.floats(-30, 30), intercept=numbers, slope=slopes)
def test_platt_is_a_line(margin: float, intercept: float, slope: float) -> None:
    found = Platt(intercept, slope).log_odds(np.array([margin]))[0]
    assert found == pytest.approx(intercept + slope * margin)


@given(margin=st.floats(-30, 30), intercept=numbers, low=slopes, high=slopes)
def test_beta_is_the_formula_of_its_paper(
    margin: float, intercept: float, low: float, high: float
) -> None:
    p, not_p = 1 / (1 + math.exp(-margin)), 1 / (1 + math.exp(margin))
    expected = intercept + low * math.log(p) - high * math.log(not_p)
    found = Beta(intercept, low, high).log_odds(np.array([margin]))[0]
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(margin=st.floats(-700, 700), intercept=numbers, slope=slopes)
def test_beta_of_equal_slopes_is_platts_line(margin: float, intercept: float, slope: float) -> None:
    one, other = (
        kind.log_odds(np.array([margin]))[0]
        for kind in (Beta(intercept, slope, slope), Platt(intercept, slope))
    )
    assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


KNOTS = ((-2.0, -5.0), (0.0, -4.0), (1.0, -1.0), (3.0, -1.0))


@pytest.mark.parametrize(
    ("margin", "log_odds"),
    [(-9, -5), (-2, -5), (-1, -4.5), (0, -4), (0.25, -3.25), (1, -1), (2, -1), (3, -1), (9, -1)],
)
def test_isotonic_goes_straight_from_knot_to_knot_and_level_beyond(
    margin: float, log_odds: float
) -> None:
    assert Isotonic(KNOTS).log_odds(np.array([margin]))[0] == pytest.approx(log_odds)


def test_isotonic_has_no_cliffs() -> None:
    grid = np.linspace(-4, 4, 8001)
    steepest = max((b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(KNOTS))
    assert np.diff(Isotonic(KNOTS).log_odds(grid)).max() <= 1.001 * steepest * 0.001

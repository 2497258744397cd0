"""A picture of a feature counts right, says what it shows, and has the same bytes anywhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import FEATURES, NAMES
from features.feature import Feature
from features.rows import Floats
from lumbung.histogram import BARS, HEIGHT, MIDDLE, WIDTH, described, histogram

SVG = "{http://www.w3.org/2000/svg}"
BAR = re.compile(r"M([\d.]+) ([\d.]+)v(-?[\d.]+)h([\d.]+)v(-?[\d.]+)z")


class Bar(NamedTuple):
    """A bar as it is drawn: its left edge, its height (above zero upwards) and its width."""

    left: float
    height: float
    width: float


class Drawn(NamedTuple):
    """What a picture shows: the bars of the good and of the bad loans, its title and its texts."""

    good: list[Bar]
    bad: list[Bar]
    title: str
    texts: list[str]


def of(name: str) -> Feature:
    """Return the feature called *name*."""
    return FEATURES[NAMES.index(name)]


def drawn(name: str, good: Sequence[float] | Floats, bad: Sequence[float] | Floats) -> Drawn:
    """Draw the values of good and of bad loans, and read the picture again."""
    values = np.concatenate([np.asarray(good, float), np.asarray(bad, float)])
    ended = np.repeat([0, 1], [len(good), len(bad)])
    return read(histogram(of(name), "A label", values, ended))


def read(svg: str) -> Drawn:
    """Return what a picture shows."""
    root = ET.fromstring(svg)  # noqa: S314  our own picture
    filled = [path for path in root.iter(f"{SVG}path") if path.get("fill")]
    parts = [
        [Bar(float(x), -float(v), float(w)) for x, _, v, w, _ in BAR.findall(path.get("d", ""))]
        for path in filled
    ] or [[], []]
    texts = [str(text.text) for text in root.iter(f"{SVG}text")]
    return Drawn(parts[0], parts[1], str(root.findtext(f"{SVG}title")), texts)


def test_good_loans_stand_above_the_line_and_bad_ones_hang_below_on_one_scale() -> None:
    seen = drawn("employees", [1, 1, 1, 2], [1, 2, 2, 2, 2])
    assert [bar.height for bar in seen.good] == pytest.approx([27.2, 9.1], abs=0.05)
    assert [bar.height for bar in seen.bad] == pytest.approx([-7.2, -29.0], abs=0.05)


def test_a_count_has_a_bar_for_each_number_between_its_ends() -> None:
    seen = drawn("employees", [1, 1, 2, 5], [])
    assert [bar.left for bar in seen.good] == pytest.approx([0, 45.2, 181], abs=0.1)
    assert seen.good[-1].left + seen.good[-1].width == WIDTH
    assert seen.texts == ["1", "5"]
    assert seen.bad == []


def test_a_count_that_goes_far_and_any_other_unit_share_the_same_bars() -> None:
    for name in ("penalties", "income_cover"):
        seen = drawn(name, np.arange(100.0), [])
        assert len(seen.good) == BARS
        assert len({round(bar.height, 1) for bar in seen.good}) <= 4


def test_the_ends_leave_out_one_in_a_hundred_at_each_side_who_stand_in_the_outermost_bars() -> None:
    values = np.concatenate([np.linspace(1, 2, 398), [-1e9, 1e9]])
    seen = drawn("monthly_net_cash_flow", values * 1_000_000, [])
    assert seen.texts == ["Rp1 million", "Rp2 million"]
    total = sum(bar.height for bar in seen.good)
    assert seen.good[-1].height / total == pytest.approx(1 / BARS, abs=0.01)


def test_where_nearly_all_have_one_value_the_ends_are_the_smallest_and_the_largest() -> None:
    seen = drawn("services_cut_off", [0] * 999 + [4], [])
    assert seen.texts == ["0", "4"]


def test_one_value_only_is_one_bar() -> None:
    for name, value, text in (("services_cut_off", 0, "0"), ("order_rating", 4.5, "4.5")):
        seen = drawn(name, [value] * 3, [value])
        assert [len(seen.good), len(seen.bad)] == [1, 1]
        assert seen.texts == [text, text]


def test_without_any_value_the_picture_says_so() -> None:
    seen = drawn("penalties", [np.nan], [np.nan])
    assert seen.texts == ["no loan has a value"]
    assert described(of("penalties"), np.array([np.nan])) == "no loan has a value"


def test_missing_values_change_nothing() -> None:
    assert drawn("employees", [1, 2, np.nan], [3, np.nan]) == drawn("employees", [1, 2], [3])


@pytest.mark.parametrize(
    ("name", "values", "texts"),
    [
        ("mean_balance", [-1_250_000, 61_000_000], ["-Rp1.3 million", "Rp61 million"]),
        ("amount_asked", [0, 500_000], ["Rp0", "Rp500,000"]),
        ("overdrawn_share", [0, 0.125], ["0%", "12.5%"]),
        ("longest_gap_days", [1, 12.34], ["1 day", "12.4 days"]),
        ("history_months", [1, 24.3333], ["1 month", "24.4 months"]),
        ("fees_to_income", [0.0001, 0.00421], ["0.0001", "0.00421"]),
    ],
)
def test_the_ends_are_labelled_in_their_unit(
    name: str, values: list[float], texts: list[str]
) -> None:
    assert drawn(name, values, []).texts == texts


def test_a_picture_stays_within_the_range_a_feature_declares() -> None:
    assert drawn("book_margin", np.linspace(-1, 0.6, 50), []).texts == ["-1", "0.6"]
    assert drawn("months_since_arrears", [0.001, 24.39], []).texts == ["0 months", "24.4 months"]


def test_the_picture_has_a_title_that_calls_it_simulated_and_is_safe_to_show() -> None:
    svg = histogram(of("penalties"), 'A <label> & "more"', np.array([1.0, 2.0]), np.array([0, 1]))
    title = read(svg).title
    assert title == ('A <label> & "more": simulated, good loans upwards, bad loans downwards')
    assert ET.fromstring(svg).get("role") == "img"  # noqa: S314  our own picture


def test_the_same_picture_in_words() -> None:
    values = np.array([0.1, 0.2, 0.3, np.nan, 0.9])
    said = described(of("overdrawn_share"), values)
    assert said == "from 10% to 90%, half of the loans up to 20%"


numbers = st.lists(st.floats(-1e9, 1e9), max_size=60)


@given(good=numbers, bad=numbers, name=st.sampled_from(NAMES))
@settings(deadline=None)
def test_whatever_the_values_the_bars_stay_inside_the_picture_and_hold_every_loan(
    good: list[float], bad: list[float], name: str
) -> None:
    feature = of(name)
    within = [np.clip(part, feature.low, feature.high).tolist() for part in (good, bad)]
    seen = drawn(name, within[0], within[1])
    for bars, share in ((seen.good, 1), (seen.bad, -1)):
        for bar in bars:
            assert 0 <= bar.left <= bar.left + bar.width <= WIDTH + 0.1
            assert 0 < share * bar.height <= MIDDLE - 1
    heights = [sum(abs(bar.height) for bar in bars) for bars in (seen.good, seen.bad)]
    if good and bad:
        assert heights[0] == pytest.approx(heights[1], abs=0.05 * 2 * BARS)
    assert 2 * MIDDLE < HEIGHT


@given(values=st.lists(st.floats(0, 1e9), min_size=1, max_size=60))
@settings(deadline=None)
def test_the_last_bits_of_the_values_do_not_show(values: list[float]) -> None:
    """Another processor may add the same numbers up to a neighbour of the sum."""
    exact = np.array([float(f"{value:.5g}") for value in values])
    ended = np.arange(exact.size) % 2
    nudged = [np.nextafter(exact, np.where(exact > 0, towards, 0.0)) for towards in (0.0, np.inf)]
    svgs = {histogram(of("income_cover"), "A", one, ended) for one in (exact, *nudged)}
    assert len(svgs) == 1

"""A small picture of how a feature is distributed: good loans upwards, bad ones downwards.

Written as SVG by hand: matplotlib's is ten times as long, and other bytes with each release.
The same loans give the same bytes on any machine, as values are rounded before they are
counted and heights before they are written.
"""

from __future__ import annotations

import math
from html import escape
from typing import Final

import numpy as np

from features.feature import Feature, Unit
from features.rows import Floats, Ints
from training.plots.style import GREEN, RED

WIDTH: Final = 200
HEIGHT: Final = 74
MIDDLE: Final = 30
"""Pixels, and how far down the line lies from which bars go up and down."""

BARS: Final = 20
"""How many bars there are at most; where a feature counts less far, one for each number."""

WIDEST: Final = 20
"""Pixels a bar may be wide."""

TAIL: Final = 1
"""Per cent of the values that lie beyond each end; they stand in the outermost bars."""

LEAST: Final = 1e-9
"""Below this a value is drawn as though it were zero."""

INK: Final = "#787878"
"""A grey with much the same contrast, 4.3 and more, on white and on a dark page."""


def histogram(feature: Feature, label: str, values: Floats, bad: Ints) -> str:
    """Return the picture of a feature's *simulated* values as SVG.

    A bar is the share of the good loans, or of the bad ones, that lie there, both on one scale.

    Args:
        feature: what the values are of.
        label: what people call it.
        values: (n,) the values; missing ones (NaN) are left out.
        bad: (n,) 1 where the loan went bad, 0 where it did not.
    """
    there = ~np.isnan(values)
    known, ended = _rounded(values[there]), bad[there]
    if not known.size:
        return _svg(label, _text(WIDTH / 2, "no loan has a value", "middle"))
    low, high = _ends(feature, known)
    edges = _edges(feature.unit, low, high)
    good, lost = (_shares(known[ended == kind], edges) for kind in (0, 1))
    scale = (MIDDLE - 1) / max(good.max(), lost.max())
    return _svg(
        f"{label}: simulated, good loans upwards, bad loans downwards",
        _bars(-scale * good, GREEN),
        _bars(scale * lost, RED),
        f'<path stroke="{INK}" d="M0 {MIDDLE}H{WIDTH}"/>',
        _text(0, _amount(low, feature.unit), "start"),
        _text(WIDTH, _amount(high, feature.unit), "end"),
    )


def described(feature: Feature, values: Floats) -> str:
    """Return the same picture in words, for who does not see it."""
    known = _rounded(values[~np.isnan(values)])
    if not known.size:
        return "no loan has a value"
    low, high = (_amount(end, feature.unit) for end in _ends(feature, known))
    middle = float(np.percentile(known, 50, method="lower"))
    return f"from {low} to {high}, half of the loans up to {_amount(middle, feature.unit)}"


def _rounded(values: Floats) -> Floats:
    """Return values to six digits, so that the last bit of a sum moves none into another bar."""
    return np.array([float(f"{value:.6g}") for value in values])


def _ends(feature: Feature, known: Floats) -> tuple[float, float]:
    """Return where the picture begins and ends: numbers of three digits, within the range."""
    ends = np.percentile(known, [TAIL, 100 - TAIL], method="nearest").tolist()
    low, high = ends if ends[0] < ends[1] else (float(known.min()), float(known.max()))
    digit = 10.0 ** (math.floor(math.log10(max(-low, high, LEAST))) - 2)
    if feature.unit != "count":
        low, high = (
            float(f"{outward(round(end / digit, 6)) * digit:.6g}")
            for end, outward in ((low, math.floor), (high, math.ceil))
        )
    return max(low, feature.low), min(high, feature.high)


def _edges(unit: Unit, low: float, high: float) -> Floats:
    """Return the edges of the bars, one more than there are bars."""
    if low == high or (unit == "count" and high - low < BARS):
        return np.arange(low - 0.5, high + 1)
    return np.linspace(low, high, BARS + 1)


def _shares(values: Floats, edges: Floats) -> Floats:
    """Return the share of the values in each bar; 0 in all when there are none."""
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return counts / max(values.size, 1)


def _amount(value: float, unit: Unit) -> str:
    """Return a value in its unit, to three digits."""
    if unit == "share":
        return f"{100 * value:.3g}%"
    if unit in ("days", "months"):
        return f"{value:.3g} {unit.removesuffix('s') if value == 1 else unit}"
    if unit != "money":
        return f"{value:.3g}"
    sign, size = "-" * (value < 0), abs(value)
    million = 1_000_000
    return f"{sign}Rp{size / million:.3g} million" if size >= million else f"{sign}Rp{size:,.0f}"


def _bars(heights: Floats, colour: str) -> str:
    """Return bars that stand on the line, or hang from it where their height is above zero.

    The first begins, and the last ends, where the picture does.
    """
    width = min(WIDTH / heights.size, WIDEST) - 1
    step = (WIDTH - width) / max(heights.size - 1, 1)
    drawn = "".join(
        f"M{place * step:.1f} {MIDDLE}v{height:.1f}h{width:.1f}v{-height:.1f}z"
        for place, height in enumerate(heights.tolist())
        if f"{abs(height):.1f}" != "0.0"
    )
    return f'<path fill="{colour}" d="{drawn}"/>'


def _text(x: float, text: str, anchor: str) -> str:
    return f'<text x="{x:g}" y="{HEIGHT - 2}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, *parts: str) -> str:
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    font = f'font-family="sans-serif" font-size="12" fill="{INK}"'
    top = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {font}>'
    return "\n".join([top, f"<title>{escape(title)}</title>", *parts, "</svg>", ""])

"""What all pictures share: colours, and saying of which data they are."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture

from models.risk import Identity

GREEN: Final = "#2e6f40"
RED: Final = "#b3462d"
GREY: Final = "#8a8a8a"
BLUE: Final = "#2b5d8c"

INKS: Final = (GREEN, BLUE, RED, "#b8860b", "#6b4c8a")
"""For lines side by side."""


def source(identity: Identity) -> str:
    """Return of which data a picture is: simulated data are called so."""
    return "simulated data" if identity.simulated else identity.data_set


def canvas(title: str, of: str, size: tuple[float, float] = (9, 5)) -> tuple[Picture, Axes]:
    """Return a picture of one part, under a title that names its data."""
    picture = Picture(figsize=size, layout="constrained")
    picture.suptitle(f"{title} · {of}")
    axes = picture.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return picture, axes


def in_percent(axes: Axes) -> None:
    """Write the shares of the upright axis in percent."""
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.1%}".replace(".0%", "%"))

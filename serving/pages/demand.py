"""Whose demand was met: by kecamatan, and by product in each kecamatan, as it is shown.

What the overview hides is an asterisk, and in a picture a part with a broken edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from audit.allocated import Cell, Overview, Place
from features.places import KECAMATAN
from serving.pages.charts import Chart, Row, chart
from serving.telling import written
from serving.telling.words import wording

HIDDEN: Final = "*"
PARTS: Final = ("met", "no_room", "no_fit")
"""What became of those who ask, as `audit.allocated.Place` names it."""

SHADES: Final = 5
"""Of a cell with somebody in it, the lightest first."""

Measure = Literal["businesses", "amount"]


@dataclass(frozen=True)
class Line:
    """A line of a table: its name, and its other columns as written."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Heat:
    """A product: (number as written, name of its shade) by kecamatan, and all of it."""

    product: str
    lender: str
    cells: tuple[tuple[str, str], ...]
    businesses: str
    rupiah: str


def ordered(view: Overview) -> list[Place]:
    """Return the places, those of the most demand first, those whose demand is hidden last."""
    return sorted(
        view.places,
        key=lambda one: (-one.asked.businesses if one.asked else 0, one.kecamatan),
    )


def name_of(place: Place, language: str) -> str:
    """Return the name of a kecamatan; of one that is not in Batang, its code."""
    if not place.kecamatan:
        return wording(language)["allocation"]["unknown"]
    known = KECAMATAN.get(place.kecamatan)
    return place.kecamatan if known is None else known.name


def businesses(cell: Cell | None, language: str) -> str:
    """Return how many businesses are in a cell."""
    return HIDDEN if cell is None else written.number(cell.businesses, language)


def rupiah(cell: Cell | None, language: str) -> str:
    """Return the rupiah of a cell."""
    return HIDDEN if cell is None else written.short(cell.amount, language)


def picture(view: Overview, measure: Measure, language: str) -> Chart:
    """Return the picture of what became of those who ask, by kecamatan."""
    write = businesses if measure == "businesses" else rupiah
    rows = [
        Row(name_of(place, language), write(place.asked, language), _parts(place, measure))
        for place in ordered(view)
    ]
    words = wording(language)["allocation"]
    unit = words["businesses" if measure == "businesses" else "rupiah"]
    return chart(measure, f"{words['demand']}: {unit}", rows)


def lines(view: Overview, language: str) -> tuple[Line, ...]:
    """Return the numbers of the pictures: asked, met, no room, no fit; businesses, rupiah."""
    every = [(name_of(place, language), place) for place in ordered(view)]
    every.append((wording(language)["allocation"]["all"], view.total))
    return tuple(
        Line(
            name,
            tuple(
                said
                for cell in (place.asked, place.met, place.no_room, place.no_fit)
                for said in (businesses(cell, language), rupiah(cell, language))
            ),
        )
        for name, place in every
    )


def heat(view: Overview, language: str) -> tuple[Heat, ...]:
    """Return the products that somebody got, in the order of the pool, by kecamatan."""
    shown = [cell for place in view.places for cell in place.allocated if cell is not None]
    most = max((cell.businesses for cell in shown), default=0)
    return tuple(
        Heat(
            product.name,
            product.lender,
            tuple(_shaded(place.allocated[j], most, language) for place in view.places),
            businesses(total, language),
            rupiah(total, language),
        )
        for j, (product, total) in enumerate(zip(view.products, view.total.allocated, strict=True))
        if not _is_nothing(total)
    )


def unused(view: Overview, language: str) -> str:
    """Return which products nobody got; empty where there are none."""
    pairs = zip(view.products, view.total.allocated, strict=True)
    names = [product.name for product, total in pairs if _is_nothing(total)]
    words = wording(language)["allocation"]
    return words["unused"].format(products=written.listed(names, language)) if names else ""


def _parts(place: Place, measure: Measure) -> tuple[tuple[str, float], ...]:
    """Return the parts of a place's bar; what is hidden of all who ask comes last."""
    cells: Sequence[tuple[str, Cell | None]] = [(name, getattr(place, name)) for name in PARTS]
    told = [(name, float(getattr(cell, measure))) for name, cell in cells if cell is not None]
    if place.asked is None:
        return tuple(told)
    rest = getattr(place.asked, measure) - sum(length for _, length in told)
    return (*told, ("hidden", float(rest)))


def _shaded(cell: Cell | None, most: int, language: str) -> tuple[str, str]:
    """Return a cell as written and the name of its shade, by the root of its share of the most."""
    if cell is None:
        return HIDDEN, "h"
    shade = math.ceil(SHADES * math.sqrt(cell.businesses / most)) if most else 0
    return written.number(cell.businesses, language), f"h{shade}"


def _is_nothing(cell: Cell | None) -> bool:
    return cell is not None and cell.businesses == 0

"""What limits and floors an allocation has: how far each is used, and what it holds back.

A shadow price is drawn beside those it can be compared with: of rupiah in one picture, of places in
another.
"""

from __future__ import annotations

import textwrap
from typing import Final

from audit.allocated import FloorUse, LimitUse, Overview
from matching.allocation.programme import Unit
from serving.pages.charts import Chart, Row, chart
from serving.pages.demand import HIDDEN, Line
from serving.telling import allocation_words, written
from serving.telling.words import wording

LABEL: Final = 40
"""Characters of a label that a picture has room for."""


def prices(view: Overview, language: str) -> tuple[Chart, ...]:
    """Return the pictures of what a little more of each limit would do, the most first."""
    made = (_prices(view, "rupiah", language), _prices(view, "businesses", language))
    return tuple(one for one in made if one.bars)


def _prices(view: Overview, unit: Unit, language: str) -> Chart:
    told = {limit: price for limit in view.limits if (price := _told(limit, view, language))}
    holding = [limit for limit in told if limit.unit == unit]
    holding.sort(key=lambda limit: -(limit.price or 0.0))
    dearest = max((limit.price or 0.0 for limit in holding), default=0.0)
    step = allocation_words.step(dearest, view.objective) if unit == "rupiah" else 1
    words = wording(language)["allocation"]
    rows = [
        Row(
            _holding(limit, view, language),
            worth((limit.price or 0.0) * step, view, language),
            (("price", limit.price or 0.0),),
        )
        for limit in holding
    ]
    title = words[f"prices_{unit}"].format(amount=written.money(step, language))
    return chart(f"price-{unit}", title, rows)


def use(view: Overview, language: str) -> Chart:
    """Return the picture of how much of each limit is used; a mark is what is asked at least."""
    rows = [_used(limit, _label(limit, view, language), language) for limit in view.limits]
    return chart("use", wording(language)["allocation"]["limits"], rows, whole=1.0)


def _used(limit: LimitUse, label: str, language: str) -> Row:
    """Return a limit's use as a share of the most, or of what is used where there is no most."""
    least = limit.at_least or 0
    if limit.used is None:
        return Row(label, HIDDEN, (("hidden", 1.0),))
    whole = max(limit.used, least) if limit.at_most is None else limit.at_most
    share = limit.used / whole if whole else 1.0
    told = _amount(limit.used, limit.unit, language)
    number = told if limit.at_most is None else written.percent(share, language)
    parts = (("used", share), ("left", 1 - share))
    return Row(label, number, parts, least / whole if least else None)


def lines(view: Overview, language: str) -> tuple[Line, ...]:
    """Return of each limit: at most, at least, used, left, and what one step more would do."""
    return tuple(
        Line(
            _name(limit, view, language),
            (
                _amount(limit.at_most, limit.unit, language),
                _amount(limit.at_least, limit.unit, language),
                HIDDEN if limit.used is None else _amount(limit.used, limit.unit, language),
                _left(limit, language),
                allocation_words.price(limit, view.objective, language),
            ),
        )
        for limit in view.limits
    )


def reached(view: Overview, language: str) -> Chart:
    """Return the picture of the groups' shares; a mark is what is asked."""
    rows = [
        Row(
            textwrap.shorten(floor.name, LABEL, placeholder="…"),
            HIDDEN if share is None else written.percent(share, language),
            (("hidden", 1.0),) if share is None else (("used", share), ("left", 1 - share)),
            float(floor.share),
        )
        for floor in view.floors
        for share in [_share(floor)]
    ]
    return chart("floors", wording(language)["allocation"]["floors"], rows, whole=1.0)


def floors(view: Overview, language: str) -> tuple[Line, ...]:
    """Return of each floor how far it was reached, in words."""
    return tuple(
        Line(floor.name, (allocation_words.floor(floor, view.objective, language),))
        for floor in view.floors
    )


def worth(amount: float, view: Overview, language: str) -> str:
    """Return an amount in the unit of the objective, short."""
    if view.objective == "expected_repaid":
        return written.short(amount, language)
    return written.number(amount, language)


def _share(floor: FloorUse) -> float | None:
    if floor.used is None or floor.total is None:
        return None
    return floor.used / floor.total if floor.total else 0.0


def _told(limit: LimitUse, view: Overview, language: str) -> bool:
    """Return whether there is a price to tell."""
    none = wording(language)["allocation"]["price_none"]
    said = allocation_words.price(limit, view.objective, language)
    return limit.price is not None and said != none


def _name(limit: LimitUse, view: Overview, language: str) -> str:
    names = {product.product_id: product.name for product in view.products}
    return allocation_words.limit(limit.name, names, language)


def _label(limit: LimitUse, view: Overview, language: str) -> str:
    return textwrap.shorten(_name(limit, view, language), LABEL, placeholder="…")


def _holding(limit: LimitUse, view: Overview, language: str) -> str:
    """Return the label of a price: what would be less of a minimum, or more of a maximum."""
    label, less = _label(limit, view, language), wording(language)["allocation"]["less"]
    return f"{label} ({less})" if allocation_words.is_minimum(limit) else label


def _amount(count: int | None, unit: Unit, language: str) -> str:
    """Return rupiah or businesses, short; a dash for none."""
    if count is None:
        return "–"  # noqa: RUF001  the dash of an empty cell
    return (written.short if unit == "rupiah" else written.number)(count, language)


def _left(limit: LimitUse, language: str) -> str:
    if limit.used is None:
        return HIDDEN
    left = None if limit.at_most is None else max(limit.at_most - limit.used, 0)
    return _amount(left, limit.unit, language)

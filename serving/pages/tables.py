"""The tables of an allocation as files (CSV): what the pictures show, with nothing added.

Names of columns and values are for machines; what is hidden is empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from typing import Final, Literal

from audit.allocated import Cell, FloorUse, LimitUse, Overview
from matching.allocation.result import Sums

Name = Literal["demand", "products", "limits", "floors", "methods"]

BECAME: Final = ("asked", "met", "no_room", "no_fit")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

Row = Iterable[object]


def csv_of(view: Overview, name: Name) -> str:
    """Return a table as CSV, its first line the names of the columns."""
    made = {
        "demand": _demand,
        "products": _products,
        "limits": _limits,
        "floors": _floors,
        "methods": _methods,
    }[name]
    return csv_text(made(view))


def csv_text(rows: Iterable[Row]) -> str:
    """Return rows as CSV; no spreadsheet takes a text of it for a formula."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(map(_safe, rows))
    return file.getvalue()


def _demand(view: Overview) -> Iterator[Row]:
    yield "kecamatan", *(f"{name}_{unit}" for name in BECAME for unit in ("businesses", "rupiah"))
    for code, place in [*((one.kecamatan, one) for one in view.places), ("all", view.total)]:
        yield code, *(part for name in BECAME for part in _cell(getattr(place, name)))


def _products(view: Overview) -> Iterator[Row]:
    yield "kecamatan", "product_id", "businesses", "rupiah"
    for code, place in [*((one.kecamatan, one) for one in view.places), ("all", view.total)]:
        for product, cell in zip(view.products, place.allocated, strict=True):
            yield code, product.product_id, *_cell(cell)


def _limits(view: Overview) -> Iterator[Row]:
    yield [field.name for field in fields(LimitUse)]
    yield from (asdict(limit).values() for limit in view.limits)


def _floors(view: Overview) -> Iterator[Row]:
    yield [field.name for field in fields(FloorUse)]
    yield from (asdict(floor).values() for floor in view.floors)


def _methods(view: Overview) -> Iterator[Row]:
    yield "method", *(field.name for field in fields(Sums))
    if view.worth is not None:
        for name, sums in {"optimum": view.worth.sums, **view.worth.beside}.items():
            yield name, *asdict(sums).values()


def _cell(cell: Cell | None) -> tuple[object, object]:
    return (None, None) if cell is None else (cell.businesses, cell.amount)


def _safe(row: Row) -> list[object]:
    """Return a row whose texts no spreadsheet takes for formulas."""
    return [f"'{one}" if isinstance(one, str) and one.startswith(FORMULA) else one for one in row]

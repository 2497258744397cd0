"""An allocation as officials see it: what became of whose demand, aggregates only.

Businesses are counted by kecamatan and by product, those without a product as well. A number of
fewer than ten is hidden, and so are others by which it could be found (`audit.cells`); where the
number of businesses is hidden their rupiah are too. What a limit or a floor used is a number of
people like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from audit.cells import LEAST
from audit.counted import Table, counted
from features.rows import Flags
from matching.allocation.pool import Pool
from matching.allocation.programme import Objective, Programme, Unit
from matching.allocation.result import Allocation, Held, Method, Sums, Used
from matching.allocation.rows import limits_of
from matching.product import Product


@dataclass(frozen=True)
class Cell:
    """Businesses, and the rupiah they ask for or are lent."""

    businesses: int
    amount: int


@dataclass(frozen=True)
class Place:
    """What became of those who ask in a kecamatan, or in all; None is hidden.

    Args:
        kecamatan: its code; empty where not known, and for all.
        allocated: by product, in the order of the overview's products.
        met: all that is allocated.
        no_room: a product fits, and none is left; a business counts with its largest request.
        no_fit: no product fits; likewise.
        asked: all three together.
    """

    kecamatan: str
    allocated: tuple[Cell | None, ...]
    met: Cell | None
    no_room: Cell | None
    no_fit: Cell | None
    asked: Cell | None


@dataclass(frozen=True)
class Offered:
    """A product of the pool."""

    product_id: str
    name: str
    lender: str


@dataclass(frozen=True)
class LimitUse:
    """`matching.allocation.result.Used`; ``used`` is None where it is hidden.

    So is ``price`` of a hidden number of places: a place that is worth something tells that all
    are taken. And so it is where the limit is about a few businesses only: it is what one of them
    is worth.
    """

    name: str
    unit: Unit
    at_most: int | None
    at_least: int | None
    used: int | None
    price: float | None


@dataclass(frozen=True)
class FloorUse:
    """`matching.allocation.result.Held`; ``used``, ``total``, ``short`` None where hidden.

    So are ``exhausted`` and ``price`` where the group is of a few businesses only.
    """

    name: str
    group: str
    share: Decimal
    of: Unit
    used: int | None
    total: int | None
    short: int | None
    exhausted: bool | None
    price: float | None


@dataclass(frozen=True)
class Worth:
    """What an allocation comes to, how near it is to the best, and other methods beside it."""

    sums: Sums
    bound: float
    gap: float
    beside: Mapping[Method, Sums]


@dataclass(frozen=True)
class Overview:
    """An allocation as officials see it.

    Args:
        programme_id, name, objective: the programme's.
        on: the day of the allocation.
        worth: what it comes to; None where so few are served that it is hidden.
        products: in the order of the pool, those that fit anybody.
        places: by kecamatan, in the order of their codes; total: all of them together.
        limits, floors: how far each is used, and what it costs.
        simulated: whether the businesses, or what judged them, are simulated.
    """

    programme_id: str
    name: str
    objective: Objective
    on: date
    worth: Worth | None
    products: tuple[Offered, ...]
    places: tuple[Place, ...]
    total: Place
    limits: tuple[LimitUse, ...]
    floors: tuple[FloorUse, ...]
    simulated: bool


def overview(
    allocation: Allocation, programme: Programme, pool: Pool, on: date, *, simulated: bool = False
) -> Overview:
    """Return an allocation as officials may see it.

    Args:
        allocation: of the programme over the pool.
        programme: whose limits it keeps.
        pool: whom it was made for.
        on: the day of it.
        simulated: whether the businesses, or what judged them, are simulated.
    """
    table = counted(allocation.outcomes, pool)
    limits = [table.under(limit, pool) for limit in limits_of(programme, pool.products)]
    floors = [table.of_group(floor, pool) for floor in programme.floors]
    cells, parts = table.shown([*limits, *floors])
    *places, total = _places(table, cells)
    return Overview(
        programme_id=programme.programme_id,
        name=programme.name,
        objective=allocation.objective,
        on=on,
        worth=None if total.met is None else _worth(allocation),
        products=tuple(map(_offered, table.products)),
        places=tuple(places),
        total=total,
        limits=tuple(
            _limit(used, shown=may, few=part.few)
            for used, part, may in zip(allocation.limits, limits, parts, strict=False)
        ),
        floors=tuple(
            _floor(held, shown=may and total.met is not None, few=part.few)
            for held, part, may in zip(allocation.floors, floors, parts[len(limits) :], strict=True)
        ),
        simulated=simulated,
    )


def _places(table: Table, shown: Flags) -> Iterator[Place]:
    for code, businesses, rupiah, may in zip(
        (*table.kecamatan, ""), table.businesses, table.rupiah, shown, strict=True
    ):
        cells = [
            Cell(int(count), int(amount)) if it else None
            for count, amount, it in zip(businesses, rupiah, may, strict=True)
        ]
        *allocated, no_room, no_fit, met, asked = cells
        yield Place(code, tuple(allocated), met, no_room, no_fit, asked)


def _offered(product: Product) -> Offered:
    return Offered(product.product_id, product.name, product.lender.name)


def _worth(allocation: Allocation) -> Worth:
    """Return what an allocation comes to; beside it no method that serves only a few."""
    beside = {name: sums for name, sums in allocation.beside.items() if not 0 < sums.served < LEAST}
    return Worth(allocation.sums, allocation.bound, allocation.gap, beside)


def _limit(used: Used, *, shown: bool, few: bool) -> LimitUse:
    priced = not few and (shown or used.unit == "rupiah")
    hidden = [*(() if shown else ("used",)), *(() if priced else ("price",))]
    return LimitUse(**{**asdict(used), **dict.fromkeys(hidden)})


def _floor(held: Held, *, shown: bool, few: bool) -> FloorUse:
    hidden = () if shown else ("used", "total", "short")
    of_few = ("exhausted", "price") if few else ()
    return FloorUse(**{**asdict(held), **dict.fromkeys((*hidden, *of_few))})

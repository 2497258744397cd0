"""The limits of a programme over a pool, as rows of one system: Σ weight · x ≤ limit, in integers.

Each row counts the same for every product it is about, so that it is two vectors: what an
application weighs, and which products it is about. A minimum is a row with its sign
turned, and so is a floor, over its share's fraction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matching.allocation.pool import Bools, Ints, Pool
from matching.allocation.programme import Floor, Limit, Programme, Unit
from matching.product import Product

Kind = Literal["at_most", "at_least", "floor", "kept"]


@dataclass(frozen=True)
class Row:
    """One row: Σ weight[i] · x[i, j] over the products it is about is at most *limit*.

    Args:
        name: of the limit or floor.
        kind: which side of a limit it is; a ``floor``, or what is ``kept`` of one that gave way.
        unit: what is counted.
        weight: (n) integers, below zero where an application helps to keep the row.
        products: (p) those it is about.
        limit: an integer.
    """

    name: str
    kind: Kind
    unit: Unit
    weight: Ints
    products: Bools
    limit: int


def rows_of(programme: Programme, pool: Pool) -> tuple[Row, ...]:
    """Return the rows of the programme's limits, of the products' quotas and of its floors."""
    limits = (row for limit in limits_of(programme, pool.products) for row in _sides(limit, pool))
    return (*limits, *(floor_row(floor, pool) for floor in programme.floors))


def limits_of(programme: Programme, products: Sequence[Product]) -> tuple[Limit, ...]:
    """Return the programme's limits, and the products' own quotas as limits beside them."""
    quotas = (
        Limit(
            name=f"quota {product.product_id}",
            unit="businesses",
            at_most=product.quota,
            products=(product.product_id,),
        )
        for product in products
        if product.quota is not None
    )
    return (*programme.limits, *quotas)


def counted(unit: Unit, pool: Pool) -> Ints:
    """Return (n) what each application counts in a unit."""
    return pool.amount if unit == "rupiah" else np.ones(len(pool), dtype=np.int64)


def about(limit: Limit, pool: Pool) -> tuple[Bools, Bools]:
    """Return (n) the applications and (p) the products that a limit is about."""
    who = np.ones(len(pool), dtype=bool)
    if limit.kecamatan:
        who &= np.isin(pool.kecamatan, limit.kecamatan)
    if limit.kbli:
        who &= np.array([code.startswith(limit.kbli) for code in pool.kbli], dtype=bool)
    if limit.groups:
        none = np.zeros(len(pool), dtype=bool)
        who &= np.any([pool.groups.get(group, none) for group in limit.groups], axis=0)
    which = [
        (not limit.products or product.product_id in limit.products)
        and (not limit.lenders or product.lender.id in limit.lenders)
        for product in pool.products
    ]
    return who, np.array(which, dtype=bool)


def floor_row(floor: Floor, pool: Pool) -> Row:
    """Return the row of a floor: who is outside the group uses it up, who is inside adds to it."""
    top, bottom = floor.share.as_integer_ratio()
    weight = counted(floor.of, pool) * (top - bottom * _members(floor, pool))
    return Row(floor.name, "floor", floor.of, weight, _everything(pool), 0)


def kept_row(floor: Floor, pool: Pool, reached: int) -> Row:
    """Return the row that stands in for a floor which gave way: what was reached is kept."""
    weight = -counted(floor.of, pool) * _members(floor, pool)
    return Row(floor.name, "kept", floor.of, weight, _everything(pool), -reached)


def in_group(floor: Floor, pool: Pool) -> Bools:
    """Return (n) who is in the group of a floor."""
    return _members(floor, pool).astype(bool)


def _members(floor: Floor, pool: Pool) -> Ints:
    none = np.zeros(len(pool), dtype=bool)
    return pool.groups.get(floor.group, none).astype(np.int64)


def _everything(pool: Pool) -> Bools:
    return np.ones(len(pool.products), dtype=bool)


def _sides(limit: Limit, pool: Pool) -> Iterator[Row]:
    who, which = about(limit, pool)
    weight = counted(limit.unit, pool) * who
    if limit.at_most is not None:
        yield Row(limit.name, "at_most", limit.unit, weight, which, limit.at_most)
    if limit.at_least is not None:
        yield Row(limit.name, "at_least", limit.unit, -weight, which, -limit.at_least)

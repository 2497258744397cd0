"""Budgets: what a lender puts into a programme for a product of its own.

A second person of the lender verifies it, and from then on it is a limit of the programme. Who
wants out says nothing more: a budget of zero.

For pages: `of_lender` is what a lender has put in, `propose` and `verify` what its people do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Engine

from matching.allocation.programme import Limit
from matching.product import Product
from matching.rule import Record, Rupiah
from serving.access.callers import Caller, NotFound
from serving.lending import versions
from serving.lending.versions import Named, Version, beside
from serving.tables import VersionRow

State = Literal["waiting", "replaced", "in_force"]


class Budget(Record):
    """What may be lent of a product in a programme: rupiah, at most."""

    at_most: Rupiah


@dataclass(frozen=True)
class Budgeted:
    """A version of a budget, and where it stands."""

    programme_id: str
    product_id: str
    at_most: int
    state: State
    version: Version


def propose(
    engine: Engine, programme_id: str, product: Product, budget: Budget, by: Caller, now: datetime
) -> Budgeted:
    """Propose a budget, which waits for a second person.

    Args:
        engine: the database.
        programme_id: of a programme that there is.
        product: of the lender's own; see `own`.
        budget: what it puts in.
        by: who proposes.
        now: the time, UTC.

    Raises:
        Forbidden, Refused: as `versions.propose`.
    """
    named = _named(programme_id, product.product_id)
    version = versions.propose(engine, named, budget.model_dump_json(), by, now)
    return _read(version, "waiting")


def verify(
    engine: Engine, programme_id: str, product_id: str, number: int, by: Caller, now: datetime
) -> Budgeted:
    """Verify a budget that a colleague proposed; it is in force from now on.

    Arguments and raises as `versions.verify`.
    """
    named = _named(programme_id, product_id)
    return _read(versions.verify(engine, named, number, by, now), "in_force")


def of_lender(engine: Engine, programme_id: str, partner_id: str) -> list[Budgeted]:
    """Return a lender's budgets in a programme, by product: all versions but the replaced."""
    own = versions.kept(engine, "budget", VersionRow.partner_id == partner_id)
    return [one for one in _placed(own) if _is(one, programme_id)]


def in_force(engine: Engine, programme_id: str) -> list[Budgeted]:
    """Return every lender's budgets in force in a programme, by product."""
    return [one for one in _placed(versions.verified(engine, "budget")) if _is(one, programme_id)]


def limits(budgets: Iterable[Budgeted]) -> tuple[Limit, ...]:
    """Return budgets as limits of their programme."""
    return tuple(
        Limit(
            name=f"Dana {one.product_id}",
            unit="rupiah",
            at_most=one.at_most,
            products=(one.product_id,),
        )
        for one in budgets
    )


def own(products: Iterable[Product], product_id: str, partner_id: str) -> Product:
    """Return a lender's product; raises NotFound (``no-product``) for none of its own."""
    for product in products:
        if product.product_id == product_id and product.lender.id == partner_id:
            return product
    raise NotFound(
        found="no such product",
        expected="the id of a product of your own",
        hint="GET /v1/products lists them; one that waits is verified first.",
        code="no-product",
    )


def _placed(found: Sequence[Version]) -> list[Budgeted]:
    """Return versions with where they stand, but the replaced; they come by name and number."""
    last = {one.name: one.number for one in found if one.verified_at is not None}
    placed = [(one, beside(one, last.get(one.name, 0)) or "in_force") for one in found]
    return [_read(version, state) for version, state in placed if state != "replaced"]


def _is(one: Budgeted, programme_id: str) -> bool:
    return one.programme_id == programme_id


def _read(version: Version, state: State) -> Budgeted:
    programme_id, _, product_id = version.name.partition("/")
    budget = Budget.model_validate_json(version.record)
    return Budgeted(programme_id, product_id, budget.at_most, state, version)


def _named(programme_id: str, product_id: str) -> Named:
    return Named("budget", f"{programme_id}/{product_id}")

"""The routes of allocations: officials make and read them, lenders read their own outcomes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from audit.allocated import FloorUse, LimitUse, Overview
from matching.allocation.programme import Objective
from matching.allocation.result import Method, Outcome, Sums
from serving.access.callers import Lender, Official, scoped
from serving.api import allocation_schemas as schemas
from serving.api.answers import in_each
from serving.api.idempotency import ONCE
from serving.api.lists import Listed
from serving.api.problems import responses
from serving.api.product_schemas import Id, Number
from serving.api.routes import Running
from serving.api.routing import Router
from serving.api.schemas import Text
from serving.lending import allocations
from serving.lending.allocations import Made
from serving.telling import allocation_words as words

v1 = Router(
    prefix="/v1/programmes/{programme_id}/allocations",
    tags=["programmes"],
    dependencies=[scoped("programmes")],
    responses=responses(401, 403, 404, 422, 503),
)


@v1.post("", status_code=201, summary="Allocate", dependencies=[ONCE], responses=responses(409))
def allocate(programme_id: Id, by: Official, service: Running) -> schemas.Allocation:
    """Spend the budgets of a programme of yours over all applications that take part in it.

    Each is held anew against the products in force today. The answer says how near to the best it
    is, proven, and what one more of each limit would do. It may take a minute.
    """
    return told(allocations.allocate(service, programme_id, by))


@v1.get("", summary="List allocations")
def made(programme_id: Id, by: Official, service: Running) -> schemas.Allocations:
    """Return the allocations of a programme of yours, the oldest first."""
    found = allocations.made(service.engine, programme_id, by)
    return schemas.Allocations(allocations=[told(one) for one in found])


@v1.get("/{number}", summary="Read an allocation again")
def read(programme_id: Id, number: Number, by: Official, service: Running) -> schemas.Allocation:
    """Return an allocation of a programme of yours as it was answered."""
    return told(allocations.find(service.engine, programme_id, number, by))


@v1.get("/{number}/outcomes", summary="Read your outcomes")
def outcomes(
    programme_id: Id,
    number: Number,
    by: Lender,
    service: Running,
    asked: Annotated[Listed, Query()],
) -> schemas.Outcomes:
    """Return what each application that you entered got, and why not something else."""
    page = allocations.outcomes(service.engine, programme_id, number, by, asked.cursor)
    return schemas.Outcomes(
        outcomes=[_outcome(one, page.products) for one in page.outcomes],
        next_cursor=page.next_cursor,
    )


def told(one: Made) -> schemas.Allocation:
    """Return an allocation as the API gives it."""
    seen = one.overview
    return schemas.Allocation(
        programme_id=seen.programme_id,
        number=one.number,
        made_at=one.made_at,
        made_by=one.made_by,
        digest=one.digest,
        objective=seen.objective,
        worth=seen.worth,
        proof=_proof(seen),
        beside=_beside(seen),
        products=list(seen.products),
        places=list(seen.places),
        total=seen.total,
        limits=[_limit(use, seen.objective) for use in seen.limits],
        floors=[_floor(use, seen.objective) for use in seen.floors],
    )


def _proof(seen: Overview) -> Text | None:
    found = seen.worth
    if found is None:
        return None
    return in_each(lambda language: words.proof(found.sums.worth, found.bound, language))


def _beside(seen: Overview) -> list[schemas.Beside]:
    found = seen.worth
    if found is None:
        return []
    return [_compared(name, sums, found.sums.worth) for name, sums in found.beside.items()]


def _compared(method: Method, sums: Sums, worth: float) -> schemas.Beside:
    return schemas.Beside(
        method=method,
        name=in_each(lambda language: words.method(method, language)),
        text=in_each(lambda language: words.beside(sums, worth, language)),
    )


def _limit(use: LimitUse, objective: Objective) -> schemas.LimitShown:
    if use.price is None:
        return schemas.LimitShown(use=use, text=None)
    return schemas.LimitShown(
        use=use, text=in_each(lambda language: words.price(use, objective, language))
    )


def _floor(use: FloorUse, objective: Objective) -> schemas.FloorShown:
    if use.used is None or use.total is None:
        return schemas.FloorShown(use=use, text=None)
    return schemas.FloorShown(
        use=use, text=in_each(lambda language: words.floor(use, objective, language))
    )


def _outcome(one: Outcome, products: dict[str, str]) -> schemas.Outcome:
    return schemas.Outcome(
        decision_id=one.application_id,
        code=one.code,
        product_id=one.product_id,
        text=in_each(lambda language: words.outcome(one, products, language)),
    )

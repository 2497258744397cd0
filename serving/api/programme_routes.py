"""The routes of programmes: officials propose them, lenders put in budgets and applications."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from audit.days import wib
from serving.access.callers import Caller, Lender, Official, caller, scoped
from serving.api import programme_schemas as schemas
from serving.api.idempotency import ONCE
from serving.api.problems import responses
from serving.api.product_schemas import Id, Number
from serving.api.routes import Running
from serving.api.routing import Router
from serving.lending import budgets, entries, programmes
from serving.lending.budgets import Budget, Budgeted
from serving.lending.entries import Agreed
from serving.lending.programmes import Planned

v1 = Router(
    prefix="/v1/programmes",
    tags=["programmes"],
    dependencies=[scoped("programmes")],
    responses=responses(401, 403, 422, 503),
)


@v1.get("", summary="List programmes")
def shelf(asking: Annotated[Caller, Depends(caller)], service: Running) -> schemas.Programmes:
    """Return an official's own programmes, what waits too; a lender's are all that are open."""
    engine, day = service.engine, wib(service.now())
    official = asking.kind == "official"
    found = (
        programmes.shelf(engine, asking.partner_id, day)
        if official
        else programmes.running(engine, day)
    )
    return schemas.Programmes(programmes=[told(one) for one in found])


@v1.put("/{programme_id}", summary="Propose a programme", responses=responses(400, 409))
def propose(
    programme_id: Id, asked: schemas.Terms, by: Official, service: Running
) -> schemas.ProgrammeVersion:
    """Propose a programme of yours, new or there already. It waits for a second person."""
    return told(programmes.propose(service.engine, programme_id, asked, by, service.now()))


@v1.get("/{programme_id}/versions", summary="List a programme's versions")
def history(programme_id: Id, by: Official, service: Running) -> schemas.Programmes:
    """Return all versions of a programme of yours, the oldest first; none where there is none."""
    day = wib(service.now())
    found = programmes.history(service.engine, by.partner_id, programme_id, day)
    return schemas.Programmes(programmes=[told(one) for one in found])


@v1.post(
    "/{programme_id}/versions/{number}/verify",
    summary="Verify a programme",
    dependencies=[ONCE],
    responses=responses(404, 409),
)
def verify(
    programme_id: Id, number: Number, by: Official, service: Running
) -> schemas.ProgrammeVersion:
    """Verify a programme that a colleague proposed. It is open from its first day on."""
    return told(programmes.verify(service.engine, programme_id, number, by, service.now()))


@v1.get("/{programme_id}/budgets", summary="List your budgets")
def list_budgets(programme_id: Id, by: Lender, service: Running) -> schemas.Budgets:
    """Return your budgets in a programme, by product, and those that wait."""
    found = budgets.of_lender(service.engine, programme_id, by.partner_id)
    return schemas.Budgets(budgets=[told_budget(one) for one in found])


@v1.put(
    "/{programme_id}/budgets/{product_id}",
    summary="Propose a budget",
    responses=responses(400, 404, 409),
)
def propose_budget(
    programme_id: Id, product_id: Id, asked: schemas.BudgetAsked, by: Lender, service: Running
) -> schemas.BudgetVersion:
    """Propose what is lent at most of a product of yours in a programme that is open.

    It waits for a second person, and is a limit of the programme from then on.
    """
    now = service.now()
    programmes.find(service.engine, programme_id, wib(now))
    product = budgets.own(service.in_force().products, product_id, by.partner_id)
    budget = Budget(at_most=asked.at_most)
    return told_budget(budgets.propose(service.engine, programme_id, product, budget, by, now))


@v1.post(
    "/{programme_id}/budgets/{product_id}/versions/{number}/verify",
    summary="Verify a budget",
    dependencies=[ONCE],
    responses=responses(404, 409),
)
def verify_budget(
    programme_id: Id, product_id: Id, number: Number, by: Lender, service: Running
) -> schemas.BudgetVersion:
    """Verify a budget that a colleague proposed. It is in force from now on."""
    done = budgets.verify(service.engine, programme_id, product_id, number, by, service.now())
    return told_budget(done)


@v1.post(
    "/{programme_id}/entries",
    status_code=201,
    summary="Enter an application",
    dependencies=[ONCE],
    responses=responses(400, 404, 409, 410),
)
def enter(
    programme_id: Id, asked: schemas.EntryAsked, by: Lender, service: Running
) -> schemas.Entry:
    """Enter a decision of yours that speaks for a loan, whose owner agreed to take part.

    A later entry of the same business takes its place.
    """
    now = service.now()
    planned = programmes.find(service.engine, programme_id, wib(now))
    agreed = Agreed(asked.decision_id, asked.agreed_at, tuple(asked.groups))
    entry = entries.enter(service.engine, planned.programme, agreed, by, now)
    return schemas.Entry.model_validate(entry, from_attributes=True)


@v1.delete(
    "/{programme_id}/entries/{decision_id}",
    status_code=204,
    summary="Let an application leave",
    responses=responses(404),
)
def leave(programme_id: Id, decision_id: str, by: Lender, service: Running) -> None:
    """Let an application that you entered take no part any more, as its owner is free to.

    Allocations made before stay as they were.
    """
    entries.leave(service.engine, programme_id, decision_id, by, service.now())


def told(one: Planned) -> schemas.ProgrammeVersion:
    """Return a version of a programme as the API gives it."""
    return schemas.ProgrammeVersion(
        version=one.version.number,
        state=one.state,
        programme=one.programme,
        proposed_at=one.version.proposed_at,
        verified_at=one.version.verified_at,
    )


def told_budget(one: Budgeted) -> schemas.BudgetVersion:
    """Return a version of a budget as the API gives it."""
    return schemas.BudgetVersion(
        programme_id=one.programme_id,
        product_id=one.product_id,
        version=one.version.number,
        at_most=one.at_most,
        state=one.state,
        proposed_at=one.version.proposed_at,
        proposed_by=one.version.proposed_by,
        verified_at=one.version.verified_at,
    )

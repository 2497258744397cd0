"""The routes by which a lender reports what became of its loans."""

from __future__ import annotations

from dataclasses import asdict

from serving.access.callers import CallingPartner, scoped
from serving.api import repayment_schemas as schemas
from serving.api.idempotency import ONCE
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.applications import repayments
from serving.store import database

v1 = Router(
    prefix="/v1",
    tags=["repayments"],
    dependencies=[scoped("outcomes")],
    responses=responses(401, 403, 422, 503),
)


@v1.post(
    "/decisions/{decision_id}/repayments",
    status_code=201,
    summary="Report on a loan",
    dependencies=[ONCE],
    responses=responses(400, 404, 409, 410),
)
def report(
    decision_id: str,
    asked: schemas.RepaymentAsked,
    partner_id: CallingPartner,
    service: Running,
) -> schemas.Repayment:
    """Report how the loan stands that followed upon one of your decisions.

    Reports are kept for ever. What was wrong a newer one of the same `as_of` corrects; the very
    same report sent again is kept once.
    """
    given = [(decision_id, asked.report())]
    (kept,) = repayments.report(service.engine, partner_id, given, service.now())
    return _told(kept)


@v1.post(
    "/repayments",
    status_code=201,
    summary="Report on loans",
    dependencies=[ONCE],
    responses=responses(400, 404, 409, 410),
)
def report_all(
    asked: schemas.RepaymentsAsked, partner_id: CallingPartner, service: Running
) -> schemas.Repayments:
    """Report how loans stand that followed upon your decisions, all of a request or none."""
    given = [(one.decision_id, one.report()) for one in asked.reports]
    kept = repayments.report(service.engine, partner_id, given, service.now())
    return schemas.Repayments(repayments=[_told(one) for one in kept])


@v1.get("/repayments/months", summary="How did loans fare?")
def months(partner_id: CallingPartner, service: Running) -> schemas.RepaymentMonths:
    """Return how your loans fared beside what was said of them, by the month of the decision."""
    with database.session(service.engine) as session:
        found = repayments.by_month(session, partner_id)
    return schemas.RepaymentMonths(
        months=[schemas.RepaymentMonth.model_validate(one, from_attributes=True) for one in found]
    )


@v1.get(
    "/decisions/{decision_id}/repayments",
    summary="Read reports on a loan",
    responses=responses(404, 410),
)
def reported(decision_id: str, partner_id: CallingPartner, service: Running) -> schemas.Repayments:
    """Return your reports on one of your decisions, by the time they speak of."""
    found = repayments.of_decision(service.engine, partner_id, decision_id)
    return schemas.Repayments(repayments=[_told(one) for one in found])


def _told(one: repayments.Reported) -> schemas.Repayment:
    return schemas.Repayment(
        repayment_id=one.repayment_id,
        decision_id=one.decision_id,
        reported_at=one.reported_at,
        **asdict(one.report),
    )

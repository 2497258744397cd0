"""What a page reads of the database and of the rules: a decision by its id, and names."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from audit.days import wib
from audit.decision import Decision
from serving.access.callers import name_of, no_decision
from serving.applications import decisions
from serving.pages.shown import Names
from serving.service import Service
from serving.tables import DecisionRow


def decision_of(service: Service, decision_id: str) -> Decision:
    """Return a decision; who asks has been let in to it. Raises as `Service.decision`."""
    found = decisions.find(service.engine, DecisionRow.decision_id == decision_id)
    if found is None:
        raise no_decision()
    return found


def last_day(due_at: datetime) -> date:
    """Return the last day, WIB, on which a case is answered in time: it may be due at midnight."""
    return wib(due_at - timedelta(microseconds=1))


def names(service: Service, kept: Decision) -> Names:
    """Return the names of a decision's lender, and of the products on the shelf now."""
    return Names(
        lender=name_of(service.engine, kept.partner_id),
        products={product.product_id: product.name for product in service.shelf},
    )

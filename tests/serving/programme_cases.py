"""A programme that is open, with a budget and applications in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine

from audit.decision import Decision
from audit.result import Result
from matching.allocation.programme import Programme
from matching.product import Product
from serving.access.callers import Caller
from serving.lending import budgets, entries, programmes
from serving.lending.budgets import Budget, Budgeted
from serving.lending.entries import Agreed, Entry
from serving.lending.programmes import Planned
from tests.audit.cases import NOW
from tests.matching.cases import product
from tests.serving.cases import ANI, BUDI, Json, caller, keep

TUTI, WAWAN = caller("dinas", "tuti", "official"), caller("dinas", "wawan", "official")
"""Two people of an official's office."""

OTHERS: Caller = caller("bupati", "tuti", "official")
"""A person of another."""

TERMS: Json = {
    "name": "Batang",
    "objective": "businesses",
    "limits": [{"name": "Batang", "unit": "businesses", "at_most": 90, "kecamatan": ["3325080"]}],
    "floors": [{"name": "Women", "group": "women", "share": "0.4"}],
    "effective_from": "2026-11-01",
    "effective_to": "2026-12-31",
    "source": "the regent's letter",
}
PROGRAMME = Programme.model_validate({"programme_id": "batang", **TERMS})
SEED: Product = product()
LAST = date(2026, 12, 31)


def terms(**changed: Any) -> Json:
    """Return the terms of `PROGRAMME`, but for what is *changed*."""
    return {**TERMS, **changed}


def opened(engine: Engine, programme_id: str = "batang", **changed: Any) -> Planned:
    """Propose a programme and verify it."""
    sent = terms(**changed)
    number = programmes.propose(engine, programme_id, sent, TUTI, NOW).version.number
    return programmes.verify(engine, programme_id, number, WAWAN, NOW)


def put_in(engine: Engine, at_most: int, product: Product = SEED) -> Budgeted:
    """Propose granary's budget and verify it."""
    budget = Budget(at_most=at_most)
    number = budgets.propose(engine, "batang", product, budget, ANI, NOW).version.number
    return budgets.verify(engine, "batang", product.product_id, number, BUDI, NOW)


def favoured(made: Decision, name: str, partner_id: str = "granary", **changed: Any) -> Decision:
    """Return a decision under another name and of another business, *eligible* if not *changed*."""
    application = replace(made.application, application_id=name, business_id=f"b-{name}")
    return replace(
        made,
        decision_id=name,
        partner_id=partner_id,
        application=application,
        **{"result": Result("eligible", ()), **changed},
    )


def entered(
    engine: Engine, decision: Decision, groups: tuple[str, ...] = (), by: Caller = ANI
) -> Entry:
    """Keep a decision, and enter it."""
    keep(engine, decision)
    agreed = Agreed(decision.decision_id, NOW - timedelta(hours=1), groups)
    return entries.enter(engine, PROGRAMME, agreed, by, NOW)

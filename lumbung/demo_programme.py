"""A programme to look at in the demonstration: made up, allocated once, and ready for more.

Who asks are the simulated businesses of `lumbung.demo_applicants`, each at one of three lenders.
Whatever it makes goes the way that officials and lenders go, a second person's look included.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Final

from audit.decision import Decision
from lumbung.cli import say
from lumbung.demo_applicants import agree, asking
from lumbung.demo_people import LENDER, OFFICE, PEOPLE
from lumbung.demo_people import PROGRAMME as NAME
from matching.product import Product
from serving.access.callers import Caller, Kind
from serving.lending import allocations, budgets, entries, programmes
from serving.lending.budgets import Budget
from serving.lending.entries import Agreed
from serving.service import Service

PROGRAMME: Final = {
    "name": "Program Batang (contoh)",
    "objective": "expected_repaid",
    "limits": [
        {"name": "Bandar", "unit": "businesses", "at_most": 40, "kecamatan": ["3325020"]},
    ],
    "floors": [{"name": "Perempuan", "group": "women", "share": "0.4"}],
    "effective_from": "2026-01-01",
    "effective_to": "2027-12-31",
    "source": "made up for the demonstration",
}
LENDERS: Final = (
    LENDER,
    "bank-jateng",
    "bprs-contoh",
)
"""At whom they ask, in turns."""

SHARE: Final = 0.2
"""Of what is asked of a product that fits, what its lender puts in."""


def fill(service: Service, data: Path) -> None:
    """Open the programme, let lenders and applications take part, and allocate it once."""
    officials, now = people(OFFICE, "official"), service.now()
    number = programmes.propose(service.engine, NAME, PROGRAMME, officials[0], now).version.number
    planned = programmes.verify(service.engine, NAME, number, officials[1], now)
    eligible = []
    for one, lender in zip(asking(data), itertools.cycle(LENDERS)):
        agree(service, lender, one)
        made = service.decide(one.application, lender)
        if made.result.kind == "eligible":
            agreed = Agreed(made.decision_id, now, ("women",) if one.women else ())
            entries.enter(service.engine, planned.programme, agreed, people(lender)[0], now)
            eligible.append(made)
    _put_in(service, eligible)
    if eligible:
        allocations.allocate(service, NAME, officials[0])
    say(f"programme: {NAME}, allocated over {len(eligible)} simulated applications")


def people(partner_id: str, kind: Kind = "lender") -> tuple[Caller, Caller]:
    """Return the two people of a partner."""
    one, other = (Caller(partner_id, kind, name, name) for name in PEOPLE)
    return one, other


def _put_in(service: Service, made: list[Decision]) -> None:
    """Let every lender put a part of what is asked into each product that fits somebody."""
    for product in service.in_force().products:
        fitting = [
            one.applicant.amount
            for one in made
            if product.product_id in [offer.product_id for offer in one.offers]
        ]
        if fitting:
            _budget(service, product, int(SHARE * sum(fitting)))


def _budget(service: Service, product: Product, at_most: int) -> None:
    one, other = people(product.lender.id)
    engine, now, budget = service.engine, service.now(), Budget(at_most=at_most)
    number = budgets.propose(engine, NAME, product, budget, one, now).version.number
    budgets.verify(engine, NAME, product.product_id, number, other, now)

"""A programme to look at in the demonstration: made up, allocated once, and ready for more.

Its applications are the example's business over and over, with other amounts, places and owners.
Whatever it makes goes the way that officials and lenders go, a second person's look included.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from audit.decision import Decision
from lumbung.cli import say
from matching.product import Product
from serving.access.callers import Caller, Kind
from serving.lending import allocations, budgets, entries, programmes
from serving.lending.budgets import Budget
from serving.lending.entries import Agreed
from serving.reading.request import Application
from serving.service import Service

EXAMPLE: Final = Path("docs/examples/application.json")
OFFICE: Final = "dinas-batang"
PEOPLE: Final = ("petugas-1", "petugas-2")
"""Who holds the demonstration's keys: one proposes, the other verifies."""

NAME: Final = "batang-contoh"
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
KECAMATAN: Final = ("3325020", "3325050", "3325080", "3325110")
BUSINESSES: Final = 200
WOMEN: Final = 0.3
"""How many of the owners say that they are women."""

SHARE: Final = 0.2
"""Of what is asked of a product that fits, what its lender puts in."""


def fill(service: Service, partner_id: str) -> None:
    """Open the programme, let lenders and applications take part, and allocate it once."""
    officials, now = people(OFFICE, "official"), service.now()
    number = programmes.propose(service.engine, NAME, PROGRAMME, officials[0], now).version.number
    planned = programmes.verify(service.engine, NAME, number, officials[1], now)
    lender, random = people(partner_id)[0], np.random.default_rng(1)
    made = [service.decide(asked, partner_id) for asked in _applications(random)]
    eligible = [one for one in made if one.result.kind == "eligible"]
    for one in eligible:
        groups = ("women",) if random.random() < WOMEN else ()
        agreed = Agreed(one.decision_id, now, groups)
        entries.enter(service.engine, planned.programme, agreed, lender, now)
    _put_in(service, eligible)
    if eligible:
        allocations.allocate(service, NAME, officials[0])
    say(f"programme: {NAME}, allocated over {len(eligible)} made-up applications")


def people(partner_id: str, kind: Kind = "lender") -> tuple[Caller, Caller]:
    """Return the two people of a partner."""
    one, other = (Caller(partner_id, kind, name, name) for name in PEOPLE)
    return one, other


def _applications(random: np.random.Generator) -> list[Application]:
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    at = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return [
        Application.model_validate_json(
            json.dumps(
                {
                    **example,
                    "application_id": f"contoh-{at}-{i}",
                    "business_id": f"contoh-{i}",
                    "amount": int(random.integers(4, 20)) * 500_000,
                    "business": {
                        **example["business"],
                        "kecamatan": str(random.choice(KECAMATAN, p=(0.3, 0.2, 0.3, 0.2))),
                    },
                }
            )
        )
        for i in range(BUSINESSES)
    ]


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

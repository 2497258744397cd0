"""A service in which a programme is open, with a budget and applications of one lender."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import Engine

from audit.allocated import overview
from audit.decision import Decision
from serving.access.keys import issue_key
from serving.lending import products
from serving.lending.allocations import OVERVIEW
from serving.store import database
from serving.tables import AllocationRow
from tests.audit.allocated_cases import ON, PROGRAMME, allocated, pool
from tests.audit.cases import NOW
from tests.serving.cases import ANI, BUDI, terms
from tests.serving.programme_cases import entered, favoured, opened, put_in

MANY: Final = 24
"""Applications, of which a budget serves about half."""

BATANG, BANDAR = "3325110", "3325020"


def stocked(engine: Engine) -> None:
    """Let granary's product *seed* be in force."""
    number = products.propose(engine, "seed", terms(), ANI, NOW, ()).number
    products.verify(engine, "seed", number, BUDI, NOW)


def officials_key(engine: Engine, person: str = "tuti") -> str:
    """Return the key of a person of an official's office."""
    return issue_key(engine, "dinas", "Dinas", person=person, kind="official")


def lenders_key(engine: Engine, person: str = "budi") -> str:
    """Return the key of another person of granary than the one whose key is known."""
    return issue_key(engine, "granary", "Granary", person=person)


def keep_allocation(engine: Engine) -> None:
    """Keep an allocation of the programme over a made-up pool, large enough to be seen."""
    waiting = pool(700, seed=3)
    seen = replace(
        overview(allocated(waiting), PROGRAMME, waiting, ON), programme_id="batang", name="Batang"
    )
    with database.session(engine) as session, session.begin():
        session.add(
            AllocationRow(
                programme_id="batang",
                number=1,
                partner_id="dinas",
                made_at=NOW,
                made_by="tuti",
                digest="0" * 64,
                inputs='{"products": []}',
                result="{}",
                overview=OVERVIEW.dump_json(seen).decode(),
            )
        )


def open_programme(engine: Engine, made: Decision, many: int = MANY) -> None:
    """Let a programme be open, with a budget for all but a few and *many* applications."""
    officials_key(engine)
    stocked(engine)
    opened(engine, limits=[])
    amount = made.applicant.amount
    put_in(engine, amount * (many - many // 6))
    for place in range(many):
        groups = ("women",) if place % 2 else ()
        kecamatan = BATANG if place % 3 else BANDAR
        at = replace(made.applicant, kecamatan=kecamatan)
        entered(engine, favoured(made, f"p{place}", applicant=at), groups)

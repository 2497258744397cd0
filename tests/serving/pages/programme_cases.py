"""A service in which a programme is open, with a budget and applications of one lender."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import Engine

from audit.decision import Decision
from serving import products
from serving.access import issue_key
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

"""Allocations of programmes: made at once, kept for ever with all that they were made of.

Officials see aggregates (`audit.allocated`), a lender the outcomes of what it entered itself.

For pages: `allocate` makes one, `made` lists them, `find` reads one again, `outcomes` is a
lender's part of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from audit.allocated import Overview, overview
from audit.days import wib
from audit.digest import digest
from features.errors import Refused
from matching.allocation.allocate import allocate as spend
from matching.allocation.programme import Programme
from matching.allocation.result import Allocation, Outcome
from matching.product import Product
from serving.access.callers import Caller, NotFound
from serving.ledger.entering import enter
from serving.ledger.evidence import allocated
from serving.lending import budgets, entries, programmes
from serving.lending.pool import pool_of
from serving.service import Service
from serving.store import database
from serving.store.cursors import Order
from serving.store.sealed import Beside, Seal, place, seal_all_beside, unseal_all
from serving.tables import AllocationRow, EntryRow, OutcomeRow
from serving.webhooks.outbox import tell

RESULT: Final = TypeAdapter(Allocation)
OVERVIEW: Final = TypeAdapter(Overview)
OUTCOME: Final = TypeAdapter(Outcome)

PAGE: Final = 500
"""Outcomes on one page."""

BY_DECISION: Final = Order((OutcomeRow.decision_id,))


@dataclass(frozen=True)
class Made:
    """An allocation as officials see it.

    Args:
        number: 1, 2, … in its programme.
        made_at: when, UTC; made_by: by which person.
        digest: SHA-256 of all it was made of.
        overview: what may be seen of it.
    """

    number: int
    made_at: datetime
    made_by: str
    digest: str
    overview: Overview


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of a lender's own, by decision.

    Args:
        outcomes: of each application.
        products: product_id → name, of the products that took part.
        next_cursor: where the next page begins; None at the end.
    """

    outcomes: tuple[Outcome, ...]
    products: dict[str, str]
    next_cursor: str | None


@dataclass(frozen=True)
class Asked:
    """What an allocation is of: the programme with its lenders' budgets, and their products."""

    programme: Programme
    products: tuple[Product, ...]
    examples: bool
    versions: dict[str, Any]
    """The versions of the programme and the budgets, and the day (WIB)."""


def allocate(service: Service, programme_id: str, by: Caller) -> Made:
    """Allocate an official's own programme over all that takes part in it, and keep it.

    Raises:
        NotFound: the official has no such programme (``no-programme``).
        Refused: it is not open today (``programme-closed``), no product or no application takes
            part (``nothing-to-allocate``), its limits cannot all hold (``programme-infeasible``),
            or somebody allocated it at the very same time (``allocated-meanwhile``).
    """
    now = service.now()
    asked = _asked(service, programme_id, by, now)
    with database.session(service.engine) as session:
        number = _last(session, programme_id) + 1
    standing = entries.standing(service.engine, programme_id)
    if not standing or not asked.products:
        raise _nothing("application" if asked.products else "product with a budget")
    pool = pool_of(
        standing, asked.programme.groups, asked.products, wib(now), examples=asked.examples
    )
    allocation = spend(asked.programme, pool)
    simulated = any(decision.versions.simulated for _, decision in standing)
    seen = overview(allocation, asked.programme, pool, wib(now), simulated=simulated)
    inputs = {
        **asked.versions,
        "programme": asked.programme.model_dump(mode="json"),
        "products": [one.model_dump(mode="json") for one in asked.products],
        "entries": [entry.entry_id for entry, _ in standing],
    }
    made = Made(number, now, by.person, digest(inputs), seen)
    return _keep(service.engine, by, made, inputs, allocation)


def made(engine: Engine, programme_id: str, by: Caller) -> list[Made]:
    """Return the allocations of an official's own programme; raises NotFound (``no-programme``)."""
    programmes.of_official(engine, programme_id, by.partner_id)
    of = (AllocationRow.programme_id == programme_id, AllocationRow.partner_id == by.partner_id)
    with database.session(engine) as session:
        rows = session.scalars(select(AllocationRow).where(*of).order_by(AllocationRow.number))
        return [_read(row) for row in rows]


def find(engine: Engine, programme_id: str, number: int, by: Caller) -> Made:
    """Return an allocation of an official's own; raises NotFound (``no-allocation``)."""
    with database.session(engine) as session:
        row = session.get(AllocationRow, (programme_id, number))
        if row is None or row.partner_id != by.partner_id:
            raise _no_allocation()
        return _read(row)


def outcomes(
    engine: Engine, programme_id: str, number: int, by: Caller, cursor: str | None = None
) -> Outcomes:
    """Return the outcomes of what a lender entered itself, by decision.

    Args:
        engine: the database.
        programme_id: of the programme.
        number: of the allocation.
        by: the lender.
        cursor: `next_cursor` of the page before.

    Raises:
        BadInput: no page gave such a cursor (``bad-cursor``).
        NotFound: nothing of the lender's took part in such an allocation (``no-allocation``).
    """
    its = (
        OutcomeRow.programme_id == programme_id,
        OutcomeRow.number == number,
        OutcomeRow.partner_id == by.partner_id,
    )
    with database.session(engine) as session:
        if session.scalar(select(OutcomeRow.number).where(*its).limit(1)) is None:
            raise _no_allocation()
        inputs = json.loads(session.get_one(AllocationRow, (programme_id, number)).inputs)
        page = BY_DECISION.page(session, select(OutcomeRow).where(*its), cursor, PAGE)
        records = unseal_all(
            session,
            [
                Seal(by.partner_id, _place(programme_id, number, row.decision_id), row.record)
                for row in page.rows
            ],
        )
    found = tuple(OUTCOME.validate_json(record) for record in records if record is not None)
    names = {one["product_id"]: one["name"] for one in inputs["products"]}
    return Outcomes(found, names, page.next_cursor)


def _asked(service: Service, programme_id: str, by: Caller, now: datetime) -> Asked:
    """Return what is to be allocated today, with the budgets in force."""
    programmes.of_official(service.engine, programme_id, by.partner_id)
    day, rules = wib(now), service.in_force()
    planned = programmes.find(service.engine, programme_id, day)
    on_offer = {
        product.product_id: product
        for product in rules.products
        if product.offerable(day, examples=rules.examples)
    }
    put_in = [
        one
        for one in budgets.in_force(service.engine, programme_id)
        if one.product_id in on_offer
        and on_offer[one.product_id].lender.id == one.version.partner_id
    ]
    limits = (*planned.programme.limits, *budgets.limits(put_in))
    return Asked(
        programme=planned.programme.model_copy(update={"limits": limits}),
        products=tuple(on_offer[one.product_id] for one in put_in),
        examples=rules.examples,
        versions={
            "day": day.isoformat(),
            "version": planned.version.number,
            "budgets": {one.product_id: one.version.number for one in put_in},
        },
    )


def _keep(
    engine: Engine, by: Caller, made: Made, inputs: dict[str, Any], allocation: Allocation
) -> Made:
    """Keep an allocation and each outcome at once; return it."""
    programme_id = allocation.programme_id
    with database.writing(engine) as session:
        if _last(session, programme_id) + 1 != made.number:
            raise _meanwhile()
        row = AllocationRow(
            programme_id=programme_id,
            number=made.number,
            partner_id=by.partner_id,
            made_at=made.made_at,
            made_by=made.made_by,
            digest=made.digest,
            inputs=json.dumps(inputs),
            result=RESULT.dump_json(replace(allocation, outcomes=())).decode(),
            overview=OVERVIEW.dump_json(made.overview).decode(),
        )
        session.add(row)
        session.flush()
        outcomes = _sealed(session, row, allocation.outcomes)
        session.add_all(outcomes)
        session.flush()
        enter(session, "allocation", *allocated(session, row))
        ids: dict[str, str | int] = {"programme_id": programme_id, "number": made.number}
        for lender in sorted({one.partner_id for one in outcomes}):
            tell(session, lender, "allocation.made", ids, made.made_at)
        return made


def _last(session: Session, programme_id: str) -> int:
    """Return the number of a programme's last allocation, 0 before the first."""
    of = AllocationRow.programme_id == programme_id
    return session.scalar(select(func.max(AllocationRow.number)).where(of)) or 0


def _sealed(session: Session, row: AllocationRow, outcomes: Sequence[Outcome]) -> list[OutcomeRow]:
    """Return the rows of an allocation's outcomes, each sealed as the entry it came from."""
    entered = select(EntryRow.decision_id, EntryRow.partner_id, EntryRow.groups).where(
        EntryRow.programme_id == row.programme_id
    )
    beside = {one.decision_id: one for one in session.execute(entered)}
    given = [
        Beside(
            beside[one.application_id].partner_id,
            _place(row.programme_id, row.number, one.application_id),
            OUTCOME.dump_json(one),
            beside[one.application_id].groups,
        )
        for one in outcomes
    ]
    return [
        OutcomeRow(
            programme_id=row.programme_id,
            number=row.number,
            decision_id=one.application_id,
            partner_id=whose.partner_id,
            record=record,
        )
        for one, whose, record in zip(outcomes, given, seal_all_beside(session, given), strict=True)
    ]


def _place(programme_id: str, number: int, decision_id: str) -> str:
    return place("outcomes", "record", programme_id, number, decision_id)


def _read(row: AllocationRow) -> Made:
    seen = OVERVIEW.validate_json(row.overview)
    return Made(row.number, row.made_at, row.made_by, row.digest, seen)


def _no_allocation() -> NotFound:
    return NotFound(
        found="no such allocation",
        expected="one of a programme of your own, or one that your applications took part in",
        hint="An allocation's number comes with the answer that made it.",
        code="no-allocation",
    )


def _nothing(lacking: str) -> Refused:
    return Refused(
        found=f"no {lacking} in the programme",
        expected="at least one",
        hint="Lenders put in budgets and enter applications.",
        code="nothing-to-allocate",
    )


def _meanwhile() -> Refused:
    return Refused(
        found="another allocation of the programme made at the very same time",
        expected="one at a time",
        hint="Look at the allocations there are.",
        code="allocated-meanwhile",
    )

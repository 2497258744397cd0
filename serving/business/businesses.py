"""Businesses of a partner: the facts that products ask about, as they were known at each time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from features.errors import BadInput
from serving.access.callers import NotFound
from serving.business.records import Whose
from serving.reading.request import Business
from serving.store.cursors import Order, Page
from serving.store.sealed import seal, unseal
from serving.tables import BusinessRow

PAGE: Final = 100
"""Businesses on one page."""

BY_ID: Final = Order((BusinessRow.business_id,))

KNOWN: Final = (
    select(BusinessRow.number, BusinessRow.sealed)
    .where(
        BusinessRow.partner_id == bindparam("partner_id"),
        BusinessRow.business_id == bindparam("business_id"),
        BusinessRow.known_at < bindparam("as_of"),
    )
    .order_by(BusinessRow.number.desc())
    .limit(1)
)
"""Made once: each decision asks it."""


@dataclass(frozen=True)
class Version:
    """What was known of a business from an instant on.

    Args:
        business_id: the partner's own name for it.
        number: of the version, from 1 on.
        known_at: from when on it was known, UTC.
        facts: what was known.
    """

    business_id: str
    number: int
    known_at: datetime
    facts: Business


def put(
    session: Session, whose: Whose, facts: Business, known_at: datetime, now: datetime
) -> Version:
    """Keep what is known of a business from an instant on; the same as before is no new version.

    Args:
        session: of `database.writing`.
        whose: the business, new or there already.
        facts: what is known.
        known_at: from when on; not before that of the version before.
        now: the time, UTC.

    Raises:
        BadInput: known in the future (``future-date``), or before the version before
            (``known-too-early``).
    """
    last = _last(session, whose)
    _check_known(known_at, now, last)
    if last is not None and last.facts == facts:
        return last
    made = Version(whose.business_id, 1 if last is None else last.number + 1, known_at, facts)
    written = facts.model_dump_json().encode()
    session.add(
        BusinessRow(
            partner_id=whose.partner_id,
            business_id=whose.business_id,
            number=made.number,
            known_at=known_at,
            kept_at=now,
            sealed=seal(session, *whose, place(whose, made.number), written),
        )
    )
    session.flush()
    return made


def find(session: Session, whose: Whose) -> Version:
    """Return what is known of a business now; raises NotFound (``no-business``)."""
    found = _last(session, whose)
    if found is None:
        raise no_business()
    return found


def check(session: Session, whose: Whose) -> None:
    """Refuse a business that is not kept here; raises NotFound (``no-business``)."""
    if session.scalar(select(BusinessRow.number).where(*_of(whose)).limit(1)) is None:
        raise no_business()


def among(session: Session, partner_id: str, names: Iterable[str]) -> set[str]:
    """Return which of some names are of businesses that a partner keeps here."""
    its = (BusinessRow.partner_id == partner_id, BusinessRow.number == 1)
    asked = select(BusinessRow.business_id).where(*its, BusinessRow.business_id.in_(sorted(names)))
    return set(session.scalars(asked))


def known(session: Session, whose: Whose, as_of: datetime) -> Business:
    """Return what was known of a business before an instant; nothing where nothing was.

    Raises NotFound (``no-business``).
    """
    asked = {**whose._asdict(), "as_of": as_of}
    row = session.connection().execute(KNOWN, asked).one_or_none()
    if row is None:
        check(session, whose)
        return Business()
    return _facts(session, whose, row.number, row.sealed)


def page(session: Session, partner_id: str, cursor: str | None) -> Page[BusinessRow]:
    """Return a page of a partner's businesses, each by its first version.

    Raises BadInput (``bad-cursor``).
    """
    first = select(BusinessRow).where(BusinessRow.partner_id == partner_id, BusinessRow.number == 1)
    return BY_ID.page(session, first, cursor, PAGE)


def no_business() -> NotFound:
    """Return the error of a business that there is not, or not for the one who asks."""
    return NotFound(
        found="no such business",
        expected="the id of a business that you keep here",
        hint="PUT /v1/businesses/{business_id} keeps one.",
        code="no-business",
    )


def _of(whose: Whose) -> tuple[ColumnElement[bool], ...]:
    return (
        BusinessRow.partner_id == whose.partner_id,
        BusinessRow.business_id == whose.business_id,
    )


def place(whose: Whose, number: int) -> str:
    """Return the place for which what a version of a business holds is sealed."""
    return f"businesses/{whose.business_id}/{number}"


def _last(session: Session, whose: Whose, *conditions: ColumnElement[bool]) -> Version | None:
    asked = select(BusinessRow).where(*_of(whose), *conditions).order_by(BusinessRow.number.desc())
    row = session.scalar(asked.limit(1))
    if row is None:
        return None
    facts = _facts(session, whose, row.number, row.sealed)
    return Version(row.business_id, row.number, row.known_at, facts)


def _facts(session: Session, whose: Whose, number: int, sealed: bytes) -> Business:
    opened = unseal(session, whose.partner_id, place(whose, number), sealed)
    return Business.model_validate_json(opened)


def _check_known(known_at: datetime, now: datetime, last: Version | None) -> None:
    if known_at > now:
        raise BadInput(
            found="a time to come",
            expected="now or earlier",
            hint="Check the time zone, or leave it out to mean now.",
            code="future-date",
            where="known_at",
        )
    if last is not None and known_at < last.known_at:
        raise BadInput(
            found="a time before that of the version there is",
            expected="that time or later",
            hint="What was known then stays; say what is known now.",
            code="known-too-early",
            where="known_at",
        )

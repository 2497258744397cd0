"""What holds only once a second person has verified it: products, programmes and budgets.

Who proposes makes a new version, which waits for another person of the same partner; a newer
proposal takes its place. Versions are kept for ever, so that a decision or an allocation can be
made again from what held on its day. `serving.lending.products` and
`serving.lending.programmes` say what the records are, and which of the verified ones is in force.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, Engine, func, select, update
from sqlalchemy.exc import IntegrityError

from features.errors import Refused
from serving.access.callers import Caller, Forbidden, NotFound
from serving.ledger.entering import enter
from serving.ledger.evidence import verified as evidence_of
from serving.store import database
from serving.tables import VersionRow

Kind = Literal["product", "programme", "budget"]

WAITS: Final = (VersionRow.verified_at.is_(None), VersionRow.replaced_at.is_(None))
"""What is true of a version that waits; asked as it is changed, for two may act at once."""


@dataclass(frozen=True)
class Named:
    """What there are versions of: its kind, and its name among all of that kind."""

    kind: Kind
    name: str


@dataclass(frozen=True)
class Version:
    """A version. Times are UTC.

    Args:
        name: of what.
        number: 1, 2, …
        partner_id: whose it is.
        record: what is proposed, as JSON.
        proposed_at, proposed_by: when and by which person.
        verified_at, verified_by: when and by which other person; None while nobody has.
        replaced_at: when a newer proposal took its place while it waited; None when none did.
    """

    name: str
    number: int
    partner_id: str
    record: str
    proposed_at: datetime
    proposed_by: str
    verified_at: datetime | None
    verified_by: str | None
    replaced_at: datetime | None

    @property
    def waits(self) -> bool:
        """Return whether it waits for a second person."""
        return self.verified_at is None and self.replaced_at is None


def propose(engine: Engine, of: Named, record: str, by: Caller, now: datetime) -> Version:
    """Keep a new version, which waits in the place of one that did.

    The very same proposed again by the same person is the version that waits.

    Args:
        engine: the database.
        of: what it is a version of.
        record: what is proposed, as JSON; the caller has checked it.
        by: who proposes.
        now: the time, UTC.

    Raises:
        Forbidden: the key names nobody (``nameless-key``), or an administrator gave it
            (``delegated-key``).
        Refused: the name is another partner's (``name-taken``), or somebody proposed at the very
            same time (``proposed-meanwhile``).
    """
    _person(by)
    try:
        with database.session(engine) as session, session.begin():
            kept = select(VersionRow).where(*_of(of)).order_by(VersionRow.number)
            before = session.scalars(kept).all()
            if any(row.partner_id != by.partner_id for row in before):
                raise name_taken()
            if before and _same(before[-1], record, by):
                return _read(before[-1])
            waits = (*_of(of), *WAITS)
            session.execute(update(VersionRow).where(*waits).values(replaced_at=now))
            row = VersionRow(
                kind=of.kind,
                name=of.name,
                number=len(before) + 1,
                partner_id=by.partner_id,
                record=record,
                proposed_at=now,
                proposed_key=by.prefix,
                proposed_by=by.person,
            )
            session.add(row)
            session.flush()
            return _read(row)
    except IntegrityError as error:
        raise Refused(
            found="another proposal made at the very same time",
            expected="one at a time",
            hint="Look at the versions there are, and propose again.",
            code="proposed-meanwhile",
        ) from error


def verify(engine: Engine, of: Named, number: int, by: Caller, now: datetime) -> Version:
    """Verify a version that waits; it holds from now on, if nothing in it says later.

    Raises:
        Forbidden: the key names nobody (``nameless-key``), an administrator gave it
            (``delegated-key``), or the key or its person is the one that proposed
            (``same-person``).
        NotFound: the partner has no such version (``no-such-version``).
        Refused: it does not wait (``not-waiting``).
    """
    _person(by)
    its = (*_of(of), VersionRow.number == number, VersionRow.partner_id == by.partner_id)
    with database.writing(engine) as session:
        row = session.scalar(select(VersionRow).where(*its))
        if row is None:
            raise _no_version()
        if by.prefix == row.proposed_key or _folded(by.person) == _folded(row.proposed_by):
            raise _same_person()
        if not _read(row).waits:
            raise _not_waiting()
        row.verified_at, row.verified_key, row.verified_by = now, by.prefix, by.person
        session.flush()
        enter(session, "version", *evidence_of(row))
        return _read(row)


def kept(engine: Engine, kind: Kind, *conditions: ColumnElement[bool]) -> list[Version]:
    """Return all versions of a kind that meet the conditions, by name and number."""
    asked = select(VersionRow).where(VersionRow.kind == kind, *conditions)
    with database.session(engine) as session:
        rows = session.scalars(asked.order_by(VersionRow.name, VersionRow.number))
        return [_read(row) for row in rows]


def verified(engine: Engine, kind: Kind) -> list[Version]:
    """Return the verified versions of a kind, by name and number."""
    return kept(engine, kind, VersionRow.verified_at.is_not(None))


def revision(engine: Engine, kind: Kind) -> int:
    """Return how many versions of a kind are verified: it grows whenever one comes into force."""
    asked = select(func.count()).where(VersionRow.kind == kind, VersionRow.verified_at.is_not(None))
    with database.session(engine) as session:
        return session.scalar(asked) or 0


def beside(version: Version | None, last: int) -> Literal["waiting", "replaced"] | None:
    """Return what a version is beside the last one in force; None where its own terms say.

    Args:
        version: which; None of what stands in a file, before all versions.
        last: the number of the last version that was ever in force, 0 when none was.
    """
    if version is None:
        return "replaced" if last else None
    if version.waits:
        return "waiting"
    return "replaced" if version.replaced_at or version.number < last else None


def name_taken() -> Refused:
    """Return the error of a name that another partner has taken."""
    return Refused(
        found="a name that is another partner's",
        expected="one of your own, or a new one",
        hint="Choose another name; each is unique over all partners.",
        code="name-taken",
    )


def _same(row: VersionRow, record: str, by: Caller) -> bool:
    """Return whether a version waits that says the same, by the same person."""
    return _read(row).waits and (row.record, row.proposed_key) == (record, by.prefix)


def _person(by: Caller) -> None:
    """Refuse a key that does not tell who holds it, and one that an administrator gave."""
    if not by.person:
        raise Forbidden(
            found="a key that names nobody",
            expected="the key of a person",
            hint="Ask Lumbung's operator for a key with the name of who holds it.",
            code="nameless-key",
        )
    if by.delegated:
        raise Forbidden(
            found="a key that an administrator of the partner gave",
            expected="a key or an account from Lumbung's operator",
            hint="Ask the operator for one: who gives keys could be both persons.",
            code="delegated-key",
        )


def _folded(person: str) -> str:
    """Return a name without what a person may write one way or another: case and spaces."""
    return " ".join(person.casefold().split())


def _same_person() -> Forbidden:
    return Forbidden(
        found="the person who proposed it",
        expected="another person of the same partner, by a key of their own",
        hint="Ask a colleague to look at it and verify it.",
        code="same-person",
    )


def _no_version() -> NotFound:
    return NotFound(
        found="no such version",
        expected="the name and number of a version of your own",
        hint="The list of versions has them.",
        code="no-such-version",
    )


def _not_waiting() -> Refused:
    return Refused(
        found="a version that does not wait",
        expected="the one that waits",
        hint="It is verified already, or a newer proposal took its place: look at the versions.",
        code="not-waiting",
    )


def _of(named: Named) -> tuple[ColumnElement[bool], ...]:
    return (VersionRow.kind == named.kind, VersionRow.name == named.name)


def _read(row: VersionRow) -> Version:
    return Version(**{field.name: getattr(row, field.name) for field in fields(Version)})

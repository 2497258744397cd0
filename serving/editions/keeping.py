"""Editions as they are kept: made once, entered in the ledger, and never changed.

The ledger's entry holds SHA-256 of the very text that is kept and given out as JSON, so whoever has
the file and a checkpoint can tell that it is the one that was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit.editions.period import Length, Period, due, named, overlap
from audit.editions.sections import EDITION, Edition
from features.errors import Refused
from serving.access.callers import NotFound
from serving.ledger import checkpoints
from serving.ledger.checkpoints import Signed
from serving.ledger.entering import enter
from serving.ledger.evidence import published
from serving.store import database
from serving.tables import EditionRow, LedgerRow


@dataclass(frozen=True)
class Kept:
    """An edition, its text as it is kept, and where it stands in the ledger.

    Args:
        edition: what it tells.
        text: the same as JSON.
        entry: the number of its entry.
        signed: the first checkpoint from that entry on; None while none was taken.
        before: the edition before; None where there is none.
    """

    edition: Edition
    text: str
    entry: int
    signed: Signed | None
    before: Edition | None

    @property
    def digest(self) -> str:
        """Return SHA-256 of the text, which the ledger holds."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def lacking(engine: Engine, length: Length, day: date) -> list[Period]:
    """Return the periods of which an edition is due; raises as `audit.editions.period.due`."""
    with database.session(engine) as session:
        return due(length, day, _periods(session))


def editions(engine: Engine) -> list[Edition]:
    """Return all editions, the newest first."""
    with database.session(engine) as session:
        return [_read(session, one) for one in _periods(session)]


def periods(engine: Engine) -> list[Period]:
    """Return the periods of which there is an edition, the newest first."""
    with database.session(engine) as session:
        return _periods(session)


def newest(engine: Engine) -> Edition:
    """Return the newest edition; raises NotFound (``no-edition``)."""
    with database.session(engine) as session:
        found = _periods(session)
        if not found:
            raise no_edition()
        return _read(session, found[0])


def find(engine: Engine, name: str) -> Kept:
    """Return an edition by the name of its period; raises NotFound (``no-edition``)."""
    its = (LedgerRow.kind == "edition", LedgerRow.subject == name)
    with database.session(engine) as session:
        row = session.get(EditionRow, name)
        entry = session.scalar(select(func.min(LedgerRow.number)).where(*its))
        if row is None or entry is None:
            raise no_edition()
        signed = checkpoints.after(session, entry)
        edition = EDITION.validate_json(row.record)
        earlier = next((one for one in _periods(session) if one.first < edition.first), None)
        before = None if earlier is None else _read(session, earlier)
        return Kept(edition, row.record, entry, signed, before)


def keep(engine: Engine, edition: Edition) -> None:
    """Keep an edition and enter it.

    Raises:
        Refused: somebody made it at the very same time (``edition-made``), or one that lies over it
            (``edition-overlap``).
    """
    text = EDITION.dump_json(edition).decode()
    row = EditionRow(name=edition.name, made_at=edition.made_at, record=text)
    try:
        with database.writing(engine) as session:
            _check_apart(edition, _periods(session))
            session.add(row)
            session.flush()
            enter(session, "edition", *published(row))
    except IntegrityError as error:
        raise Refused(
            found=f"an edition of {edition.name} that is made already",
            expected="one of each period",
            hint="Look at the one there is.",
            code="edition-made",
        ) from error


def _check_apart(edition: Edition, others: Iterable[Period]) -> None:
    """Refuse what lies over an edition that there is: two could be subtracted."""
    for one in others:
        if one.name != edition.name and one.first <= edition.last and edition.first <= one.last:
            raise overlap(f"{edition.name}, some of whose days are of {one.name}, which is made")


def _periods(session: Session) -> list[Period]:
    names = session.scalars(select(EditionRow.name)).all()
    return sorted(map(named, names), reverse=True)


def _read(session: Session, period: Period) -> Edition:
    row = session.get_one(EditionRow, period.name)
    return EDITION.validate_json(row.record)


def no_edition() -> NotFound:
    """Return the error of an edition, or a part of one, that there is not."""
    return NotFound(
        found="no such edition",
        expected="the name of a period that is over, such as 2026-Q3",
        hint="GET /v1/editions lists them.",
        code="no-edition",
    )

"""What an owner told for the fairness audit, kept for as long as they consent to it.

Nothing that scores, matches, decides or shows a person reads it; `lint-imports` lists who may.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pydantic import TypeAdapter
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from audit.fairness.cases import NOT_TOLD
from audit.groups import age_band
from features.errors import Refused
from serving.access.callers import NotFound
from serving.business import consents
from serving.business.records import Whose
from serving.protected.gone import destroy, key_name
from serving.store.sealed import Seal, seal, unseal_all
from serving.tables.protected import ProtectedRow

ATTRIBUTES: Final = ("gender", "age", "disability")
"""What is audited of what is told: of the year of birth the band of ages."""

Gender = Literal["female", "male"]


@dataclass(frozen=True)
class Told:
    """What an owner told (`features.records.PROTECTED`); None where they did not.

    Args:
        gender: of the owner.
        birth_year: of the owner.
        disability: whether the owner has one.
    """

    gender: Gender | None
    birth_year: int | None
    disability: bool | None

    def groups(self, year: int) -> dict[str, str]:
        """Return the group of each of `ATTRIBUTES` in a year, `NOT_TOLD` where it is not known."""
        disability = {None: NOT_TOLD, True: "with", False: "without"}[self.disability]
        return {
            "gender": self.gender or NOT_TOLD,
            "age": age_band(self.birth_year, year),
            "disability": disability,
        }


TOLD: Final = TypeAdapter(Told)


def put(session: Session, whose: Whose, told: Told, now: datetime) -> None:
    """Keep what an owner told, in place of what they told before.

    Args:
        session: of `database.writing`.
        whose: the business.
        told: what they told.
        now: the time, UTC.

    Raises:
        Refused: no consent to the fairness audit stands (``no-audit-consent``).
    """
    if consents.AUDIT not in consents.in_force(session, whose, now):
        raise Refused(
            found="no consent to the fairness audit",
            expected=f"one to {consents.AUDIT}, beside one to {consents.ALL}, that stands",
            hint="Keep it by POST /v1/businesses/{business_id}/consents, if the owner gives it.",
            code="no-audit-consent",
        )
    destroy(session, whose)
    at = place(whose)
    written = seal(session, whose.partner_id, key_name(whose.business_id), at, TOLD.dump_json(told))
    session.add(ProtectedRow(**whose._asdict(), kept_at=now, sealed=written))
    session.flush()


def find(session: Session, whose: Whose) -> Told:
    """Return what an owner told; raises NotFound (``not-told``)."""
    found = of_all(session, [whose]).get(whose)
    if found is None:
        raise not_told()
    return found


def of_all(session: Session, asked: Collection[Whose]) -> dict[Whose, Told]:
    """Return what the owners of some businesses told, of those who did and still consent."""
    key = tuple_(ProtectedRow.partner_id, ProtectedRow.business_id)
    rows = session.scalars(select(ProtectedRow).where(key.in_(list(asked)))).all()
    its = [Whose(row.partner_id, row.business_id) for row in rows]
    seals = [
        Seal(one.partner_id, place(one), row.sealed) for one, row in zip(its, rows, strict=True)
    ]
    opened = zip(its, unseal_all(session, seals), strict=True)
    return {one: TOLD.validate_json(said) for one, said in opened if said is not None}


def place(whose: Whose) -> str:
    """Return the place for which what an owner told is sealed."""
    return f"protected/{whose.business_id}"


def not_told() -> NotFound:
    """Return the error of an owner who told nothing, or withdrew it."""
    return NotFound(
        found="nothing told for the fairness audit",
        expected="a business whose owner told something, and consents",
        hint="PUT /v1/businesses/{business_id}/protected keeps it.",
        code="not-told",
    )

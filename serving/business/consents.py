"""Consents of a business with a partner, and what their withdrawal stops.

A consent is to one source or one purpose (`features.records.CONSENTS`). Records that are kept here
are used under a consent to their source and one to *scoring*; what a request carries itself is
used under the partner's own. Who withdraws *scoring* withdraws all: that stops the next
application, not the reading of the last, until the business consents anew. A consent kept here
tells so, or an application (``consented_at``). Decisions made before are kept for a while, as
`KEPT` tells, until `serving.rights.retention` erases the business.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Engine, bindparam, func, select
from sqlalchemy.orm import Session

from audit.days import microseconds
from audit.digest import digest
from features.errors import BadInput, Refused
from serving.access.callers import no_decision
from serving.api.schemas import Text
from serving.business.records import Whose
from serving.ledger.entering import enter
from serving.ledger.evidence import consented, ended
from serving.protected.gone import destroy
from serving.store import database
from serving.store.sealed import Seal, key_id, seal, unseal_all
from serving.tables import ConsentRow, DecisionRow, WithdrawalRow
from serving.webhooks.outbox import tell

KEPT = Text(
    id=(
        "Data Anda tidak dipakai lagi untuk pengajuan baru. Catatan penilaian ini disimpan dahulu. "
        "Catatan itu diperlukan bila ada sengketa. Anda masih dapat membacanya. Setelah itu semua "
        "data Anda dihapus."
    ),
    en=(
        "Your data are not used for new applications any more. The record of this assessment is "
        "kept for now. It is needed in case of a dispute. You can still read it. After that all of "
        "your data are erased."
    ),
)
"""What a withdrawal does, and what is kept and why, for the applicant."""


END: Final = "consent-end"
"""What the ledger calls the end of one consent; that of all at once is a withdrawal."""

ALL: Final = "scoring"
"""The purpose without which no other consent counts."""

AUDIT: Final = "fairness_audit"
"""The purpose without which nothing is kept of what an owner told for the audit."""

WITHDRAWN: Final = select(func.max(WithdrawalRow.at)).where(
    WithdrawalRow.partner_id == bindparam("partner_id"),
    WithdrawalRow.business_id == bindparam("business_id"),
)
STANDING: Final = select(ConsentRow.scope, ConsentRow.consent_id).where(
    ConsentRow.partner_id == bindparam("partner_id"),
    ConsentRow.business_id == bindparam("business_id"),
    ConsentRow.granted_at <= bindparam("at"),
    ConsentRow.withdrawn_at.is_(None),
)
"""Made once, as `WITHDRAWN` is: each decision asks them."""


@dataclass(frozen=True)
class Consent:
    """A consent of a business with a partner.

    Args:
        consent_id: unique.
        scope: the source that may be read, or the purpose it may be used for.
        granted_at: from when on it holds, UTC.
        withdrawn_at: from when on it no longer does, UTC; None while it does.
        evidence: where the partner keeps the proof.
    """

    consent_id: str
    scope: str
    granted_at: datetime
    withdrawn_at: datetime | None
    evidence: str


@dataclass(frozen=True)
class Given:
    """What a partner says of a consent: to what, since when, and where it keeps the proof."""

    scope: str
    granted_at: datetime
    evidence: str


def grant(session: Session, whose: Whose, given: Given, now: datetime) -> Consent:
    """Keep a consent; one that was kept before is returned as it is, withdrawn or not.

    One that was given before a withdrawal which is known here is withdrawn by it: whoever tells of
    it late brings nothing back.

    Args:
        session: of `database.writing`.
        whose: the business.
        given: the consent.
        now: the time, UTC.

    Raises:
        BadInput: granted in the future (``future-date``).
    """
    _check_past(given.granted_at, now, "granted_at")
    for before in listed(session, whose):
        if (before.scope, before.granted_at) == (given.scope, given.granted_at):
            return before
    consent_id = str(uuid.uuid4())
    written = given.evidence.encode()
    row = ConsentRow(
        consent_id=consent_id,
        **whose._asdict(),
        scope=given.scope,
        granted_at=given.granted_at,
        kept_at=now,
        withdrawn_at=_withdrawn_since(session, whose, given),
        sealed=seal(session, *whose, place(consent_id), written),
    )
    session.add(row)
    session.flush()
    enter(session, "consent", *consented(row))
    if row.withdrawn_at is not None:
        enter(session, END, *ended(row))
    return Consent(consent_id, given.scope, given.granted_at, row.withdrawn_at, given.evidence)


def listed(session: Session, whose: Whose) -> list[Consent]:
    """Return a business's consents, the earliest first; raises Erased (``erased``)."""
    asked = select(ConsentRow).where(*_of(whose))
    rows = session.scalars(asked.order_by(ConsentRow.granted_at, ConsentRow.consent_id)).all()
    seals = [Seal(whose.partner_id, place(row.consent_id), row.sealed) for row in rows]
    return [
        Consent(row.consent_id, row.scope, row.granted_at, row.withdrawn_at, (said or b"").decode())
        for row, said in zip(rows, unseal_all(session, seals), strict=True)
    ]


def in_force(session: Session, whose: Whose, at: datetime) -> dict[str, str]:
    """Return what a business consented to at an instant, and still does: scope → consent_id.

    Nothing where there is no consent to *scoring*: without it no other counts.
    """
    asked = {**whose._asdict(), "at": at}
    found = {row.scope: row.consent_id for row in session.connection().execute(STANDING, asked)}
    return found if ALL in found else {}


def end(session: Session, whose: Whose, scope: str, at: datetime, now: datetime) -> bool:
    """Withdraw the consents to a source or a purpose, and to all where it is *scoring*.

    Return whether something was destroyed with it, so that the caller lets the database be wiped:
    what the owner told for the audit goes with the consent to that.

    Args:
        session: of `database.writing`.
        whose: the business.
        scope: the source or purpose.
        at: when it was withdrawn, UTC; consents granted later stay.
        now: the time, UTC.

    Raises:
        BadInput: withdrawn in the future (``future-date``).
    """
    _check_past(at, now, "withdrawn_at")
    its = [*_of(whose), ConsentRow.withdrawn_at.is_(None), ConsentRow.granted_at <= at]
    if scope == ALL:
        session.merge(WithdrawalRow(**whose._asdict(), at=at))
        said = digest([microseconds(at)])
        enter(session, "withdrawal", key_id(session, *whose), said, at, whose.partner_id)
    else:
        its.append(ConsentRow.scope == scope)
    for row in session.scalars(select(ConsentRow).where(*its)):
        row.withdrawn_at = at
        enter(session, END, *ended(row))
    session.flush()
    return AUDIT not in in_force(session, whose, now) and destroy(session, whose)


def withdraw(engine: Engine, decision_id: str, now: datetime) -> None:
    """Withdraw the consent of a decision's business with the partner that asked.

    Raises:
        NotFound: no such decision (``no-decision``).
    """
    with database.writing(engine) as session:
        of = session.get(DecisionRow, decision_id)
        if of is None:
            raise no_decision()
        gone = end(session, Whose(of.partner_id, of.business_id), ALL, now, now)
        tell(session, of.partner_id, "consent.withdrawn", {"decision_id": decision_id}, now)
    if gone:
        database.wipe(engine)


def withdrawn_at(engine: Engine, partner_id: str, business_id: str) -> datetime | None:
    """Return when a business last withdrew its consent with a partner, UTC; None if never."""
    with database.session(engine) as session:
        return _withdrawn_at(session, Whose(partner_id, business_id))


def _withdrawn_at(session: Session, whose: Whose) -> datetime | None:
    last: datetime | None = session.connection().scalar(WITHDRAWN, whose._asdict())
    return last


def standing(engine: Engine, partner_id: str, business_id: str) -> datetime | None:
    """Return when a business last withdrew its consent, UTC; None if never, or if it came back.

    A decision made after a withdrawal tells that the business consented anew: `check` let it pass.
    """
    whose = Whose(partner_id, business_id)
    with database.session(engine) as session:
        last = _withdrawn_at(session, whose)
        if last is None or _anew(session, whose):
            return None
        return None if _decided_after(session, whose, last) else last


def _decided_after(session: Session, whose: Whose, at: datetime) -> bool:
    later = select(DecisionRow.decision_id).where(
        DecisionRow.partner_id == whose.partner_id,
        DecisionRow.business_id == whose.business_id,
        DecisionRow.decided_at > at,
    )
    return session.scalar(later.limit(1)) is not None


def check(session: Session, whose: Whose, consented_at: datetime | None) -> None:
    """Refuse what a withdrawn consent forbids; raises Refused (``consent-withdrawn``)."""
    withdrawn = _withdrawn_at(session, whose)
    if withdrawn is None or (consented_at is not None and consented_at > withdrawn):
        return
    if _anew(session, whose):
        return
    raise Refused(
        found="a business that withdrew its consent",
        expected="consented_at after that",
        hint="Ask the owner whether they consent again, and send when they did.",
        code="consent-withdrawn",
        where="consented_at",
    )


def _anew(session: Session, whose: Whose) -> bool:
    """Return whether a consent to *scoring* is kept that no withdrawal came after."""
    standing = select(ConsentRow.consent_id).where(
        *_of(whose), ConsentRow.scope == ALL, ConsentRow.withdrawn_at.is_(None)
    )
    return session.scalar(standing.limit(1)) is not None


def _of(whose: Whose) -> tuple[ColumnElement[bool], ...]:
    return (ConsentRow.partner_id == whose.partner_id, ConsentRow.business_id == whose.business_id)


def place(consent_id: str) -> str:
    """Return the place for which what a consent holds is sealed."""
    return f"consents/{consent_id}"


def _withdrawn_since(session: Session, whose: Whose, given: Given) -> datetime | None:
    """Return when all or its like was first withdrawn after a consent; None if never."""
    every = select(func.min(WithdrawalRow.at)).where(
        WithdrawalRow.partner_id == whose.partner_id,
        WithdrawalRow.business_id == whose.business_id,
        WithdrawalRow.at >= given.granted_at,
    )
    alike = select(func.min(ConsentRow.withdrawn_at)).where(
        *_of(whose),
        ConsentRow.scope == given.scope,
        ConsentRow.withdrawn_at >= given.granted_at,
    )
    found = (session.scalar(every), session.scalar(alike))
    return min((at for at in found if at is not None), default=None)


def _check_past(at: datetime, now: datetime, where: str) -> None:
    if at > now:
        raise BadInput(
            found="a time to come",
            expected="now or earlier",
            hint="Send the time at which the owner said so.",
            code="future-date",
            where=where,
        )

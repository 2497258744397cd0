"""Consent withdrawn, and what that stops: the next application, not the reading of the last.

A withdrawal stands until the business consents anew, after it; an application says when
that was (``consented_at``). Decisions made before are kept, as `KEPT` tells.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, func, select

from features.errors import Refused
from serving import database
from serving.access import no_decision
from serving.api.schemas import Text
from serving.tables import DecisionRow, WithdrawalRow

KEPT = Text(
    id=(
        "Data Anda tidak dipakai lagi untuk pengajuan baru. Catatan penilaian ini tetap disimpan. "
        "Catatan itu diperlukan bila ada sengketa. Anda tetap dapat membacanya."
    ),
    en=(
        "Your data are not used for new applications any more. The record of this assessment is "
        "kept. It is needed in case of a dispute. You can still read it."
    ),
)
"""What a withdrawal does, and what is kept and why, for the applicant."""


def withdraw(engine: Engine, decision_id: str, now: datetime) -> None:
    """Withdraw the consent of a decision's business with the partner that asked.

    Raises:
        NotFound: no such decision (``no-decision``).
    """
    with database.session(engine) as session, session.begin():
        of = session.get(DecisionRow, decision_id)
        if of is None:
            raise no_decision()
        session.merge(WithdrawalRow(partner_id=of.partner_id, business_id=of.business_id, at=now))


def withdrawn_at(engine: Engine, partner_id: str, business_id: str) -> datetime | None:
    """Return when a business last withdrew its consent with a partner, UTC; None if never."""
    last = select(func.max(WithdrawalRow.at)).where(
        WithdrawalRow.partner_id == partner_id, WithdrawalRow.business_id == business_id
    )
    with database.session(engine) as session:
        return session.scalar(last)


def standing(engine: Engine, partner_id: str, business_id: str) -> datetime | None:
    """Return when a business last withdrew its consent, UTC; None if never, or if it came back.

    A decision made after a withdrawal tells that the business consented anew: `check` let it pass.
    """
    last = withdrawn_at(engine, partner_id, business_id)
    if last is None:
        return None
    later = select(DecisionRow.decision_id).where(
        DecisionRow.partner_id == partner_id,
        DecisionRow.business_id == business_id,
        DecisionRow.decided_at > last,
    )
    with database.session(engine) as session:
        return last if session.scalar(later.limit(1)) is None else None


def check(engine: Engine, partner_id: str, business_id: str, consented_at: datetime | None) -> None:
    """Refuse what a withdrawn consent forbids; raises Refused (``consent-withdrawn``)."""
    withdrawn = withdrawn_at(engine, partner_id, business_id)
    if withdrawn is None or (consented_at is not None and consented_at > withdrawn):
        return
    raise Refused(
        found="a business that withdrew its consent",
        expected="consented_at after that",
        hint="Ask the owner whether they consent again, and send when they did.",
        code="consent-withdrawn",
        where="consented_at",
    )

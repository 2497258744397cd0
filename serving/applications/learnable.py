"""Loans that models may learn from: businesses whose owners agreed, one after another.

An owner agrees by a consent to *model_improvement* that is kept here and stands now, beside one to
*scoring*. Of a business there is what was asked, what became of it, the consents, and of the
records that are kept those of sources whose consent stands. It is named by the id of its key
(`serving.store.sealed.key_id`), a decision by its own, so nothing points to anybody once they are
erased.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from audit.decision import Decision
from features.sources import SOURCES
from serving.applications import repayments
from serving.applications.repayments import Report
from serving.business import consents, records
from serving.business.consents import Consent
from serving.business.records import Whose
from serving.tables import BusinessKey, ConsentRow, DecisionRow, RepaymentRow

PURPOSE: Final = "model_improvement"
"""What an owner agrees to."""

AT_ONCE: Final = 500
"""Businesses asked for at a time."""

SCOPES: Final = (*SOURCES, consents.ALL, PURPOSE)
"""Consents that training asks about."""


@dataclass(frozen=True)
class Learnable:
    """A business whose owner agreed.

    Args:
        key_id: what it is named by.
        whose: which it is.
        loans: what was asked and how the loan stood last, by the time of the decision.
        consents: to sources, to scoring and to learning, withdrawn ones too, the earliest first.
        records: source → all that is kept of it (`serving.business.columnar`); none without rows.
    """

    key_id: str
    whose: Whose
    loans: tuple[tuple[Decision, Report], ...]
    consents: tuple[Consent, ...]
    records: dict[str, pa.Table]


def learnable(session: Session, partner_id: str | None, now: datetime) -> Iterator[Learnable]:
    """Yield the businesses that models may learn from, in order of their ids, one at a time.

    Args:
        session: of `serving.store.database.snapshot`.
        partner_id: whose; of all where it is None.
        now: the time, UTC, at which consents have to stand.
    """
    after = ""
    while some := session.execute(_asked(partner_id, after)).all():
        after = some[-1].key_id
        for key_id, partner, business in some:
            whose = Whose(partner, business or "")
            agreed = consents.in_force(session, whose, now)
            if PURPOSE in agreed:
                yield _learnable(session, key_id, whose, agreed)


def _asked(partner_id: str | None, after: str) -> Select[str, str, str | None]:
    """Select businesses with a loan reported on and somebody's word that models may learn."""
    its = (
        ConsentRow.partner_id == BusinessKey.partner_id,
        ConsentRow.business_id == BusinessKey.business_id,
    )
    agreed = exists().where(*its, ConsentRow.scope == PURPOSE, ConsentRow.withdrawn_at.is_(None))
    reported = exists().where(
        DecisionRow.partner_id == BusinessKey.partner_id,
        DecisionRow.business_id == BusinessKey.business_id,
        DecisionRow.decision_id == RepaymentRow.decision_id,
    )
    asked = select(BusinessKey.key_id, BusinessKey.partner_id, BusinessKey.business_id)
    if partner_id is not None:
        asked = asked.where(BusinessKey.partner_id == partner_id)
    behind = asked.where(BusinessKey.key_id > after, agreed, reported)
    return behind.order_by(BusinessKey.key_id).limit(AT_ONCE)


def _learnable(session: Session, key_id: str, whose: Whose, agreed: dict[str, str]) -> Learnable:
    kept = {name: records.whole(session, whose, name) for name in SOURCES if name in agreed}
    given = consents.listed(session, whose)
    return Learnable(
        key_id=key_id,
        whose=whose,
        loans=tuple(repayments.latest(session, *whose)),
        consents=tuple(one for one in given if one.scope in SCOPES),
        records={name: rows for name, rows in kept.items() if rows.num_rows},
    )

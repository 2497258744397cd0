"""What the ledger vouches for: of each kind of entry the rows it is about, and what of them counts.

Of a row only what never changes counts: what erasing a person changes does not, and of what is
sealed the sealed bytes do, which stay when their key is destroyed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, String, cast, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from audit.days import microseconds
from audit.digest import digest
from serving.ledger.entering import Kind
from serving.tables import (
    AllocationRow,
    ApiKey,
    Base,
    CaseRow,
    ConsentRow,
    DecisionRow,
    EditionRow,
    LenderAnswerRow,
    OutcomeRow,
    RepaymentRow,
    VersionRow,
)


class Fact(NamedTuple):
    """What an entry says of a row, in the order in which `entering.enter` takes it."""

    subject: str
    digest: str
    at: datetime
    partner_id: str | None


@dataclass(frozen=True)
class Evidence:
    """Rows that have an entry each.

    Args:
        kind: of their entries.
        of: the table.
        subject: of a row's entry, in SQL.
        fact: what the entry of a row says.
        where: which of the rows; all of them when nothing is said.
    """

    kind: Kind
    of: type[Base]
    subject: ColumnElement[str]
    fact: Callable[[Session, Any], Fact]
    where: tuple[ColumnElement[bool], ...] = ()


def sha256(value: bytes | str | None) -> str:
    """Return SHA-256 of bytes or of a text, the empty string for None."""
    if value is None:
        return ""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()


def decided(row: DecisionRow) -> Fact:
    """Return what is entered of a decision."""
    return Fact(row.decision_id, sha256(row.sealed), row.decided_at, row.partner_id)


def answered(row: CaseRow) -> Fact:
    """Return what is entered of a case that is answered; raises ValueError for an open one."""
    if row.answered_at is None:
        raise ValueError("an open case")
    said = [row.decision_id, row.kind, row.about, row.recommended, microseconds(row.opened_at)]
    answer = [row.officer, row.outcome, row.reason_code, sha256(row.wrote), sha256(row.note)]
    return Fact(row.case_id, digest([*said, *answer]), row.answered_at, row.partner_id)


def verified(row: VersionRow) -> Fact:
    """Return what is entered of a verified version; raises ValueError for another."""
    if row.verified_at is None:
        raise ValueError("a version that nobody verified")
    by = [row.proposed_key, row.proposed_by, row.verified_key, row.verified_by]
    said = [sha256(row.record), microseconds(row.proposed_at), *by]
    subject = f"{row.kind}/{row.name}/{row.number}"
    return Fact(subject, digest(said), row.verified_at, row.partner_id)


def given(row: ApiKey) -> Fact:
    """Return what is entered of a key that was given: for whom, what it opens, and by whom."""
    said = [row.secret_sha256, row.person, row.scopes, row.given_by]
    return Fact(row.prefix, digest(said), row.created_at, row.partner_id)


def repaid(row: RepaymentRow) -> Fact:
    """Return what is entered of a report of repayment."""
    said = [row.decision_id, microseconds(row.as_of), sha256(row.sealed)]
    return Fact(row.repayment_id, digest(said), row.reported_at, row.partner_id)


def lender_answered(row: LenderAnswerRow) -> Fact:
    """Return what is entered of what a lender answered."""
    said = [row.decision_id, microseconds(row.answered_at), sha256(row.sealed)]
    return Fact(row.answer_id, digest(said), row.reported_at, row.partner_id)


def allocated(session: Session, row: AllocationRow) -> Fact:
    """Return what is entered of an allocation, its outcomes included."""
    its = (OutcomeRow.programme_id == row.programme_id, OutcomeRow.number == row.number)
    outcomes = select(OutcomeRow.decision_id, OutcomeRow.partner_id, OutcomeRow.record).where(*its)
    whole = hashlib.sha256()
    for one in session.execute(outcomes.order_by(OutcomeRow.decision_id)):
        whole.update(digest([one.decision_id, one.partner_id, sha256(one.record)]).encode())
    texts = [sha256(text) for text in (row.inputs, row.result, row.overview)]
    said = [*texts, row.digest, row.made_by, whole.hexdigest()]
    return Fact(f"{row.programme_id}/{row.number}", digest(said), row.made_at, row.partner_id)


def consented(row: ConsentRow) -> Fact:
    """Return what is entered of a consent."""
    said = [row.scope, microseconds(row.granted_at), sha256(row.sealed)]
    return Fact(row.consent_id, digest(said), row.kept_at, row.partner_id)


def ended(row: ConsentRow) -> Fact:
    """Return what is entered of the end of a consent; raises ValueError where it still holds."""
    if row.withdrawn_at is None:
        raise ValueError("a consent that nobody withdrew")
    said = digest([row.scope, microseconds(row.withdrawn_at)])
    return Fact(row.consent_id, said, row.withdrawn_at, row.partner_id)


def published(row: EditionRow) -> Fact:
    """Return what is entered of an edition: the digest of its very text."""
    return Fact(row.name, sha256(row.record), row.made_at, None)


def joined(*parts: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """Return columns in SQL as text, with strokes between them."""
    first, *others = (cast(part, String) for part in parts)
    whole: ColumnElement[str] = first
    for other in others:
        whole = whole + literal("/") + other
    return whole


EVIDENCE: Final = (
    Evidence("decision", DecisionRow, joined(DecisionRow.decision_id), lambda _, row: decided(row)),
    Evidence(
        "answer",
        CaseRow,
        joined(CaseRow.case_id),
        lambda _, row: answered(row),
        (CaseRow.answered_at.is_not(None),),
    ),
    Evidence(
        "version",
        VersionRow,
        joined(VersionRow.kind, VersionRow.name, VersionRow.number),
        lambda _, row: verified(row),
        (VersionRow.verified_at.is_not(None),),
    ),
    Evidence(
        "allocation",
        AllocationRow,
        joined(AllocationRow.programme_id, AllocationRow.number),
        allocated,
    ),
    Evidence(
        "key-given",
        ApiKey,
        joined(ApiKey.prefix),
        lambda _, row: given(row),
        (ApiKey.given_by.is_not(None),),
    ),
    Evidence("consent", ConsentRow, joined(ConsentRow.consent_id), lambda _, row: consented(row)),
    Evidence(
        "consent-end",
        ConsentRow,
        joined(ConsentRow.consent_id),
        lambda _, row: ended(row),
        (ConsentRow.withdrawn_at.is_not(None),),
    ),
    Evidence(
        "repayment",
        RepaymentRow,
        joined(RepaymentRow.repayment_id),
        lambda _, row: repaid(row),
    ),
    Evidence("edition", EditionRow, joined(EditionRow.name), lambda _, row: published(row)),
    Evidence(
        "lender-answer",
        LenderAnswerRow,
        joined(LenderAnswerRow.answer_id),
        lambda _, row: lender_answered(row),
    ),
)
"""All that is vouched for, but for what has no row of its own."""

"""Who was affected by a breach: whose data were read or changed in a window, as the trail tells.

UU 27/2022, Article 46: those affected and the authority are told in writing, within 3 times 24
hours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Engine, Select, case, func, select
from sqlalchemy.orm import Session

from serving.rights.erasing import MARK
from serving.store import database
from serving.tables import AccessRow, CaseRow, DecisionRow

TO_TELL: Final = timedelta(hours=72)

READING: Final = "GET "
"""What the trail's word for reading begins with."""

NOTICE: Final = """\
Pemberitahuan kegagalan pelindungan data pribadi (UU 27/2022, Pasal 46)

Kepada Bapak/Ibu [nama],

Antara {since} dan {until}, data usaha Anda dibuka oleh pihak yang tidak berhak.
Data itu disimpan oleh [nama pemberi pinjaman].

Data yang terbuka: [sebutkan].
Bagaimana terjadinya: [jelaskan].
Yang sudah kami lakukan: [jelaskan].
Yang dapat Anda lakukan: [jelaskan].
Untuk bertanya: [nama petugas, telepon].

Paling lambat disampaikan kepada Anda dan kepada lembaga yang berwenang: {due}."""
"""What those affected are told, as Article 46 asks; brackets are for a person to fill in."""


@dataclass(frozen=True)
class Window:
    """What is asked about.

    Args:
        since, until: the accesses from the one instant up to the other, UTC.
        partner_id: at one partner only; None for all.
        prefix: by one key only; None for all.
    """

    since: datetime
    until: datetime
    partner_id: str | None = None
    prefix: str | None = None


@dataclass(frozen=True)
class Affected:
    """A business that was affected.

    Args:
        partner_id, business_id: which, by the partner's own name for it.
        decisions: of its decisions those that were read or changed, in order.
        first, last: when it was first and last accessed in the window, UTC.
        times: how often.
        changed: whether anything was made or changed, not only read.
        listed: whether it may only have stood in a list, of which the trail does not tell whom.
    """

    partner_id: str
    business_id: str
    decisions: tuple[str, ...]
    first: datetime
    last: datetime
    times: int
    changed: bool
    listed: bool


class _Seen(NamedTuple):
    """The accesses of one partner to one subject."""

    partner_id: str
    subject: str
    first: datetime
    last: datetime
    times: int
    changed: int


def affected(engine: Engine, window: Window) -> list[Affected]:
    """Return who was affected, by partner and business.

    Of a list the trail does not tell who stood in it, so all businesses count of which the partner
    had a decision by then. Who is erased cannot be told, and is left out.
    """
    found: dict[tuple[str, str], Affected] = {}
    with database.session(engine) as session:
        for seen in session.execute(_seen(window)):
            for business_id, decision_id in _whom(session, _Seen(*seen)):
                key = (seen.partner_id, business_id)
                found[key] = _more(found.get(key), business_id, decision_id, _Seen(*seen))
    return [found[key] for key in sorted(found)]


def _seen(window: Window) -> Select[str, str, datetime, datetime, int, int]:
    asked = [AccessRow.at >= window.since, AccessRow.at < window.until]
    if window.partner_id is not None:
        asked.append(AccessRow.partner_id == window.partner_id)
    if window.prefix is not None:
        asked.append(AccessRow.who == window.prefix)
    changing: ColumnElement[int] = case((AccessRow.what.like(f"{READING}%"), 0), else_=1)
    at = AccessRow.at
    return (
        select(
            AccessRow.partner_id,
            AccessRow.subject,
            func.min(at),
            func.max(at),
            func.count(),
            func.max(changing),
        )
        .where(*asked)
        .group_by(AccessRow.partner_id, AccessRow.subject)
        .order_by(AccessRow.partner_id, AccessRow.subject)
    )


def _whom(session: Session, seen: _Seen) -> list[tuple[str, str | None]]:
    """Return the businesses that were seen, each with the decision where it was about one."""
    kind, _, name = seen.subject.partition("/")
    if kind == "business":
        return [] if name.startswith(MARK) else [(name, None)]
    asked = select(DecisionRow.business_id, DecisionRow.decision_id).where(
        DecisionRow.partner_id == seen.partner_id, DecisionRow.business_id.not_like(f"{MARK}%")
    )
    if kind == "decision":
        asked = asked.where(DecisionRow.decision_id == name)
    elif kind == "case":
        of_case = select(CaseRow.decision_id).where(CaseRow.case_id == name)
        asked = asked.where(DecisionRow.decision_id.in_(of_case))
    elif kind == "job":
        return []  # each decision of its result is noted by itself
    else:
        listed = asked.where(DecisionRow.decided_at <= seen.last).with_only_columns(
            DecisionRow.business_id
        )
        return [(business_id, None) for business_id in session.scalars(listed.distinct())]
    return [(row.business_id, row.decision_id) for row in session.execute(asked)]


def _more(before: Affected | None, business_id: str, decision: str | None, seen: _Seen) -> Affected:
    """Return what is known of a business, one subject more."""
    one = Affected(
        partner_id=seen.partner_id,
        business_id=business_id,
        decisions=() if decision is None else (decision,),
        first=seen.first,
        last=seen.last,
        times=seen.times,
        changed=bool(seen.changed),
        listed=not seen.subject,
    )
    if before is None:
        return one
    return replace(
        one,
        decisions=tuple(sorted({*before.decisions, *one.decisions})),
        first=min(before.first, one.first),
        last=max(before.last, one.last),
        times=before.times + one.times,
        changed=before.changed or one.changed,
        listed=before.listed or one.listed,
    )

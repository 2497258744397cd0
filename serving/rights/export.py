"""All that is kept about a person at a partner, for that person to carry away.

Whole rows are taken, so that what is kept tomorrow is in it too, but for what `WITHHELD`
names, each with the reason; the export itself says what it leaves out.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, inspect, literal, or_, select
from sqlalchemy.orm import Session

from audit.decision import RECORD, Decision
from features.catalogue import FEATURES
from serving.access.callers import no_decision
from serving.api.answers import answer
from serving.applications import decisions
from serving.business.records import Whose
from serving.rights.erasing import decisions_of, no_business, of
from serving.rights.opened import opened
from serving.store import database
from serving.store.sealed import place, unseal
from serving.tables import (
    AccessRow,
    Base,
    BusinessKey,
    CaseRow,
    DecisionRow,
    EntryRow,
    LenderAnswerRow,
    LinkRow,
    OutcomeRow,
    RepaymentRow,
    SessionRow,
    WithdrawalRow,
)
from serving.telling.words import said

Json = dict[str, Any]

CHECKS: Final = {
    "id": "Ini cara memeriksa transaksi; bila diketahui, pemeriksaan dapat dihindari.",
    "en": "This is how transactions are checked; known, the check could be evaded.",
}
LENDERS: Final = {
    "id": "Ini batas milik pemberi pinjaman sendiri.",
    "en": "This is the lender's own line.",
}
OFFICERS: Final = {
    "id": "Ini nama petugas, bukan data Anda.",
    "en": "This is an officer's name, not your data.",
}
OFFICERS_KEYS: Final = {
    "id": "Ini kunci petugas, bukan data Anda.",
    "en": "This is an officer's key, not your data.",
}
KEYS: Final = {
    "id": "Ini bagian dari kunci, agar hanya Anda yang dapat masuk.",
    "en": "This is part of a key, so that only you can enter.",
}
TRIAL: Final = {
    "id": "Ini percobaan model lain, yang tidak dipakai untuk menilai Anda.",
    "en": "This is a trial of another model, which was not used to assess you.",
}
WITHHELD: Final[dict[str, dict[str, str]]] = {
    "decisions.signals": CHECKS,
    "decisions.raised": CHECKS,
    "decisions.unlike": CHECKS,
    "decisions.next_steps.signals": CHECKS,
    "decisions.unfit.beyond_cut_off": LENDERS,
    "accesses.who": OFFICERS_KEYS,
    "cases.officer": OFFICERS,
    "links.link_sha256": KEYS,
    "links.code_scrypt": KEYS,
    "sessions.token_sha256": KEYS,
    "sessions.link_sha256": KEYS,
    "shadow_scores": TRIAL,
}
"""What is kept and not given → why: language → words."""


AS_JSON: Final = {"groups", "record", "sealed"}
"""Columns that hold JSON."""


def export(engine: Engine, decision_id: str) -> Json:
    """Return all that is kept about the business of a decision at the partner that asked, as JSON.

    Raises:
        NotFound: no such decision (``no-decision``).
        Erased: its business is erased (``erased``).
    """
    with database.session(engine) as session:
        row = session.get(DecisionRow, decision_id)
        if row is None:
            raise no_decision()
        return _export(session, Whose(row.partner_id, row.business_id))


def of_business(engine: Engine, whose: Whose) -> Json:
    """Return all that is kept about a business at a partner, as `export` does.

    Raises:
        NotFound: nothing is kept about such a business (``no-business``).
    """
    with database.session(engine) as session:
        if session.scalar(select(BusinessKey.key_id).where(*of(whose, BusinessKey))) is None:
            raise no_business()
        return _export(session, whose)


def _export(session: Session, whose: Whose) -> Json:
    rows = select(DecisionRow).where(*of(whose, DecisionRow)).order_by(DecisionRow.decided_at)
    made = decisions.read_all(session, session.scalars(rows))
    given: Json = {
        **whose._asdict(),
        "decisions": [_decision(one) for one in made if one is not None],
        **_beside(session, whose),
    }
    for path in WITHHELD:
        _take_out(given, path.split("."))
    return {**given, "withheld": [{"what": what, "why": why} for what, why in WITHHELD.items()]}


def _beside(session: Session, whose: Whose) -> Json:
    """Return what is kept beside the decisions of a business."""
    ids = decisions_of(whose)
    links = select(LinkRow.link_sha256).where(LinkRow.decision_id.in_(ids))
    return {
        "cases": _rows(session, CaseRow, CaseRow.decision_id.in_(ids)),
        "withdrawals": _rows(session, WithdrawalRow, *of(whose, WithdrawalRow)),
        "links": _rows(session, LinkRow, LinkRow.decision_id.in_(ids)),
        "sessions": _rows(session, SessionRow, SessionRow.link_sha256.in_(links)),
        "entries": _rows(session, EntryRow, EntryRow.decision_id.in_(ids)),
        "outcomes": _rows(session, OutcomeRow, OutcomeRow.decision_id.in_(ids)),
        "accesses": _rows(session, AccessRow, *_about(whose, ids)),
        "repayments": _rows(session, RepaymentRow, RepaymentRow.decision_id.in_(ids)),
        "lender_answers": _rows(session, LenderAnswerRow, LenderAnswerRow.decision_id.in_(ids)),
        **opened(session, whose),
    }


def _about(whose: Whose, ids: Select[str]) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the accesses to a business: to itself, its decisions or its cases."""
    cases = select(literal("case/") + CaseRow.case_id).where(CaseRow.decision_id.in_(ids))
    made = select(literal("decision/") + DecisionRow.decision_id).where(
        DecisionRow.decision_id.in_(ids)
    )
    business = AccessRow.subject == f"business/{whose.business_id}"
    its = or_(AccessRow.subject.in_(made), AccessRow.subject.in_(cases), business)
    return AccessRow.partner_id == whose.partner_id, its


def _decision(kept: Decision) -> Json:
    """Return a decision as it is kept, its features with their labels, its reasons in words."""
    whole: Json = RECORD.dump_python(kept, mode="json")
    worded = answer(kept)
    return {
        **whole,
        "features": [
            {
                "name": feature.name,
                "label": said("features", feature.name),
                "unit": feature.unit,
                "value": kept.features[feature.name],
            }
            for feature in FEATURES
            if feature.name in kept.features
        ],
        "reasons": [reason.model_dump(mode="json") for reason in worded.reasons],
        "strengths": [reason.model_dump(mode="json") for reason in worded.strengths],
    }


def _rows(session: Session, table: type[Base], *conditions: ColumnElement[bool]) -> list[Json]:
    columns = table.__table__.columns
    asked = select(*columns).where(*conditions).order_by(*columns)
    return [
        {name: _json(name, value) for name, value in _unsealed(session, table, row).items()}
        for row in session.execute(asked).mappings().all()
    ]


def _unsealed(session: Session, table: type[Base], row: RowMapping) -> Json:
    """Return a row with what is sealed in it as text; each is at a partner."""
    key = [row[column] for column in inspect(table).primary_key]
    where = partial(place, table.__tablename__)
    return dict(row) | {
        name: unseal(session, row["partner_id"], where(name, *key), value).decode()
        for name, value in row.items()
        if isinstance(value, bytes)
    }


def _json(name: str, value: Any) -> Any:
    """Return a value as JSON has it; what is kept as JSON is that already."""
    if name in AS_JSON:
        return json.loads(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _take_out(value: Any, path: list[str]) -> None:
    """Take what stands at a path out of a value; of a list, out of each of its items."""
    if isinstance(value, list):
        for item in value:
            _take_out(item, path)
    elif path[1:]:
        _take_out(value[path[0]], path[1:])
    else:
        value.pop(path[0], None)

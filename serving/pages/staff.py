"""The pages of a partner's officers: sign in with a key, see the queue, look at a case, answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from audit.days import wib
from features.signals import SIGNALS
from serving.access.callers import NotAuthenticated, as_kind, as_scoped
from serving.api.case_routes import erasing
from serving.api.routes import Configured, Running
from serving.api.routing import Router
from serving.applications import review
from serving.applications.cases import Case, Outcome
from serving.applications.review import ANSWERS, Answer, ReasonCode, State
from serving.pages.entered import (
    AnyOfficer,
    Officer,
    OfficersForm,
    SomeonesForm,
    TheOfficer,
    from_here,
    within,
)
from serving.pages.entrance import by_key, entrance, let_in, let_out
from serving.pages.kept import decision_of, last_day, names
from serving.pages.page import Lang, Language, PageRoute, Written, page
from serving.pages.shown import shown
from serving.reading.rows import Name
from serving.service import Service
from serving.telling import written
from serving.telling.words import wording

HOME = "/staff"

UNITS: Final = {signal.name: written.BY_UNIT[signal.unit] for signal in SIGNALS}
"""Signal → how its value is written."""


class StaffRoute(PageRoute):
    """A route of the officers' pages."""

    part = "staff"
    home = HOME


staff = Router(
    prefix=HOME,
    route_class=StaffRoute,
    include_in_schema=False,
    dependencies=[Depends(from_here)],
)


@staff.get("")
def queue(
    request: Request,
    inside: AnyOfficer,
    service: Running,
    lang: Lang = "id",
    state: State = "open",
    cursor: str | None = None,
) -> Response:
    """Show the queue, the first due first; to who is not inside, the form for the key."""
    if inside is None:
        return entrance(request, lang, "staff", HOME)
    as_kind(inside.caller, "lender")
    as_scoped(inside.caller, "cases")
    engine, now = service.engine, service.now()
    found = review.queue(engine, inside.partner_id, state, cursor)
    return page(
        "staff_queue",
        lang,
        "staff",
        here=HOME,
        mark=inside.mark,
        state=state,
        counted=review.summary(engine, inside.partner_id, now),
        cases=[_row(case, now, lang) for case in found.cases],
        next_cursor=found.next_cursor,
    )


@staff.post("")
def enter(
    request: Request,
    key: Annotated[str, Form(max_length=200)],
    service: Running,
    lang: Lang = "id",
) -> Response:
    """Open a session with a partner's key; in production people have accounts."""
    try:
        opened = by_key(request, key, service)
    except NotAuthenticated as error:
        return entrance(request, lang, "staff", HOME, error)
    return let_in(request, opened, f"{HOME}?lang={lang}")


@staff.post("/leave")
def leave(request: Request, inside: SomeonesForm, service: Running, lang: Lang = "id") -> Response:
    """Close the session."""
    return let_out(request, inside, service, f"{HOME}?lang={lang}")


@staff.get("/cases/{case_id}", dependencies=[within("cases")])
def case(case_id: str, inside: TheOfficer, service: Running, lang: Lang = "id") -> Response:
    """Show a case with everything an officer needs to judge it."""
    seen = review.see(service.engine, inside.partner_id, case_id, service.now())
    return _case(seen, inside, service, lang)


def said(
    outcome: Annotated[Outcome, Form()],
    reason_code: Annotated[ReasonCode, Form()],
    officer: Annotated[Name, Form()],
    note: Written = "",
) -> Answer:
    """Return what the form of a case says."""
    return Answer(outcome, reason_code, officer, note.strip() or None)


@staff.post("/cases/{case_id}", dependencies=[within("cases")])
def answer(
    case_id: str,
    inside: OfficersForm,
    service: Running,
    settings: Configured,
    said: Annotated[Answer, Depends(said)],
    lang: Lang = "id",
) -> Response:
    """Answer a case, once; of what is erased there is nothing to show."""
    how = erasing(settings)
    review.answer(service.engine, inside.partner_id, case_id, said, service.now(), how)
    place = HOME if said.outcome == "erased" else f"{HOME}/cases/{case_id}"
    return RedirectResponse(f"{place}?lang={lang}", 303)


def _row(case: Case, now: datetime, language: Language) -> dict[str, Any]:
    """Return a case as the queue lists it."""
    words = wording(language)["staff"]
    return {
        "case_id": case.case_id,
        "kind": words[f"kind_{case.kind}"],
        "opened": written.day(wib(case.opened_at), language),
        "due": written.day(last_day(case.due_at), language),
        "late": case.answered_at is None and case.due_at < now,
        "recommended": wording(language)["results"][case.recommended],
    }


def _case(case: Case, inside: Officer, service: Service, language: Language) -> Response:
    kept, words, answers = (
        decision_of(service, case.decision_id),
        wording(language),
        ANSWERS[case.kind],
    )
    codes = sorted({code for why in answers.values() for code in why})
    told = shown(kept, names(service, kept), language)
    return page(
        "staff_case",
        language,
        "staff",
        here=f"{HOME}/cases/{case.case_id}",
        home=HOME,
        mark=inside.mark,
        case=case,
        row=_row(case, service.now(), language),
        source=words["sources"].get(case.about, ""),
        s=told,
        raised=[_signal(name, kept.signals[name], language) for name in kept.raised],
        unlike=[words["features"][name] for name in kept.unlike],
        reasons=[(code, words["answers"][code]) for code in codes],
        outcomes=[(name, words["staff"][f"outcome_{name}"]) for name in answers],
        how=words["staff"].get(f"how_{case.kind}", words["staff"]["free"]),
        answered=_answered(case, language),
    )


def _signal(name: str, value: float | None, language: Language) -> str:
    """Return what a raised hand asks to look at, with what was counted."""
    said = wording(language)["signals"][name]
    return said if value is None else f"{said} {UNITS[name](value, language)}."


def _answered(case: Case, language: Language) -> dict[str, str]:
    """Return the answer of a case in words; empty while there is none."""
    if case.answered_at is None or case.reason_code is None:
        return {}
    words = wording(language)
    by = words["staff"]["by"].format(
        date=written.day(wib(case.answered_at), language), officer=case.officer
    )
    return {
        "by": by,
        "outcome": words["staff"][f"outcome_{case.outcome}"],
        "reason": words["answers"][case.reason_code],
        "note": case.note or "",
        "override": words["staff"]["override"] if case.override in ("high", "low") else "",
    }

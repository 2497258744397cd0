"""The applicant's pages: enter by a link and a code, read the result, and use one's rights."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

from audit.days import wib
from features.errors import Refused
from serving.access import links, sessions
from serving.api.routes import Running
from serving.api.routing import Router
from serving.applications import cases
from serving.applications.cases import Case
from serving.business import consents
from serving.pages import notice
from serving.pages.entered import AnyApplicant, Applicant, ApplicantsForm, TheApplicant, from_here
from serving.pages.kept import last_day, names
from serving.pages.notices import PdfResponse
from serving.pages.page import Lang, Language, PageRoute, Written, page
from serving.pages.shown import Shown, shown
from serving.rights import export
from serving.service import Service
from serving.telling import written
from serving.telling.words import wording

applicants = Router(
    prefix="/p/{link}",
    route_class=PageRoute,
    include_in_schema=False,
    dependencies=[Depends(from_here)],
)


@applicants.get("")
def result(
    link: str, inside: AnyApplicant, service: Running, lang: Lang = "id", told: str = ""
) -> Response:
    """Show the decision to who is inside, and to others the form for the code."""
    if inside is None:
        return _enter(link, lang, told="left" if told == "left" else "")
    return _result(inside, service, lang, told="sent" if told == "sent" else "")


@applicants.post("")
def enter(
    request: Request,
    link: str,
    code: Annotated[str, Form(max_length=20)],
    service: Running,
    lang: Lang = "id",
) -> Response:
    """Open a session with the right code; a wrong one is asked for again."""
    try:
        opened = links.enter(service.engine, link, code, service.now())
    except Refused as error:
        if error.code != "wrong-code":
            raise
        return _enter(link, lang, fault="wrong_code", status=error.http_status)
    response = _to(link, lang)
    cookie = sessions.cookie(opened, _home(link), secure=request.app.state.secure)
    response.set_cookie(**cookie)
    return response


@applicants.post("/leave")
def leave(
    request: Request, inside: ApplicantsForm, service: Running, lang: Lang = "id"
) -> Response:
    """Close the session: the telephone may be somebody else's."""
    sessions.end(service.engine, inside.token)
    response = _to(inside.link, lang, "left")
    secure = request.app.state.secure
    response.delete_cookie(
        sessions.cookie_name(secure=secure), path=_home(inside.link), secure=secure
    )
    return response


@applicants.post("/human")
def human(
    inside: ApplicantsForm, service: Running, wrote: Written = "", lang: Lang = "id"
) -> Response:
    """Ask for a person to look."""
    cases.ask_for_person(service.engine, inside.decision.decision_id, wrote, service.now())
    return _to(inside.link, lang, "sent")


@applicants.post("/correction")
def correction(
    inside: ApplicantsForm,
    service: Running,
    source: Annotated[str, Form(max_length=20)],
    wrote: Written,
    lang: Lang = "id",
) -> Response:
    """Say that data of a source are wrong."""
    decision_id = inside.decision.decision_id
    cases.say_wrong(service.engine, decision_id, source, wrote, service.now())
    return _to(inside.link, lang, "sent")


@applicants.post("/erasure")
def erasure(
    inside: ApplicantsForm, service: Running, wrote: Written = "", lang: Lang = "id"
) -> Response:
    """Ask that all be erased."""
    cases.ask_to_erase(service.engine, inside.decision.decision_id, wrote, service.now())
    return _to(inside.link, lang, "sent")


@applicants.post("/access")
def access(inside: ApplicantsForm, service: Running, wrote: Written, lang: Lang = "id") -> Response:
    """Ask for what the file of one's data does not give."""
    cases.ask_to_see(service.engine, inside.decision.decision_id, wrote, service.now())
    return _to(inside.link, lang, "sent")


@applicants.post("/data")
def data(inside: ApplicantsForm, service: Running) -> Response:
    """Return everything kept about the person at this partner, as a file."""
    everything = export.export(service.engine, inside.decision.decision_id)
    file = {"Content-Disposition": 'attachment; filename="lumbung.json"'}
    return JSONResponse(everything, headers=file)


@applicants.get("/withdraw")
def before_withdrawing(inside: TheApplicant, service: Running, lang: Lang = "id") -> Response:
    """Ask once more, and say what a withdrawal does and what is kept."""
    return page(
        "withdraw",
        lang,
        here=f"{_home(inside.link)}/withdraw",
        home=_home(inside.link),
        mark=inside.mark,
        lender=names(service, inside.decision).lender,
        kept=consents.KEPT.model_dump()[lang],
    )


@applicants.post("/withdraw")
def withdraw(inside: ApplicantsForm, service: Running, lang: Lang = "id") -> Response:
    """Withdraw the consent to use the business's data at this partner."""
    consents.withdraw(service.engine, inside.decision.decision_id, service.now())
    return _to(inside.link, lang)


@applicants.get("/notice.pdf")
def notice_pdf(inside: TheApplicant, service: Running, lang: Lang = "id") -> Response:
    """Return the notice as PDF."""
    made = notice.as_pdf(_shown(inside, service, lang), lang, inside.decision.decided_at)
    return PdfResponse(made, headers={"Content-Disposition": 'attachment; filename="lumbung.pdf"'})


@applicants.get("/notice.txt")
def notice_txt(inside: TheApplicant, service: Running, lang: Lang = "id") -> Response:
    """Return the notice as text."""
    return PlainTextResponse(notice.as_text(_shown(inside, service, lang), lang))


def _enter(
    link: str, language: Language, *, told: str = "", fault: str = "", status: int = 200
) -> Response:
    """Return the form for the code; it says nothing of whether there is such a link."""
    words = wording(language)["page"]
    here = _home(link)
    return page(
        "enter",
        language,
        status=status,
        here=here,
        told=words[told] if told else "",
        fault=words[fault] if fault else "",
    )


def _result(inside: Applicant, service: Service, language: Language, *, told: str) -> Response:
    kept, words = inside.decision, wording(language)["page"]
    withdrawn = consents.standing(service.engine, kept.partner_id, kept.application.business_id)
    opened = cases.cases_of(service.engine, kept.decision_id)
    return page(
        "decision",
        language,
        here=_home(inside.link),
        home=_home(inside.link),
        mark=inside.mark,
        s=_shown(inside, service, language),
        told=words[told] if told else "",
        cases=[_case(case, language) for case in opened],
        withdrawn=""
        if withdrawn is None
        else words["withdrawn"].format(date=written.day(wib(withdrawn), language)),
    )


def _shown(inside: Applicant, service: Service, language: Language) -> Shown:
    return shown(inside.decision, names(service, inside.decision), language)


def _case(case: Case, language: Language) -> dict[str, str]:
    """Return a case as the applicant sees it: what was asked, until when, and the answer."""
    all_words = wording(language)
    words = all_words["page"]
    title = words[f"case_{case.kind}"]
    if case.kind == "correction":
        title = title.format(source=all_words["sources"][case.about])
    opened = words["case_opened"].format(
        date=written.day(wib(case.opened_at), language),
        due=written.day(last_day(case.due_at), language),
    )
    if case.answered_at is None:
        return {"title": title, "when": opened, "wrote": case.wrote or "", "answer": ""}
    answered = words["case_answered"].format(
        date=written.day(wib(case.answered_at), language),
        outcome=all_words["staff"][f"outcome_{case.outcome}"],
        reason=all_words["answers"][case.reason_code or ""],
    )
    said = f"{answered} {case.note or ''}".strip()
    return {"title": title, "when": opened, "wrote": case.wrote or "", "answer": said}


def _home(link: str) -> str:
    return f"/p/{link}"


def _to(link: str, language: Language, told: str = "") -> Response:
    """Return the way back to the result, so that a form is not sent twice."""
    said = f"&told={told}" if told else ""
    return RedirectResponse(f"{_home(link)}?lang={language}{said}", 303)

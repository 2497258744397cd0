"""The pages of accounts: set one up by a link, sign in, change the password, end one's sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from audit.days import wib
from features.errors import BadInput, Refused
from serving.access import accounts, second_factor, sessions, signing_in
from serving.access.callers import NotAuthenticated
from serving.access.sessions import Open
from serving.access.signing_in import Shown
from serving.api.routes import Running
from serving.api.routing import Router
from serving.pages.entered import AnyOfficer, Officer, SomeonesForm, from_here
from serving.pages.entrance import ACCOUNT, HOMES, let_in, let_out, sign_in_page, work_of
from serving.pages.page import Lang, Language, PageRoute, page
from serving.service import Service
from serving.telling import written
from serving.telling.words import wording


class AccountRoute(PageRoute):
    """A route of the pages of accounts."""

    part = "account"
    home = ACCOUNT


account = Router(
    prefix=ACCOUNT,
    route_class=AccountRoute,
    include_in_schema=False,
    dependencies=[Depends(from_here)],
)

Password = Annotated[str, Form(max_length=200)]
Code = Annotated[str, Form(max_length=40)]


@account.get("")
def home(
    request: Request,
    inside: AnyOfficer,
    service: Running,
    lang: Lang = "id",
    *,
    changed: bool = False,
    left: bool = False,
) -> Response:
    """Show who is inside and their sessions; to who is not, the form to sign in by."""
    if inside is None:
        return sign_in_page(request, lang, left=left)
    return _home(inside, service, lang, told="changed" if changed else "")


@account.post("")
def enter(
    request: Request,
    username: Annotated[str, Form(max_length=64)],
    password: Password,
    code: Code,
    service: Running,
    lang: Lang = "id",
) -> Response:
    """Open a session to who shows a name, a password and a code."""
    shown = Shown(username.strip(), password, code)
    try:
        opened = signing_in.sign_in(service.engine, shown, service.now())
    except NotAuthenticated as error:
        return sign_in_page(request, lang, "bad_sign_in", error.http_status)
    by = sessions.staff_of(service.engine, opened.token, service.now())
    return let_in(request, opened, f"{work_of(by)}?lang={lang}")


@account.post("/leave")
def leave(request: Request, inside: SomeonesForm, service: Running, lang: Lang = "id") -> Response:
    """Close the session."""
    return let_out(request, inside, service, f"{ACCOUNT}?lang={lang}&left=true")


@account.post("/sessions")
def end(
    inside: SomeonesForm,
    name: Annotated[str, Form(max_length=16)],
    service: Running,
    lang: Lang = "id",
) -> Response:
    """End another session of one's own, such as one on a computer left behind."""
    sessions.end_of_account(service.engine, inside.caller.prefix, name, service.now())
    return RedirectResponse(f"{ACCOUNT}?lang={lang}", 303)


@account.post("/password")
def change(
    inside: SomeonesForm,
    password: Password,
    new: Password,
    code: Code,
    service: Running,
    lang: Lang = "id",
) -> Response:
    """Keep another password of one's own, and end one's other sessions."""
    username = accounts.username_of(service.engine, inside.caller.prefix) or ""
    shown = Shown(username, password, code)
    try:
        signing_in.change(service.engine, inside.token, shown, new, service.now())
    except BadInput as error:
        return _home(inside, service, lang, error.http_status, fault="bad_password")
    except NotAuthenticated as error:
        return _home(inside, service, lang, error.http_status, fault="bad_change")
    return RedirectResponse(f"{ACCOUNT}?lang={lang}&changed=true", 303)


@account.get("/setup/{token}")
def before_setup(token: str, service: Running, lang: Lang = "id") -> Response:
    """Show who was invited the secret for their telephone, and the form for a password."""
    return _setup(token, service, lang)


@account.post("/setup/{token}")
def set_up(
    token: str, password: Password, code: Code, service: Running, lang: Lang = "id"
) -> Response:
    """Keep the password, and show the codes for paper, once."""
    words = wording(lang)["account"]
    try:
        codes = accounts.set_up(service.engine, token, password, code, service.now())
    except BadInput as error:
        return _setup(token, service, lang, words["bad_password"], error.http_status)
    except Refused as error:
        return _setup(token, service, lang, words["bad_code"], error.http_status)
    return page("account_codes", lang, "account", here="", home=ACCOUNT, codes=codes)


def _home(
    inside: Officer,
    service: Service,
    language: Language,
    status: int = 200,
    told: str = "",
    fault: str = "",
) -> Response:
    by, words = inside.caller, wording(language)["account"]
    opened = sessions.of_account(service.engine, by.prefix, inside.token, service.now())
    return page(
        "account",
        language,
        "account",
        status,
        here=ACCOUNT,
        work=HOMES[by.kind],
        mark=inside.mark,
        person=by.person,
        username=accounts.username_of(service.engine, by.prefix),
        sessions=[_session(one, language) for one in opened],
        told=words.get(told, ""),
        fault=words.get(fault, ""),
    )


def _setup(
    token: str, service: Service, language: Language, fault: str = "", status: int = 200
) -> Response:
    found = accounts.invited(service.engine, token, service.now())
    return page(
        "account_setup",
        language,
        "account",
        status,
        here=f"{ACCOUNT}/setup/{token}",
        fault=fault,
        username=found.username,
        secret=" ".join(found.secret[at : at + 4] for at in range(0, len(found.secret), 4)),
        picture=Markup(second_factor.picture(found.secret, found.username)),  # noqa: S704  our own
    )


def _moment(at: datetime, language: Language) -> str:
    return f"{written.day(wib(at), language)}, {written.clock(at, language)}"


def _session(one: Open, language: Language) -> dict[str, Any]:
    return {
        "name": one.name,
        "this": one.this,
        "opened": _moment(one.opened_at, language),
        "seen": _moment(one.seen_at, language),
    }

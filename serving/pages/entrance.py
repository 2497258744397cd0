"""The way in for staff and out again: by a key while Lumbung is tried, by an account in earnest.

A key is for programs, and passes through hands and files; in production people sign in themselves,
with a second factor (docs/decisions/0040-access.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from serving.access import sessions
from serving.access.callers import Caller, NotAuthenticated
from serving.access.sessions import Session
from serving.pages.entered import Officer, staff_token
from serving.pages.page import Language, page
from serving.service import Service
from serving.telling.words import wording

if TYPE_CHECKING:
    from serving.access.provider import Provider

ACCOUNT: Final = "/account"
"""Where people sign in."""

HOMES: Final = {"lender": "/staff", "official": "/officials"}
"""Kind of partner → where its people work."""


def entrance(
    request: Request,
    language: Language,
    part: Literal["staff", "officials"],
    home: str,
    error: NotAuthenticated | None = None,
) -> Response:
    """Return the form for a key, or the way to where people sign in."""
    if request.app.state.secure:
        return RedirectResponse(f"{ACCOUNT}?lang={language}", 303)
    fault, status = ("", 200) if error is None else (wording(language)[part]["bad_key"], 401)
    return page("staff_enter", language, part, status, here=home, account=ACCOUNT, fault=fault)


def sign_in_page(
    request: Request, language: Language, fault: str = "", status: int = 200, *, left: bool = False
) -> Response:
    """Return the form to sign in by, and the way to the provider where there is one.

    Args:
        request: that is answered.
        language: of the page.
        fault: what went wrong, by its name in the wording; nothing where it is empty.
        status: of the answer.
        left: whether somebody has just signed out.
    """
    provider: Provider | None = request.app.state.provider
    host = "" if provider is None else provider.host
    home = str(request.base_url).rstrip("/")
    return page(
        "account_enter",
        language,
        "account",
        status,
        here=ACCOUNT,
        fault=wording(language)["account"].get(fault, "").format(host=host),
        host=host,
        left=left and bool(host),
        there=provider.leave(request.app.state.settings.public_url or home) if provider else None,
    )


def work_of(by: Caller | None) -> str:
    """Return where somebody works; their account where nobody knows."""
    return ACCOUNT if by is None else HOMES[by.kind]


def by_key(request: Request, key: str, service: Service) -> Session:
    """Open a session with a key; raises NotAuthenticated (``bad-key`` and such).

    In production no key opens one.
    """
    if request.app.state.secure:
        raise NotAuthenticated(
            found="a key where a person belongs",
            expected="a person's own account",
            hint="Sign in at /account; `lumbung accounts add` makes an account.",
            code="account-needed",
        )
    return sessions.for_staff(service.engine, key.strip(), service.now())


def let_in(request: Request, opened: Session, to: str) -> Response:
    """Return the way in, with the cookie of a new session; one that was open here is over."""
    sessions.end(request.app.state.service.engine, staff_token(request))
    response = RedirectResponse(to, 303)
    response.set_cookie(**sessions.staff_cookie(opened, secure=request.app.state.secure))
    return response


def let_out(request: Request, inside: Officer, service: Service, to: str) -> Response:
    """Close a session, and return the way out."""
    sessions.end(service.engine, inside.token)
    response, secure = RedirectResponse(to, 303), request.app.state.secure
    response.delete_cookie(sessions.staff_cookie_name(secure=secure), path="/", secure=secure)
    return response

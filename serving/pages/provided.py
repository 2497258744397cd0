"""The way in by a provider: there, back again, and the second factor, which is asked here.

A browser carries what it will be known by: on the way a cookie that comes back even though another
site sends the browser (`SameSite=Lax`), and then, until the second factor is shown, one that does
not. Going there changes nothing here.
"""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Annotated, Final, Literal

from fastapi import Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from serving.access import coming_back, sessions
from serving.access.callers import NotAuthenticated
from serving.access.identity import ProviderAway, no_provider, unbelieved
from serving.access.trip import Trip
from serving.api.routes import Configured, Running
from serving.api.routing import Router
from serving.pages.account import AccountRoute
from serving.pages.entered import from_here
from serving.pages.entrance import ACCOUNT, let_in, sign_in_page, work_of
from serving.pages.page import Lang, Language, page
from serving.service import Service
from serving.settings import Settings
from serving.telling.words import wording

if TYPE_CHECKING:
    from serving.access.provider import Provider

log = logging.getLogger(__name__)

BACK: Final = f"{ACCOUNT}/provider/back"
TRIP: Final = "lumbung-trip"
TRIP_SECONDS: Final = 600
"""Within which one comes back."""

HALF: Final = "lumbung-half"

provided = Router(
    prefix=ACCOUNT,
    route_class=AccountRoute,
    include_in_schema=False,
    dependencies=[Depends(from_here)],
)

Told = Annotated[str, Query(max_length=4096)]


def there_of(request: Request) -> Provider:
    """Return the provider of the settings; raises NotFound (``no-provider``)."""
    found: Provider | None = request.app.state.provider
    if found is None:
        raise no_provider()
    return found


@provided.get("/provider")
def go(request: Request, settings: Configured, lang: Lang = "id") -> Response:
    """Send the browser to the provider."""
    there, trip = there_of(request), Trip(f"{lang}-{secrets.token_urlsafe(32)}")
    try:
        way = there.way(trip, _back(request, settings))
    except ProviderAway as error:
        return sign_in_page(request, lang, "provider_away", error.http_status)
    response = RedirectResponse(way, 303)
    _carry(request, response, TRIP, trip.token, TRIP_SECONDS)
    return response


@provided.get("/provider/back")
def back(
    request: Request,
    service: Running,
    settings: Configured,
    code: Told = "",
    state: Told = "",
    iss: Told | None = None,
) -> Response:
    """Take who came back, and ask for the second factor."""
    there = there_of(request)
    trip = Trip(request.cookies.get(_name(request, TRIP), ""))
    language: Language = "en" if trip.token.startswith("en-") else "id"
    answer = {"code": code, "state": state, **({} if iss is None else {"iss": iss})}
    try:
        if not trip.token:
            raise unbelieved()
        who = there.came(trip, _back(request, settings), answer, service.now())
        token = coming_back.known(service.engine, who, there.claim, service.now())
    except (NotAuthenticated, ProviderAway) as error:
        log.warning("nobody is let in by the provider: %s, %s", error.code, _cause(error))
        fault = "provider_away" if isinstance(error, ProviderAway) else "provider_no"
        response = sign_in_page(request, language, fault, error.http_status)
    else:
        response = _ask(language)
        lives = int(coming_back.HALF_LIVES.total_seconds())
        _carry(request, response, HALF, token, lives, "strict")
    _drop(request, response, TRIP)
    return response


@provided.post("/second")
def second(
    request: Request,
    code: Annotated[str, Form(max_length=40)],
    service: Running,
    lang: Lang = "id",
) -> Response:
    """Open a session to who came back and shows the second factor."""
    token = request.cookies.get(_name(request, HALF), "")
    try:
        opened = coming_back.finish(service.engine, token, code, service.now())
    except NotAuthenticated as error:
        if error.code == unbelieved().code:
            return sign_in_page(request, lang, "provider_no", error.http_status)
        return _ask(lang, "bad_second", error.http_status)
    response = let_in(request, opened, f"{_work(service, opened.token)}?lang={lang}")
    _drop(request, response, HALF)
    return response


def _ask(language: Language, fault: str = "", status: int = 200) -> Response:
    said = wording(language)["account"].get(fault, "")
    return page("account_second", language, "account", status, here="", home=ACCOUNT, fault=said)


def _cause(error: Exception) -> str:
    """Return what an operator may know of why: the kind of fault, and nothing that was sent."""
    return type(error.__cause__ or error).__name__


def _work(service: Service, token: str) -> str:
    return work_of(sessions.staff_of(service.engine, token, service.now()))


def _back(request: Request, settings: Settings) -> str:
    """Return where the provider sends browsers back to, as it is told of it beforehand."""
    return (settings.public_url or str(request.base_url).rstrip("/")) + BACK


def _name(request: Request, name: str) -> str:
    return f"__Host-{name}" if request.app.state.secure else name


def _carry(
    request: Request,
    response: Response,
    name: str,
    value: str,
    seconds: int,
    to: Literal["lax", "strict"] = "lax",
) -> None:
    secure: bool = request.app.state.secure
    response.set_cookie(
        _name(request, name),
        value,
        max_age=seconds,
        secure=secure,
        httponly=True,
        samesite=to,
    )


def _drop(request: Request, response: Response, name: str) -> None:
    secure: bool = request.app.state.secure
    response.delete_cookie(_name(request, name), secure=secure, httponly=True, samesite="lax")

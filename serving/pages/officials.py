"""The pages of officials: programmes, and what was allocated. Aggregates only, never a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from audit.days import wib
from features.errors import Refused
from serving.access.callers import NotAuthenticated, as_kind, caller_of
from serving.api.product_schemas import Id, Number
from serving.api.routes import Running
from serving.api.routing import Router
from serving.lending import allocations, budgets, programmes
from serving.lending.allocations import Made
from serving.pages import allocation, tables
from serving.pages import programme as programme_shown
from serving.pages.entered import AnyOfficer, Officer, OfficialsForm, TheOfficial, from_here, within
from serving.pages.entrance import by_key, entrance, let_in, let_out
from serving.pages.page import Lang, Language, PageRoute, page
from serving.pages.tables import Name
from serving.service import Service
from serving.telling import written
from serving.telling.words import wording

HOME = "/officials"


class OfficialsRoute(PageRoute):
    """A route of the officials' pages."""

    part = "officials"
    home = HOME


officials = Router(
    prefix=HOME,
    route_class=OfficialsRoute,
    include_in_schema=False,
    dependencies=[Depends(from_here), within("programmes")],
)


@officials.get("")
def home(request: Request, inside: AnyOfficer, service: Running, lang: Lang = "id") -> Response:
    """Show the programmes and all products; to who is not inside, the form for the key."""
    if inside is None:
        return entrance(request, lang, "officials", HOME)
    as_kind(inside.caller, "official")
    day = wib(service.now())
    found = programmes.shelf(service.engine, inside.partner_id, day)
    return page(
        "officials",
        lang,
        "officials",
        here=HOME,
        mark=inside.mark,
        programmes=[programme_shown.row(one, lang) for one in found],
        products=programme_shown.offered(service.in_force().products, day, lang),
    )


@officials.post("")
def enter(
    request: Request,
    key: Annotated[str, Form(max_length=200)],
    service: Running,
    lang: Lang = "id",
) -> Response:
    """Open a session with an official's key; in production people have accounts."""
    try:
        as_kind(caller_of(service.engine, key.strip(), service.now()), "official")
        opened = by_key(request, key, service)
    except NotAuthenticated as error:
        return entrance(request, lang, "officials", HOME, error)
    return let_in(request, opened, f"{HOME}?lang={lang}")


@officials.post("/leave")
def leave(request: Request, inside: OfficialsForm, service: Running, lang: Lang = "id") -> Response:
    """Close the session."""
    return let_out(request, inside, service, f"{HOME}?lang={lang}")


@officials.get("/programmes/{programme_id}")
def programme(
    programme_id: Id, inside: TheOfficial, service: Running, lang: Lang = "id"
) -> Response:
    """Show a programme: its versions, its budgets, and what was allocated."""
    return _programme(programme_id, inside, service, lang)


@officials.post("/programmes/{programme_id}/verify")
def verify(
    programme_id: Id,
    inside: OfficialsForm,
    number: Annotated[int, Form(ge=1, le=10**6)],
    service: Running,
    lang: Lang = "id",
) -> Response:
    """Verify a programme that a colleague proposed."""
    programmes.verify(service.engine, programme_id, number, inside.caller, service.now())
    return RedirectResponse(f"{_at(programme_id)}?lang={lang}", 303)


@officials.post("/programmes/{programme_id}/allocations")
def allocate(
    programme_id: Id, inside: OfficialsForm, service: Running, lang: Lang = "id"
) -> Response:
    """Allocate a programme, and show what came of it; or which of its limits are in conflict."""
    try:
        made = allocations.allocate(service, programme_id, inside.caller)
    except Refused as error:
        words = wording(lang)["officials"]
        told = {
            "programme-infeasible": f"{words['infeasible']} {error.found}",
            "nothing-to-allocate": words["nothing"],
        }
        if error.code not in told:
            raise
        fault = told[error.code]
        return _programme(programme_id, inside, service, lang, fault, error.http_status)
    return RedirectResponse(f"{_at(programme_id, made.number)}?lang={lang}", 303)


@officials.get("/programmes/{programme_id}/allocations/{number}")
def one_allocation(
    programme_id: Id, number: Number, inside: TheOfficial, service: Running, lang: Lang = "id"
) -> Response:
    """Show an allocation."""
    made = allocations.find(service.engine, programme_id, number, inside.caller)
    return page(
        "allocation",
        lang,
        "allocation",
        here=_at(programme_id, number),
        home=_at(programme_id),
        s=allocation.shown(made.overview, lang),
    )


@officials.get("/programmes/{programme_id}/allocations/{number}/{name}.csv")
def table(
    programme_id: Id, number: Number, name: Name, inside: TheOfficial, service: Running
) -> Response:
    """Return a table of an allocation as a file."""
    made = allocations.find(service.engine, programme_id, number, inside.caller)
    file = f'attachment; filename="{programme_id}-{number}-{name}.csv"'
    return PlainTextResponse(
        tables.csv_of(made.overview, name),
        media_type="text/csv",
        headers={"Content-Disposition": file},
    )


def _programme(
    programme_id: str,
    inside: Officer,
    service: Service,
    language: Language,
    fault: str = "",
    status: int = 200,
) -> Response:
    engine, day = service.engine, wib(service.now())
    found = programmes.history(engine, inside.partner_id, programme_id, day)
    if not found:
        raise programmes.no_programme()
    force = next((one for one in reversed(found) if one.state == "in_force"), None)
    names = {product.product_id: product.name for product in service.in_force().products}
    return page(
        "programme",
        language,
        "officials",
        status,
        here=_at(programme_id),
        home=HOME,
        mark=inside.mark,
        fault=fault,
        p=programme_shown.row(force or found[-1], language),
        terms=programme_shown.terms(force or found[-1], language),
        open=force is not None,
        versions=[programme_shown.version(one, force, language) for one in reversed(found)],
        budgets=[
            (names.get(one.product_id, one.product_id), written.money(one.at_most, language))
            for one in budgets.in_force(engine, programme_id)
        ],
        made=[programme_shown.made(one, language) for one in _all(service, programme_id, inside)],
        v=wording(language)["versions"],
    )


def _all(service: Service, programme_id: str, inside: Officer) -> list[Made]:
    """Return the allocations of a programme, the newest first."""
    return allocations.made(service.engine, programme_id, inside.caller)[::-1]


def _at(programme_id: str, number: int | None = None) -> str:
    """Return the address of a programme, or of an allocation of it."""
    whole = f"{HOME}/programmes/{programme_id}"
    return whole if number is None else f"{whole}/allocations/{number}"

"""The pages on which a lender's people keep its products, and its budgets in programmes.

What one person proposes another verifies. Terms are written as YAML, and whatever is wrong with
them is told by its line.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import Depends, Form, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator

from audit.days import wib
from serving.access.callers import NotFound
from serving.api.product_schemas import Id
from serving.api.routes import Running
from serving.api.routing import Router
from serving.lending import budgets, products, programmes
from serving.lending.budgets import Budget
from serving.lending.products import Shelved
from serving.pages import versioned
from serving.pages.draft import Draft, draft_of, faults_of
from serving.pages.entered import Officer, OfficersForm, TheOfficer, from_here, within
from serving.pages.page import Lang, Language, as_typed, page
from serving.pages.staff import HOME as STAFF
from serving.pages.staff import StaffRoute
from serving.service import Service
from serving.telling import product_words, written
from serving.telling.words import wording

HOME: Final = f"{STAFF}/products"

LONGEST: Final = 20_000
"""Characters of terms: some times what the longest there are take."""

IDENTIFIER: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"

portal = Router(
    prefix=HOME,
    route_class=StaffRoute,
    include_in_schema=False,
    dependencies=[Depends(from_here), within("products")],
)

Identifier = Annotated[str, Form(max_length=64, pattern=IDENTIFIER)]
Number = Annotated[int, Form(ge=1, le=10**6)]
Rupiah = Annotated[int, Form(ge=0, le=10**15)]
Terms = Annotated[str, Form(max_length=LONGEST), BeforeValidator(as_typed)]


@portal.get("")
def shelf(inside: TheOfficer, service: Running, lang: Lang = "id") -> Response:
    """Show a lender's products with where they stand today."""
    return _shelf(inside, service, lang, Draft("", ""))


@portal.post("")
def propose(
    inside: OfficersForm, service: Running, name: Identifier, terms: Terms, lang: Lang = "id"
) -> Response:
    """Propose terms; those with faults are shown again, with every fault and its line."""
    filed, now, draft = service.filed(), service.now(), Draft(name, terms)

    def send(sent: dict[str, Any]) -> None:
        products.propose(service.engine, name, sent, inside.caller, now, filed)

    if faults := faults_of(draft, send, lang):
        return _again(inside, service, lang, replace(draft, faults=faults))
    return RedirectResponse(f"{HOME}/{name}?lang={lang}", 303)


@portal.get("/{product_id}")
def product(product_id: Id, inside: TheOfficer, service: Running, lang: Lang = "id") -> Response:
    """Show a product: its versions, its terms to change, and its budgets."""
    return _product(product_id, inside, service, lang)


@portal.post("/{product_id}/verify")
def verify(
    product_id: Id, inside: OfficersForm, number: Number, service: Running, lang: Lang = "id"
) -> Response:
    """Verify terms that a colleague proposed."""
    products.verify(service.engine, product_id, number, inside.caller, service.now())
    return RedirectResponse(f"{HOME}/{product_id}?lang={lang}", 303)


@portal.post("/{product_id}/budgets")
def put_in(
    product_id: Id,
    inside: OfficersForm,
    programme_id: Identifier,
    at_most: Rupiah,
    service: Running,
    lang: Lang = "id",
) -> Response:
    """Propose what is lent at most of a product in a programme that is open."""
    now = service.now()
    programmes.find(service.engine, programme_id, wib(now))
    own = budgets.own(service.in_force().products, product_id, inside.partner_id)
    budget = Budget(at_most=at_most)
    budgets.propose(service.engine, programme_id, own, budget, inside.caller, now)
    return RedirectResponse(f"{HOME}/{product_id}?lang={lang}", 303)


@portal.post("/{product_id}/budgets/verify")
def verify_budget(
    product_id: Id,
    inside: OfficersForm,
    programme_id: Identifier,
    number: Number,
    service: Running,
    lang: Lang = "id",
) -> Response:
    """Verify a budget that a colleague proposed."""
    now = service.now()
    budgets.verify(service.engine, programme_id, product_id, number, inside.caller, now)
    return RedirectResponse(f"{HOME}/{product_id}?lang={lang}", 303)


def _again(inside: Officer, service: Service, language: Language, draft: Draft) -> Response:
    """Return the page from which terms were sent, with what is wrong with them."""
    if _history(draft.name, inside, service):
        return _product(draft.name, inside, service, language, draft)
    return _shelf(inside, service, language, draft)


def _shelf(inside: Officer, service: Service, language: Language, draft: Draft) -> Response:
    found = products.shelf(service.engine, inside.partner_id, service.filed(), wib(service.now()))
    return page(
        "portal",
        language,
        "portal",
        422 if draft.faults else 200,
        here=HOME,
        home=STAFF,
        mark=inside.mark,
        products=[_row(one, language) for one in found],
        draft=draft,
    )


def _product(
    product_id: str,
    inside: Officer,
    service: Service,
    language: Language,
    draft: Draft | None = None,
) -> Response:
    found = _history(product_id, inside, service)
    if not found:
        raise NotFound(
            found="no such product",
            expected="one of your own",
            hint="The list of products has them.",
            code="no-product",
        )
    force = _in_force(found)
    shown = draft or draft_of((force or found[-1]).product)
    return page(
        "portal_product",
        language,
        "portal",
        422 if shown.faults else 200,
        here=f"{HOME}/{product_id}",
        home=HOME,
        mark=inside.mark,
        row=_row(force or found[-1], language),
        versions=[_version(one, force, language) for one in reversed(found)],
        budgets=_budgets(product_id, inside, service, language),
        draft=shown,
        v=wording(language)["versions"],
    )


def _history(product_id: str, inside: Officer, service: Service) -> list[Shelved]:
    day = wib(service.now())
    return products.history(service.engine, inside.partner_id, product_id, service.filed(), day)


def _in_force(found: list[Shelved]) -> Shelved | None:
    """Return the version that holds, or did last; None where none was ever verified."""
    stood = [one for one in found if one.state not in {"waiting", "replaced"}]
    return stood[-1] if stood else None


def _row(one: Shelved, language: Language) -> dict[str, str]:
    """Return a product as a list has it."""
    product, words = one.product, wording(language)["portal"]
    return {
        "product_id": product.product_id,
        "name": product.name,
        "state": versioned.state(one.state, language),
        "price": product_words.terms(product, language),
        "amounts": product_words.amounts(product, language),
        "tenors": product_words.tenors(product, language),
        "holds": words["from_to"].format(
            first=written.day(product.effective_from, language),
            last=written.day(product.effective_to, language),
        ),
        "source": product.source,
        "note": product.note,
    }


def _version(one: Shelved, force: Shelved | None, language: Language) -> versioned.Versioned:
    before = None if force is None else force.product
    return versioned.shown(one.version, one.state, one.product, before, language)


def _budgets(
    product_id: str, inside: Officer, service: Service, language: Language
) -> list[dict[str, Any]]:
    """Return of each programme that is open what the lender puts in for a product."""
    engine, day = service.engine, wib(service.now())
    made = []
    for planned in programmes.running(engine, day):
        programme = planned.programme
        own = budgets.of_lender(engine, programme.programme_id, inside.partner_id)
        ours = [one for one in own if one.product_id == product_id]
        force = next((one for one in ours if one.state == "in_force"), None)
        made.append(
            {
                "programme_id": programme.programme_id,
                "name": programme.name,
                "at_most": "" if force is None else written.money(force.at_most, language),
                "waiting": [
                    versioned.shown(
                        one.version,
                        one.state,
                        Budget(at_most=one.at_most),
                        Budget(at_most=force.at_most if force else 0),
                        language,
                    )
                    for one in ours
                    if one.state == "waiting"
                ],
            }
        )
    return made

"""How a page is made and sent: its words, its style, and what a browser may do with it.

A page is one file with its style in it and no script. The browser is told so
(Content-Security-Policy), told to keep no copy, and told to name the page to no other site; to
ours it does, so that the origin of a form can be told.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, ClassVar, Final, Literal

from fastapi import Form, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BeforeValidator

from features.errors import LumbungError
from serving.api.routing import Late
from serving.applications.cases import LONGEST
from serving.telling.words import Part, wording

Language = Literal["id", "en"]

Lang = Annotated[Language, Query(alias="lang")]
"""The language of a page, Bahasa Indonesia where the address names none."""

STYLE: Final = "style.css.j2"


def as_typed(text: str) -> str:
    """Return a text as it was typed: a browser sends two characters for the end of a line."""
    return text.replace("\r\n", "\n").replace("\0", "")


Written = Annotated[str, Form(max_length=LONGEST), BeforeValidator(as_typed)]
"""What a person wrote into a field of several lines, no longer than the field takes."""


@functools.cache
def templates() -> Environment:
    """Return the templates; what they show is escaped, and a name they miss is a fault."""
    made = Environment(
        loader=PackageLoader("serving"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["fill"] = str.format
    return made


@functools.cache
def headers() -> dict[str, str]:
    """Return the headers of every answer of the pages; the style's hash is the only one allowed."""
    style = templates().get_template(STYLE).render().encode()
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    policy = {
        "default-src": "'none'",
        "object-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "img-src": "'self' data:",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def page(
    template: str, language: Language, part: Part = "page", status: int = 200, **shown: Any
) -> Response:
    """Return a page in a language.

    Args:
        template: its name, without the ending.
        language: of its words.
        part: the part of the wording that it is written with.
        status: of the answer.
        shown: what the template shows; ``here`` is the page's own address,
            empty where it has none.
    """
    return HTMLResponse(rendered(template, language, part, **shown), status)


def rendered(template: str, language: Language, part: Part, **shown: Any) -> str:
    """Return the text of a page; the arguments are those of `page`."""
    words = wording(language)
    made = templates().get_template(f"{template}.html.j2")
    return made.render(t=words[part], around=words["page"], language=language, **shown)


Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(Late):
    """A route of a page: what goes wrong is told on a page too, and the headers are on each."""

    part: ClassVar[Part] = "page"
    """The part of the wording that its faults are told with."""

    home: ClassVar[str] = "/p/{link}"
    """Where the way back leads."""

    def get_route_handler(self) -> Endpoint:
        """Return what answers a request."""
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                response = await handle(request)
            except LumbungError as error:
                response = self.told(request, error.http_status, error.code)
            except RequestValidationError:
                response = self.told(request, 422, "bad-request")
            response.headers.update(headers())
            return response

        return answered

    def told(self, request: Request, status: int, code: str) -> Response:
        """Return the page that tells of a fault, by its code, in the language asked for."""
        language: Language = "en" if request.query_params.get("lang") == "en" else "id"
        words = {**wording(language)["versions"], **wording(language)[self.part]}
        fault = words.get(FAULTS.get(code, ""), words["fault"])
        home = self.home.format(**request.path_params)
        return page("told", language, self.part, status, here=home, fault=fault)


FAULTS: Final = {
    "account-needed": "bad_key",
    "allocated-meanwhile": "meanwhile",
    "bad-key": "bad_key",
    "bad-request": "fault_form",
    "case-answered": "fault_answered",
    "case-open": "fault_already",
    "delegated-key": "delegated",
    "forged-form": "fault_session",
    "link-expired": "link_over",
    "link-locked": "link_over",
    "missing-scope": "other_kind",
    "name-taken": "name_taken",
    "nameless-key": "nameless",
    "no-allocation": "missing",
    "no-edition": "missing",
    "no-link": "link_over",
    "no-product": "missing",
    "no-provider": "missing",
    "no-programme": "missing",
    "no-session": "fault_session",
    "no-setup": "missing",
    "no-such-version": "missing",
    "not-waiting": "not_waiting",
    "other-answer": "fault_form",
    "other-kind": "other_kind",
    "other-lender": "other_lender",
    "programme-closed": "closed",
    "proposed-meanwhile": "meanwhile",
    "retention-lock": "fault_locked",
    "same-person": "same_person",
    "says-nothing": "fault_form",
    "too-long": "fault_form",
}
"""Code of an error → how the page tells of it; of links, never which of these it was."""

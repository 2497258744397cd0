"""Who is on a page: an applicant who entered by a link and its code, or an officer by a key.

A form is only followed when it carries the mark of its session: another site can make a browser
send a form, but cannot know the mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request

from audit.decision import Decision
from features.errors import Refused
from serving.access import links, sessions
from serving.access.callers import Caller, NotAuthenticated, Scope, as_kind, as_scoped
from serving.api.routes import Running
from serving.pages.kept import decision_of


@dataclass(frozen=True)
class Applicant:
    """An applicant inside.

    Args:
        link: the id of the link by which they came.
        token: of their session.
        decision: what the link opens.
    """

    link: str
    token: str
    decision: Decision

    @property
    def mark(self) -> str:
        """Return what each of their forms carries."""
        return sessions.mark_of(self.token)


@dataclass(frozen=True)
class Officer:
    """An officer of a lender inside, or an official.

    Args:
        token: of their session.
        caller: who they are: what they do on a page is done by this person.
    """

    token: str
    caller: Caller

    @property
    def partner_id(self) -> str:
        """Return the partner they act for."""
        return self.caller.partner_id

    @property
    def mark(self) -> str:
        """Return what each of their forms carries."""
        return sessions.mark_of(self.token)


def applicant_inside(request: Request, link: str, service: Running) -> Applicant | None:
    """Return the applicant whose session came with the request; None for none by this link."""
    token = request.cookies.get(sessions.cookie_name(secure=request.app.state.secure), "")
    now, by = service.now(), links.hashed(link)
    decision_id = sessions.session_of(service.engine, token, now, by)
    if decision_id is None:
        return None
    decision = request.state.applicant = decision_of(service, decision_id)
    return Applicant(link, token, decision)


def staff_token(request: Request) -> str:
    """Return the token of a session of staff that came with the request; empty where none did."""
    return request.cookies.get(sessions.staff_cookie_name(secure=request.app.state.secure), "")


def officer_inside(request: Request, service: Running) -> Officer | None:
    """Return the officer whose session came with the request; None for none."""
    token = staff_token(request)
    found = sessions.staff_of(service.engine, token, service.now())
    if found is None:
        return None
    request.state.caller = found
    return Officer(token, found)


AnyApplicant = Annotated[Applicant | None, Depends(applicant_inside)]
AnyOfficer = Annotated[Officer | None, Depends(officer_inside)]


def applicant(inside: AnyApplicant) -> Applicant:
    """Return the applicant who is inside; raises NotAuthenticated (``no-session``) for none."""
    if inside is None:
        raise _outside("the code that came with the link")
    return inside


def someone(inside: AnyOfficer) -> Officer:
    """Return who of a partner's staff is inside; raises NotAuthenticated (``no-session``)."""
    if inside is None:
        raise _outside("a partner's key")
    return inside


Someone = Annotated[Officer, Depends(someone)]


def officer(inside: Someone) -> Officer:
    """Return the lender's officer who is inside; raises also Forbidden (``other-kind``)."""
    as_kind(inside.caller, "lender")
    return inside


def official(inside: Someone) -> Officer:
    """Return the official who is inside; raises also Forbidden (``other-kind``)."""
    as_kind(inside.caller, "official")
    return inside


def within(scope: Scope) -> Any:
    """Return what a page or a router of pages depends on, so that who is inside may do this.

    Raises Forbidden (``missing-scope``). Whether anybody is inside the page asks itself.
    """

    def check(inside: AnyOfficer) -> None:
        if inside is not None:
            as_scoped(inside.caller, scope)

    return Depends(check)


HERE: Final = ("same-origin", "none")
"""What a browser says of a form of the page itself, and of what a person asked for."""


def from_here(request: Request) -> None:
    """Refuse a form that another site sent, even one to enter by; raises Refused (``forged-form``).

    Who is let in by somebody else's key or code would answer in their name. A browser tells where
    a form comes from, an old one by its Origin alone; what tells nothing is no browser that could
    be made to send one.
    """
    if request.method != "POST":
        return
    said, origin = request.headers.get("sec-fetch-site", "none"), request.headers.get("origin")
    ours = {request.headers.get("host"), urlsplit(request.app.state.settings.public_url).netloc}
    if said not in HERE or (origin is not None and (urlsplit(origin).netloc or None) not in ours):
        raise _forged()


Mark = Annotated[str, Form(max_length=100)]


def applicants_form(inside: Annotated[Applicant, Depends(applicant)], mark: Mark) -> Applicant:
    """Return the applicant who sent a form of their own; raises Refused (``forged-form``)."""
    _own(inside.token, mark)
    return inside


def someones_form(inside: Someone, mark: Mark) -> Officer:
    """Return who of a partner's staff sent a form of their own; raises as `applicants_form`."""
    _own(inside.token, mark)
    return inside


def officers_form(inside: Annotated[Officer, Depends(officer)], mark: Mark) -> Officer:
    """Return the lender's officer who sent a form of their own; raises as `applicants_form`."""
    _own(inside.token, mark)
    return inside


def officials_form(inside: Annotated[Officer, Depends(official)], mark: Mark) -> Officer:
    """Return the official who sent a form of their own; raises as `applicants_form`."""
    _own(inside.token, mark)
    return inside


TheApplicant = Annotated[Applicant, Depends(applicant)]
TheOfficer = Annotated[Officer, Depends(officer)]
ApplicantsForm = Annotated[Applicant, Depends(applicants_form)]
OfficersForm = Annotated[Officer, Depends(officers_form)]
TheOfficial = Annotated[Officer, Depends(official)]
OfficialsForm = Annotated[Officer, Depends(officials_form)]
SomeonesForm = Annotated[Officer, Depends(someones_form)]


def _own(token: str, mark: str) -> None:
    if not sessions.is_marked(token, mark):
        raise _forged()


def _forged() -> Refused:
    return Refused(
        found="a form without the mark of its session, or from another site",
        expected="a form of the page itself",
        hint="Open the page again, and send the form from there.",
        code="forged-form",
    )


def _outside(expected: str) -> NotAuthenticated:
    return NotAuthenticated(
        found="no session, or one whose time is over",
        expected=expected,
        hint="Enter again.",
        code="no-session",
    )

"""The routes of businesses that a partner keeps here, their consents and their records."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from features.errors import Refused
from features.sources import SOURCES
from serving.access.callers import CallingPartner, scoped
from serving.api import business_schemas as schemas
from serving.api.idempotency import ONCE
from serving.api.lists import Listed
from serving.api.problems import responses
from serving.api.reader import WithRecords
from serving.api.routes import Running
from serving.api.routing import Router
from serving.applications import intake
from serving.business import businesses, consents, records
from serving.business.businesses import Version
from serving.business.consents import Consent, Given
from serving.business.records import Whose
from serving.reading.request import Business
from serving.reading.rows import Name
from serving.store import database

v1 = Router(
    prefix="/v1/businesses",
    tags=["businesses"],
    dependencies=[scoped("records")],
    route_class=WithRecords,
    responses=responses(401, 403, 422, 503),
)


@v1.get("", summary="List businesses")
def page(
    partner_id: CallingPartner, service: Running, asked: Annotated[Listed, Query()]
) -> schemas.Businesses:
    """Return a page of the businesses that you keep here, in order of their ids."""
    with database.session(service.engine) as session:
        found = businesses.page(session, partner_id, asked.cursor)
    listed = [
        schemas.BusinessListed(business_id=row.business_id, kept_at=row.kept_at)
        for row in found.rows
    ]
    return schemas.Businesses(businesses=listed, next_cursor=found.next_cursor)


@v1.put("/{business_id}", summary="Keep a business", responses=responses(400, 410))
def put(
    business_id: Name, partner_id: CallingPartner, asked: schemas.BusinessAsked, service: Running
) -> schemas.BusinessVersion:
    """Keep what is known of a business. What was known before stays known for its time."""
    now = service.now()
    facts = Business(**{name: getattr(asked, name) for name in Business.model_fields})
    with database.writing(service.engine) as session:
        made = businesses.put(
            session, Whose(partner_id, business_id), facts, asked.known_at or now, now
        )
    return told(made)


@v1.get("/{business_id}", summary="Read a business", responses=responses(404, 410))
def read(
    business_id: Name, partner_id: CallingPartner, service: Running
) -> schemas.BusinessVersion:
    """Return what is known of a business now."""
    with database.session(service.engine) as session:
        return told(businesses.find(session, Whose(partner_id, business_id)))


@v1.post(
    "/{business_id}/consents",
    status_code=201,
    summary="Keep a consent",
    dependencies=[ONCE],
    responses=responses(400, 404, 409, 410),
)
def grant(
    business_id: Name, partner_id: CallingPartner, asked: schemas.ConsentAsked, service: Running
) -> schemas.Consent:
    """Keep a consent of a business; the same one again is the one there is.

    Records that are kept here are used under a consent to their source and one to `scoring`.
    """
    given = Given(**asked.model_dump())
    with database.writing(service.engine) as session:
        businesses.check(session, Whose(partner_id, business_id))
        return told_consent(
            consents.grant(session, Whose(partner_id, business_id), given, service.now())
        )


@v1.get("/{business_id}/consents", summary="List consents", responses=responses(404, 410))
def list_consents(
    business_id: Name, partner_id: CallingPartner, service: Running
) -> schemas.Consents:
    """Return the consents of a business, those withdrawn too, the earliest first."""
    with database.session(service.engine) as session:
        businesses.check(session, Whose(partner_id, business_id))
        found = consents.listed(session, Whose(partner_id, business_id))
    return schemas.Consents(consents=[told_consent(one) for one in found])


@v1.post(
    "/{business_id}/withdrawals",
    summary="Withdraw a consent",
    dependencies=[ONCE],
    responses=responses(400, 404, 409, 410),
)
def withdraw(
    business_id: Name, partner_id: CallingPartner, asked: schemas.WithdrawalAsked, service: Running
) -> schemas.Consents:
    """Let a business withdraw its consent to a source or a purpose, and to all by `scoring`.

    From now on it is not used: not even for an application as of an earlier time.
    """
    now = service.now()
    with database.writing(service.engine) as session:
        businesses.check(session, Whose(partner_id, business_id))
        gone = consents.end(
            session, Whose(partner_id, business_id), asked.scope, asked.withdrawn_at or now, now
        )
        found = consents.listed(session, Whose(partner_id, business_id))
    if gone:
        database.wipe(service.engine)
    return schemas.Consents(consents=[told_consent(one) for one in found])


@v1.post("/{business_id}/records", summary="Keep records", responses=responses(400, 404, 409, 410))
def append(
    business_id: Name, partner_id: CallingPartner, asked: schemas.RecordsAsked, service: Running
) -> schemas.KeptAnswer:
    """Keep records of a business beside those there are, all of a request or none.

    A record sent again is kept once. What is known later, such as that a bill was paid, may be
    added to a record; with any other change it is refused.
    """
    now, sent = service.now(), schemas.given(asked)
    intake.check_kept(sent, now)
    with database.writing(service.engine) as session:
        businesses.check(session, Whose(partner_id, business_id))
        kept = records.append(session, Whose(partner_id, business_id), sent, now)
        for one in kept:
            _check_same(one, sent[one.source][SOURCES[one.source].key])
    return schemas.KeptAnswer(
        kept=[schemas.Kept.model_validate(one, from_attributes=True) for one in kept]
    )


@v1.get("/{business_id}/records", summary="Count records", responses=responses(404))
def count(business_id: Name, partner_id: CallingPartner, service: Running) -> schemas.Counts:
    """Return how many records are kept of each source, and from when to when."""
    with database.session(service.engine) as session:
        businesses.check(session, Whose(partner_id, business_id))
        found = records.counts(session, Whose(partner_id, business_id))
    return schemas.Counts(
        sources=[schemas.Count.model_validate(one, from_attributes=True) for one in found]
    )


@v1.delete(
    "/{business_id}/records/{source}",
    status_code=204,
    summary="Delete records",
    responses=responses(404),
)
def forget(
    business_id: Name, partner_id: CallingPartner, source: schemas.Source, service: Running
) -> None:
    """Delete what is kept of a source. Decisions made of it stay."""
    with database.writing(service.engine) as session:
        businesses.check(session, Whose(partner_id, business_id))
        records.forget(session, Whose(partner_id, business_id), source)


def told(made: Version) -> schemas.BusinessVersion:
    """Return what is known of a business as the API gives it."""
    return schemas.BusinessVersion(
        business_id=made.business_id,
        version=made.number,
        known_at=made.known_at,
        facts=schemas.Facts(**made.facts.model_dump(mode="json")),
    )


def told_consent(one: Consent) -> schemas.Consent:
    """Return a consent as the API gives it."""
    return schemas.Consent.model_validate(one, from_attributes=True)


def _check_same(kept: records.Kept, keys: list[str]) -> None:
    """Refuse what was kept before with other content; raises Refused (``record-differs``)."""
    for name, column in kept.differing.items():
        key = SOURCES[kept.source].key
        raise Refused(
            found=f"a {key} that was kept before with another {column}",
            expected="the same record, or one that adds what is known later",
            hint=f"Give another record a {key} of its own. To correct one, delete the records of "
            "its source and send them anew.",
            code="record-differs",
            where=f"{kept.source}/{keys.index(name)}/{column}",
        )

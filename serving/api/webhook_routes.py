"""The routes of webhooks: addresses of a lender's that are told of events."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from serving.access.callers import CallingPartner, scoped
from serving.api import webhook_schemas as schemas
from serving.api.idempotency import ONCE
from serving.api.lists import Listed
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.webhooks import addresses, outbox
from serving.webhooks.outside import Outside

v1 = Router(
    prefix="/v1/webhooks",
    tags=["webhooks"],
    dependencies=[scoped("webhooks")],
    responses=responses(401, 403, 422, 503),
)


def outside_of(request: Request) -> Outside:
    """Return what posts to the outside."""
    found: Outside = request.app.state.outside
    return found


@v1.post(
    "",
    status_code=201,
    summary="Name a webhook",
    dependencies=[ONCE],
    responses=responses(400, 409),
)
def add(
    asked: schemas.WebhookAsked,
    partner_id: CallingPartner,
    service: Running,
    outside: Annotated[Outside, Depends(outside_of)],
    response: Response,
) -> schemas.WebhookNamed:
    """Have an address of yours told of events, from now on.

    Messages are signed as Standard Webhooks has it, with a secret that is shown only here. Each
    comes at least once, in no certain order, and is thin: read what it is about by its `url`.
    """
    outside.check(asked.url)
    named = addresses.add(service.engine, partner_id, asked.url, list(asked.events), service.now())
    response.headers["Location"] = f"{v1.prefix}/{named.webhook.webhook_id}"
    response.headers["Cache-Control"] = "no-store"
    return _named(named)


@v1.get("", summary="List webhooks")
def listed(partner_id: CallingPartner, service: Running) -> schemas.Webhooks:
    """Return your webhooks, the oldest first."""
    found = addresses.of_partner(service.engine, partner_id)
    return schemas.Webhooks(webhooks=[_told(one) for one in found])


@v1.get("/{webhook_id}", summary="Read a webhook", responses=responses(404))
def read(webhook_id: str, partner_id: CallingPartner, service: Running) -> schemas.Webhook:
    """Return one of your webhooks."""
    return _told(addresses.find(service.engine, partner_id, webhook_id))


@v1.delete("/{webhook_id}", status_code=204, summary="Remove a webhook", responses=responses(404))
def remove(webhook_id: str, partner_id: CallingPartner, service: Running) -> None:
    """Remove one of your webhooks, with what waits for it."""
    addresses.remove(service.engine, partner_id, webhook_id)


@v1.post(
    "/{webhook_id}/rotate",
    summary="Change a webhook's secret",
    dependencies=[ONCE],
    responses=responses(400, 404, 409),
)
def rotate(
    webhook_id: str,
    asked: schemas.RotationAsked,
    partner_id: CallingPartner,
    service: Running,
    response: Response,
) -> schemas.WebhookNamed:
    """Give one of your webhooks a new secret; for a while the one before signs beside it."""
    overlap = timedelta(hours=asked.overlap_hours)
    response.headers["Cache-Control"] = "no-store"
    return _named(addresses.rotate(service.engine, partner_id, webhook_id, service.now(), overlap))


@v1.post(
    "/{webhook_id}/enable",
    summary="Tell a webhook again",
    responses=responses(404),
)
def enable(webhook_id: str, partner_id: CallingPartner, service: Running) -> schemas.Webhook:
    """Tell one of your webhooks of events again, which was told nothing any more."""
    return _told(addresses.enable(service.engine, partner_id, webhook_id))


@v1.get("/{webhook_id}/deliveries", summary="List deliveries", responses=responses(404))
def deliveries(
    webhook_id: str,
    partner_id: CallingPartner,
    service: Running,
    asked: Annotated[Listed, Query()],
) -> schemas.Deliveries:
    """Return a page of what one of your webhooks was told, with each attempt, the newest first."""
    addresses.find(service.engine, partner_id, webhook_id)
    page = outbox.deliveries(service.engine, webhook_id, asked.cursor)
    return schemas.Deliveries(
        deliveries=[_delivery(one) for one in page.rows], next_cursor=page.next_cursor
    )


@v1.post(
    "/{webhook_id}/deliveries/{delivery_id}/redeliver",
    summary="Deliver once more",
    responses=responses(404, 409),
)
def redeliver(
    webhook_id: str, delivery_id: str, partner_id: CallingPartner, service: Running
) -> schemas.Delivery:
    """Deliver once more what arrived or failed, under the same id."""
    addresses.find(service.engine, partner_id, webhook_id)
    return _delivery(outbox.again(service.engine, webhook_id, delivery_id, service.now()))


def _told(one: addresses.Webhook) -> schemas.Webhook:
    return schemas.Webhook.model_validate(one, from_attributes=True)


def _named(one: addresses.Named) -> schemas.WebhookNamed:
    return schemas.WebhookNamed(webhook=_told(one.webhook), secret=one.secret)


def _delivery(one: outbox.Delivery) -> schemas.Delivery:
    return schemas.Delivery.model_validate(one, from_attributes=True)

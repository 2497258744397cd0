"""What the API takes and gives of webhooks."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, Field, StrictInt

from serving.reading.rows import Asked
from serving.webhooks.addresses import Why
from serving.webhooks.outbox import Event, State
from serving.webhooks.outside import Fault

LONGEST: Final = 2000
"""Characters of an address."""


class WebhookAsked(Asked):
    """An address of yours, and what it is to be told of."""

    url: Annotated[str, Field(min_length=8, max_length=LONGEST, pattern=r"^[\x21-\x7e]+$")] = Field(
        description="HTTPS, at a host that the internet reaches. Redirects are not followed."
    )
    events: Annotated[frozenset[Event], Field(min_length=1)]


class RotationAsked(Asked):
    """For how long the secret before still signs."""

    overlap_hours: Annotated[StrictInt, Field(ge=0, le=168)] = Field(
        default=24, description="Messages carry both signatures meanwhile."
    )


class Webhook(BaseModel):
    """An address that is told of events."""

    webhook_id: str
    url: str
    events: list[Event]
    made_at: AwareDatetime
    failing_since: AwareDatetime | None = Field(
        description="Since when it takes nothing; None while it takes what it is sent."
    )
    disabled_at: AwareDatetime | None = Field(
        description="From when on it is told nothing; None while it is."
    )
    why: Why | None = Field(
        description="It is told nothing: it took nothing for days (`failing`), or answered 410."
    )


class WebhookNamed(BaseModel):
    """A webhook and its new secret."""

    webhook: Webhook
    secret: str = Field(description="By which to verify messages; shown only here.")


class Webhooks(BaseModel):
    """Your webhooks, the oldest first."""

    webhooks: list[Webhook]


class Attempt(BaseModel):
    """One attempt at a delivery."""

    number: int
    at: AwareDatetime
    milliseconds: int
    status: int | None = Field(description="Of the answer; None where none came.")
    fault: Fault | None = Field(
        description="Why none came: the `name` leads nowhere, the `address` is not public, the "
        "certificate is not trusted (`tls`), it took too long, or the `connection` failed."
    )


class Delivery(BaseModel):
    """An event on its way to a webhook, or arrived."""

    delivery_id: str = Field(description="The `webhook-id` that it is sent under.")
    event: Event
    made_at: AwareDatetime
    state: State
    due_at: AwareDatetime | None = Field(description="When it is tried next; None once nothing is.")
    attempts: list[Attempt]


class Deliveries(BaseModel):
    """A page of a webhook's deliveries, the newest first."""

    deliveries: list[Delivery]
    next_cursor: str | None = Field(description="Ask with it for the next page; None at the end.")

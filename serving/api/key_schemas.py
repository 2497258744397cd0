"""What the API takes and gives of a partner's own keys."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from serving.access.callers import SCOPES, Scope, State
from serving.reading.rows import Asked, Name

Prefix = Annotated[str, Field(min_length=12, max_length=12, pattern="^[0-9a-f]+$")]


class KeyAsked(Asked):
    """A key to be made."""

    person: Name = Field(description="Who is to hold it, by your own name for them.")
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(SCOPES))] = Field(
        description="What it is to open."
    )
    days: Annotated[int, Field(strict=True, ge=1, le=730)] | None = Field(
        default=None, description="For how long; if not given, as the installation has it: a year."
    )


class Overlap(Asked):
    """For how long a key works beside the one that takes its place."""

    hours: Annotated[int, Field(strict=True, ge=0, le=720)] = Field(
        default=168, description="From now on."
    )


class Key(BaseModel):
    """A key of yours; its secret is not kept."""

    prefix: str = Field(description="By which it is named: lbg_<prefix>_<secret>.")
    person: str = Field(description="Who holds it; empty where nobody said.")
    scopes: list[Scope]
    created_at: AwareDatetime
    expires_at: AwareDatetime
    revoked_at: AwareDatetime | None
    last_used_on: date | None = Field(description="The last day, UTC, on which it was shown.")
    given_by: str | None = Field(
        description="The administrator's key by which it was made or put in another's place. Null "
        "where the operator made it: only such a key proposes and verifies."
    )
    state: State


class Keys(BaseModel):
    """Your keys, the oldest first."""

    keys: list[Key]


class NewKey(BaseModel):
    """A key just made."""

    key: str = Field(description="With its secret, shown only here.")
    prefix: str

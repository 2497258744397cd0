"""The routes by which officials read editions: what is told of periods that are over."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path, Response
from pydantic import AwareDatetime, BaseModel, Field

from audit.editions.sections import Edition
from serving.access.callers import Official, scoped
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.editions import keeping

v1 = Router(
    prefix="/v1/editions",
    tags=["editions"],
    dependencies=[scoped("audit")],
    responses=responses(401, 403, 404, 422, 503),
)

EditionName = Annotated[
    str, Path(pattern=r"^\d{4}(-(\d{2}|Q[1-4]|H[12]))?$", description="Such as 2026-Q3.")
]


class EditionListed(BaseModel):
    """An edition: of which days, when it was made, and whether people in it are simulated."""

    name: str = Field(description="Of the period, such as 2026-Q3.")
    first: date
    last: date = Field(description="The last day; both are of it.")
    made_at: AwareDatetime
    simulated: bool


class Editions(BaseModel):
    """All editions, the newest first."""

    editions: list[EditionListed]


@v1.get("", summary="List editions")
def list_all(by: Official, service: Running) -> Editions:
    """List what was told of periods that are over; no period lies over another."""
    del by
    found = keeping.editions(service.engine)
    listed = [EditionListed.model_validate(one, from_attributes=True) for one in found]
    return Editions(editions=listed)


@v1.get("/{edition}", summary="Read an edition", response_model=Edition)
def read(edition: EditionName, by: Official, service: Running) -> Response:
    """Return an edition to the letter: SHA-256 of this answer is what its ledger entry holds.

    It holds aggregates only: None is hidden, since it would tell of fewer than ten.
    """
    del by
    kept = keeping.find(service.engine, edition)
    return Response(kept.text, media_type="application/json")

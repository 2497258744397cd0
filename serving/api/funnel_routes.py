"""The route by which officials see how far applications come, of a period that is over."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from audit.editions.sections import Edition, Missing, Reached, Why
from serving.access.callers import Official, scoped
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.editions import keeping

v1 = Router(
    prefix="/v1/funnel",
    tags=["programmes"],
    dependencies=[scoped("audit")],
    responses=responses(401, 403, 404, 503),
)


class FunnelPlace(BaseModel):
    """How many asked in a kecamatan, and what share of them was found eligible."""

    kecamatan: str
    asked: int
    eligible: float = Field(description="0 … 1.")


class NewestFunnel(BaseModel):
    """How far the applications of all lenders came that were decided in the last closed period."""

    edition: str = Field(description="The name of the period, such as 2026-Q3.")
    first: date
    last: date = Field(description="The last day; both are of it.")
    missing: Why | None = Field(description="Why nothing is told; None where something is.")
    asked: int | None = Field(description="Applications decided on.")
    stages: list[Reached]
    places: list[FunnelPlace] = Field(description="Of which something may be told.")


@v1.get("", summary="How far do applications come?")
def funnel(by: Official, service: Running) -> NewestFunnel:
    """Return the funnel of the newest edition: of a period that is over, and never of today.

    Two looks at a number that moves would tell of the one who moved it. Numbers under ten are
    hidden, and so are others by which these could be found. Each application counts once, at the
    furthest stage it came to by the end of the period; `allocated` is of programmes.
    """
    del by
    return _told(keeping.newest(service.engine))


def _told(edition: Edition) -> NewestFunnel:
    found = edition.funnel
    told = None if isinstance(found, Missing) else found
    return NewestFunnel(
        edition=edition.name,
        first=edition.first,
        last=edition.last,
        missing=found.why if isinstance(found, Missing) else None,
        asked=told.asked if told else None,
        stages=list(told.stages) if told else [],
        places=[
            FunnelPlace(kecamatan=one.kecamatan, asked=one.asked, eligible=one.eligible.value)
            for one in (told.places if told else ())
        ],
    )

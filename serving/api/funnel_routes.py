"""The route by which officials see how far businesses come, aggregates only."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from audit.funnel import STAGES, Place, Stage
from serving.access.callers import Official, scoped
from serving.api.problems import responses
from serving.api.routes import Running
from serving.lending.reached import reached

v1 = APIRouter(
    prefix="/v1/funnel",
    tags=["programmes"],
    dependencies=[scoped("audit")],
    responses=responses(401, 403, 503),
)


class Reached(BaseModel):
    """How many businesses came to a stage. None is hidden: it would tell of fewer than ten."""

    stage: Stage
    stopped: int | None = Field(description="Came no further.")
    reached: int | None = Field(description="Came as far, or further.")


class FunnelPlace(BaseModel):
    """How far the businesses of a kecamatan came, or all of them."""

    kecamatan: str = Field(description="BPS code; empty where it is not known, and for all.")
    asked: int | None = Field(description="Businesses that asked; each counts once.")
    stages: list[Reached]


class Funnel(BaseModel):
    """How far the businesses of all lenders came, by kecamatan and in all."""

    places: list[FunnelPlace]
    total: FunnelPlace


@v1.get("", summary="How far do businesses come?")
def funnel(by: Official, service: Running) -> Funnel:
    """Count businesses from asking to paying back, by kecamatan; numbers under ten are hidden.

    So are others by which these could be found. Each business counts once, at the furthest stage it
    came to; `allocated` and `repaid` are of programmes.
    """
    del by
    found = reached(service.engine)
    return Funnel(places=[_told(one) for one in found.places], total=_told(found.total))


def _told(place: Place) -> FunnelPlace:
    stages = zip(STAGES, place.stopped, place.reached, strict=True)
    return FunnelPlace(
        kecamatan=place.kecamatan,
        asked=place.asked,
        stages=[Reached(stage=s, stopped=one, reached=far) for s, one, far in stages],
    )

"""A model behind MLflow's scoring protocol: ``/invocations``, ``/ping``, ``/health``, ``/version``.

It stands in for ``mlflow models serve`` where other systems, validators above all, hold feature
vectors: the same answers, without pandas and without MLflow. It decides nothing, keeps nothing
and asks nobody who they are, so it listens on loopback unless told otherwise.
"""

from __future__ import annotations

import importlib.metadata
from typing import Final

import pydantic_core
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.risk import RiskModel
from models.told import columns
from serving.api import problems
from serving.api.bodies import Bounded
from serving.model_server.vectors import read

JSON: Final = "application/json"

SHORT: Final = 64 * 1024
"""Bytes of a body that is answered sooner than another thread would take it over."""


def create_app(model: RiskModel) -> Starlette:
    """Return the application that serves a model."""

    async def invoke(request: Request) -> Response:
        said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if said != JSON:
            raise HTTPException(415, f"Send {JSON}.")
        body = await request.body()
        if len(body) <= SHORT:
            return Response(answer(model, body), media_type=JSON)
        return Response(await run_in_threadpool(answer, model, body), media_type=JSON)

    async def ping(request: Request) -> Response:
        del request
        return Response("\n", media_type=JSON)

    async def version(request: Request) -> Response:
        del request
        return Response(importlib.metadata.version("lumbung"), media_type=JSON)

    return Starlette(
        routes=[
            Route("/invocations", invoke, methods=["POST"]),
            Route("/ping", ping),
            Route("/health", ping),
            Route("/version", version),
        ],
        middleware=[Middleware(Bounded)],
        exception_handlers=problems.HANDLERS,
    )


def answer(model: RiskModel, body: bytes) -> bytes:
    """Return what is answered to a body, an object for each vector; raises as `read`."""
    found = columns(model, read(body))
    rows = [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
    return pydantic_core.to_json({"predictions": rows})

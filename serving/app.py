"""The service as a whole, made from its settings."""

from __future__ import annotations

import contextlib
import importlib.metadata
import logging
from collections.abc import AsyncIterator

from fastapi import FastAPI

from audit.decide import Rules
from audit.result import Policy
from features.errors import Unavailable
from matching.shelf import PRODUCTS, load_products
from serving import database, problems, routes
from serving.registry import champion
from serving.service import Service
from serving.settings import Settings

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """Return the service's application.

    Starting it brings the database's schema up to date and fetches the champion. Without a
    champion it starts all the same, is not ready, and looks again when asked.
    """
    engine = database.connect(settings.database)
    service = Service(engine, lambda: rules(settings))

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        database.migrate(engine)
        try:
            service.in_force()
        except Unavailable as error:
            log.warning("not ready: %s", error)
        yield
        engine.dispose()

    app = FastAPI(
        title="Lumbung",
        version=importlib.metadata.version("lumbung"),
        summary="Credit scoring and loan matching for small businesses (UMKM).",
        lifespan=lifespan,
    )
    app.state.service = service
    problems.install(app)
    app.include_router(routes.v1)
    app.include_router(routes.health)
    return app


def rules(settings: Settings) -> Rules:
    """Return what decides: the champion, the products and the policy; raises Unavailable."""
    found = champion(settings.registry, settings.home / "champions")
    return Rules(
        model_version=found.version,
        model=found.model,
        products=load_products(settings.products or PRODUCTS),
        policy=Policy(),
        examples=settings.offer_examples,
    )

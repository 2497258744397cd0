"""The service as a whole, made from its settings."""

from __future__ import annotations

import contextlib
import importlib.metadata
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

from fastapi import FastAPI

from audit.result import Policy
from audit.rules import Rules
from features.errors import Unavailable
from matching.shelf import PRODUCTS, load_products
from matching.support import load_programmes
from models.rules import VERSION, RulesOnly
from serving import database
from serving.api import (
    allocation_routes,
    case_routes,
    examples,
    fit_routes,
    key_routes,
    problems,
    product_routes,
    programme_routes,
    routes,
)
from serving.api.bodies import Bounded
from serving.master import master_of
from serving.pages.applicant import applicants
from serving.pages.notices import notices
from serving.pages.officials import officials
from serving.pages.products import portal
from serving.pages.staff import staff
from serving.registry import Registered, challenger, champion
from serving.sealed import unlock
from serving.service import Service
from serving.settings import Settings

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """Return the service's application.

    Starting it reads the master key, brings the database's schema up to date and fetches champion
    and challenger. Without a champion it starts all the same, is not ready, and looks again when
    asked.
    """
    engine = database.connect(settings.database)
    service = Service(
        engine, lambda: rules(settings), challenge=lambda: challenger_beside(settings)
    )

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        unlock(engine, master_of(settings))
        database.migrate(engine)
        try:
            service.in_force()
        except Unavailable as error:
            log.warning("not ready: %s", error)
        yield
        service.end()

    app = FastAPI(
        title="Lumbung",
        version=importlib.metadata.version("lumbung"),
        summary="Credit scoring and loan matching for small businesses (UMKM).",
        lifespan=lifespan,
        generate_unique_id_function=lambda route: "_".join([*map(str, route.tags), route.name]),
    )
    app.state.service = service
    app.state.secure = settings.environment == "production"
    app.state.settings = settings
    problems.install(app)
    examples.install(app)
    app.add_middleware(Bounded)
    app.include_router(routes.v1)
    app.include_router(fit_routes.v1)
    app.include_router(case_routes.v1)
    app.include_router(key_routes.v1)
    for of_programmes in (product_routes, programme_routes, allocation_routes):
        app.include_router(of_programmes.v1)
    app.include_router(notices)
    app.include_router(routes.health)
    for pages in (applicants, staff, portal, officials):
        app.include_router(pages)
    return app


def rules(settings: Settings) -> Rules:
    """Return what decides: the champion, the products and the policy; raises Unavailable.

    Where the settings say so the rules stand in the champion's place, and no registry is asked.
    """
    alone = Rules(
        model_version=VERSION,
        model=RulesOnly(),
        products=load_products(settings.products or PRODUCTS),
        policy=Policy(),
        examples=settings.offer_examples,
        why="LUMBUNG_SCORER is rules",
        programmes=load_programmes(),
    )
    if settings.scorer == "rules":
        return alone
    found = champion(settings.registry, settings.home / "champions")
    return replace(
        alone, model_version=found.version, model=found.model, until=found.until, why=None
    )


def challenger_beside(settings: Settings) -> Registered | None:
    """Return the challenger that scores in shadow; none where only the rules are to be used."""
    if settings.scorer == "rules":
        return None
    return challenger(settings.registry, settings.home / "challengers")

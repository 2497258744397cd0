"""The service as a whole, made from its settings."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Final

from fastapi import FastAPI
from sqlalchemy import Engine

from features.errors import Unavailable
from serving.access.identity import provider_of
from serving.access.rates import Rates, counts_of
from serving.access.trail import Trail
from serving.api import (
    allocation_routes,
    business_routes,
    case_routes,
    edition_routes,
    erasing_routes,
    examples,
    export_routes,
    fit_routes,
    funnel_routes,
    idempotency,
    job_routes,
    key_routes,
    ledger_routes,
    lender_routes,
    problems,
    product_routes,
    programme_routes,
    protected_routes,
    reference,
    repayment_routes,
    routes,
    upload_routes,
    webhook_routes,
)
from serving.api.bodies import Bounded
from serving.api.limits import Rated
from serving.api.shielded import Shielded
from serving.api.traced import Traced
from serving.jobs.deciding import Batches
from serving.jobs.keeping import Uploads
from serving.jobs.work import Work
from serving.operation import observed
from serving.operation.metrics import Metrics
from serving.operation.watch import Watch
from serving.pages.account import account
from serving.pages.applicant import applicants
from serving.pages.editions import editions
from serving.pages.notices import notices
from serving.pages.officials import officials
from serving.pages.products import portal
from serving.pages.provided import provided
from serving.pages.staff import staff
from serving.rules.rulebook import Rulebook
from serving.service import Service
from serving.settings import Settings
from serving.store import database
from serving.store.master import master_of
from serving.store.sealed import unlock
from serving.webhooks.courier import Courier
from serving.webhooks.outside import Outside

log = logging.getLogger(__name__)

SECONDS_IDLE: Final = 5.0
"""After which a worker that found nothing to do looks again, if nobody pokes it before."""

ROUTERS: Final = (
    *(routes.v1, fit_routes.v1, case_routes.v1, key_routes.v1, erasing_routes.v1),
    export_routes.v1,
    *(product_routes.v1, programme_routes.v1, allocation_routes.v1),
    *(business_routes.v1, protected_routes.v1, upload_routes.v1),
    *(lender_routes.v1, repayment_routes.v1, job_routes.v1),
    *(ledger_routes.v1, webhook_routes.v1, funnel_routes.v1, edition_routes.v1),
    *(notices, routes.health, routes.figures),
    *(applicants, staff, portal, officials, editions, account, provided),
)
"""In the order in which the description lists them. They are not included, which FastAPI answers by
working out each of their routes once more."""


def create_app(settings: Settings) -> FastAPI:
    """Return the service's application.

    Starting it reads the master key, brings the database's schema up to date and fetches champion
    and challenger, which it goes on to follow. Without a champion it starts all the same, is not
    ready, and looks again when asked.
    """
    service, secure = service_of(settings), settings.environment == "production"
    app = FastAPI(
        title="Lumbung",
        version=importlib.metadata.version("lumbung"),
        summary="Credit scoring and loan matching for small businesses (UMKM).",
        lifespan=functools.partial(lifespan, settings, service),
        docs_url=None,  # ours asks nobody else
        redoc_url=None,
    )
    app.state.service = service
    app.state.secure = secure
    app.state.settings = settings
    app.state.provider = provider_of(settings)
    app.state.outside = Outside(strict=secure)
    app.state.rates = Rates(None, settings)
    problems.install(app)
    examples.install(app)
    idempotency.install(app)
    app.add_middleware(Rated)
    app.add_middleware(Bounded)
    app.add_middleware(Traced)
    observed.install(app, service.metrics)
    app.add_middleware(Shielded, secure=secure)
    app.router.routes.extend(route for router in ROUTERS for route in router.routes)
    app.router.routes.extend(() if secure else reference.ROUTES)
    return app


def service_of(settings: Settings) -> Service:
    """Return the service of settings; nothing is asked of anybody yet."""
    engine = database.connect(
        settings.database,
        connections=settings.database_connections,
        seconds=settings.database_seconds,
    )
    metrics = Metrics()
    book = Rulebook(settings, metrics.looked)
    return Service(
        engine,
        book.rules,
        challenge=book.challenger,
        alone=lambda: book.alone,
        metrics=metrics,
    )


@contextlib.asynccontextmanager
async def lifespan(settings: Settings, service: Service, app: FastAPI) -> AsyncIterator[None]:
    """Start what runs behind the answers of an application, and end it with it."""
    engine, state = service.engine, app.state
    look = looking(engine, service)

    def now() -> datetime:
        return service.now()  # whatever clock it has by then

    unlock(engine, master_of(settings))
    with contextlib.suppress(Unavailable):  # the watch looks again, and says so
        look()
    counts = counts_of(engine, settings)
    state.rates = Rates(counts, settings, service.metrics.uncounted.inc)
    courier = Courier(engine, state.outside, now)
    state.trail = trail = Trail(engine)
    state.watch = watch = Watch(look, settings.registry_seconds)
    state.work = work = Work([Batches(service).step])
    state.worker = worker = Watch(work.run, SECONDS_IDLE)
    uploads = Uploads(service)
    state.keeping = keeping = Work([uploads.step])
    state.keeper = keeper = Watch(keeping.run, SECONDS_IDLE)
    for behind in (courier, watch, worker, keeper):
        behind.start()
    yield
    for ending in (watch, work, keeping, uploads, worker, keeper, courier, trail):
        ending.end()
    if counts is not None:
        counts.close()
    service.end()


def looking(engine: Engine, service: Service) -> Callable[[], None]:
    """Return what brings the schema up to date once, then looks for what decides each time.

    It raises Unavailable while the database is away or there is no champion.
    """
    done = False

    def look() -> None:
        nonlocal done
        if not done:
            with database.faults():
                database.migrate(engine)
            done = True
        service.refresh()

    return look

"""Requests to send to the service, and how one is started on a folder of its own."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyotp
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import URL, Engine, create_engine, text

from audit.decision import Decision
from serving.access.callers import Caller, Kind
from serving.app import create_app
from serving.applications import decisions
from serving.applications.review import Erasing
from serving.lending.products import OURS
from serving.reading.request import Application
from serving.service import Service
from serving.settings import Settings
from serving.store import database
from serving.store.master import Master, read
from tests.audit.cases import APPLICATION, AS_OF, BUSINESS, NOW, history
from tests.matching.cases import product
from tests.training.cases import Row

Json = dict[str, Any]

APPLICATIONS = "/v1/applications"
DECISIONS = ("d-granary", "d-mill")
"""Ids of the decisions in the database `decided`, one of each partner."""

HOW = Erasing(Path("none"))
"""How answers erase, where none does."""

FEW_DAYS = 10
"""Of history: enough where only the request matters."""


def as_json(rows: list[Row]) -> list[Json]:
    """Return payments as a request has them."""
    return [
        {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
            if name != "business_id"
        }
        for row in rows
    ]


def body(days: int = FEW_DAYS, **changed: Any) -> Json:
    """Return the request that `tests.audit.cases.APPLICATION` came from, but for *changed*."""
    return {
        "application_id": APPLICATION.application_id,
        "business_id": APPLICATION.business_id,
        "as_of": AS_OF.isoformat(),
        "amount": APPLICATION.amount,
        "tenor_months": APPLICATION.tenor_months,
        "purpose": APPLICATION.purpose,
        "business": business(),
        "payments": as_json(history(days)),
        **changed,
    }


def business(**changed: Any) -> Json:
    """Return the facts of the business as a request has them, but for *changed*."""
    return {
        "started_on": str(BUSINESS.started_on),
        "kbli": BUSINESS.kbli,
        "kecamatan": BUSINESS.kecamatan,
        "documents": sorted(BUSINESS.documents or ()),
        "active_bank_loans": BUSINESS.active_bank_loans,
        "programme_loan": BUSINESS.programme_loan,
        "existing_instalments": BUSINESS.existing_instalments,
        **changed,
    }


def asked(days: int = FEW_DAYS, **changed: Any) -> Application:
    """Return the same request as the service reads it."""
    return Application.model_validate_json(json.dumps(body(days, **changed)))


def payment(**changed: Any) -> Json:
    """Return one payment as a request has it, but for *changed*."""
    return {**as_json(history(1))[0], **changed}


def caller(partner_id: str, person: str, kind: Kind = "lender") -> Caller:
    """Return who asks by a key of a person's own."""
    return Caller(partner_id, kind, f"{partner_id[:5]}-{person}"[:16], person)


ANI, BUDI, MILLER = caller("granary", "ani"), caller("granary", "budi"), caller("mill", "budi")
"""Two people of a lender, and one of another."""


def terms(**changed: Any) -> Json:
    """Return the terms that `tests.matching.cases.product` has, as granary proposes them."""
    whole = product().model_dump(mode="json")
    return {name: value for name, value in whole.items() if name not in OURS} | changed


def bearer(key: str) -> dict[str, str]:
    """Return the header that shows a key."""
    return {"Authorization": f"Bearer {key}"}


def wrong_code(code: str) -> str:
    """Return another code of as many digits."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def service_of(app: FastAPI) -> Service:
    """Return what the routes of an application work with."""
    service = app.state.service
    assert isinstance(service, Service)
    return service


@contextlib.contextmanager
def started(settings: Settings) -> Iterator[TestClient]:
    """Start the service with these settings, its clock at `NOW`, and give a client of it.

    A fault of the service reaches the client as an answer, as it would over a network.
    """
    app = create_app(settings)
    service_of(app).now = lambda: NOW
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


MASTER_KEY = base64.b64encode(b"m" * 32).decode()
"""What the file of the master key holds, wherever a test writes one."""

MASTER = Master(read(MASTER_KEY))


def kept(url: str | URL) -> list[tuple[Any, ...]]:
    """Return id, partner and sealed record of each decision, over a connection of its own."""
    return rows(url, "select decision_id, partner_id, sealed from decisions")


def rows(url: str | URL, statement: str) -> list[tuple[Any, ...]]:
    """Return what a statement gives, over a connection of its own."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return found


def change(url: str | URL, statement: str) -> None:
    """Carry out a statement that gives nothing, over a connection of its own."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def keep(engine: Engine, decision: Decision) -> None:
    """Put a decision into the database, as the service does but without what follows upon it."""
    with database.writing(engine) as session:
        decisions.keep(session, decision)


def code_at(secret: str, now: datetime) -> str:
    """Return what a telephone shows at a time."""
    return pyotp.TOTP(secret).at(now)

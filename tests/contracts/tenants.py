"""A service with two lenders and two offices, of which one of each has something of everything."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from audit.decide import decide
from audit.editions.period import containing
from models.risk import RiskModel
from serving.access import accounts, keys, links, sessions
from serving.access.callers import SCOPES, Scope
from serving.access.keys import Asked
from serving.api.examples import example
from serving.applications import cases
from serving.jobs import arriving, batches, uploads
from serving.jobs.uploads import File
from serving.lending import budgets, products, programmes
from serving.lending.budgets import Budget
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import place, seal
from serving.tables import DeliveryRow, OutcomeRow
from serving.webhooks import addresses
from tests.audit.cases import APPLICATION, NOW, STAMP, history, records_of, rules
from tests.serving.cases import ANI, Json, bearer, service_of, started, terms
from tests.serving.editions.edition_cases import edition
from tests.serving.pages.programme_cases import keep_allocation, stocked
from tests.serving.programme_cases import SEED, TUTI, entered, favoured, opened, put_in
from tests.serving.programme_cases import terms as programme

MINE: Final = {"lender": "granary", "official": "dinas"}
OTHER: Final = {"lender": "mill", "official": "bupati"}
"""Kind → the partner whose everything is, and another of that kind."""

PERSON: Final = {"granary": "budi", "dinas": "wawan", "mill": "joko", "bupati": "rini"}
"""Partner → who holds its key: somebody who has proposed nothing."""

DECISION: Final = "rahasia-granary"
BUSINESS: Final = "usaha-granary"
HOOK: Final = "https://rahasia.granary.example/hook"
WROTE: Final = "Tulisan untuk granary saja."

PART: Final = example("uploads_put", "application/octet-stream").encode()

REPORT: Final = example("repayments_report", "application/json")

CHANGES: Final = {
    "api_keys": {"last_used_on"},
    "sessions": {"seen_at"},
}
"""Table → columns that change whenever somebody asks."""

Rows = dict[str, set[tuple[Any, ...]]]


@dataclass(frozen=True)
class World:
    """The service.

    Args:
        client: of it.
        engine: its database.
        ids: name of a part of an address → what it is of those whose everything is.
        bodies: the same of a part of a body.
        link: of the applicant, with its code.
        private: what nobody else may be told.
    """

    client: TestClient
    engine: Engine
    ids: dict[str, str]
    bodies: Json
    link: links.Issued
    private: tuple[str, ...]

    def key(
        self,
        partner_id: str,
        scopes: Iterable[Scope] = SCOPES,
        lives: timedelta = keys.LIVES,
        ago: timedelta = timedelta(),
    ) -> str:
        """Return a new key of a partner."""
        asked = Asked(PERSON[partner_id], scopes, lives)
        return keys.issue(self.engine, partner_id, asked, NOW - ago)

    def session(self, partner_id: str) -> sessions.Session:
        """Open a session of a partner's staff."""
        return sessions.for_staff(self.engine, self.key(partner_id), NOW)

    def applicant(self) -> sessions.Session:
        """Open the session of the applicant."""
        return links.enter(self.engine, self.ids["link"], self.link.code, NOW)

    def rows(self) -> Rows:
        """Return all that the database holds, but for what changes whenever somebody asks."""
        with contextlib.closing(sqlite3.connect(str(self.engine.url.database))) as kept:
            named = "select name from sqlite_master where type = 'table'"
            return {name: _rows(kept, name) for (name,) in kept.execute(named).fetchall()}

    @contextlib.contextmanager
    def restored(self) -> Iterator[None]:
        """Bring the database back to what it was, whatever is done to it meanwhile."""
        file = str(self.engine.url.database)
        with (
            contextlib.closing(sqlite3.connect(file)) as kept,
            contextlib.closing(sqlite3.connect(":memory:")) as before,
        ):
            kept.backup(before)
            yield
            self.engine.dispose()
            before.backup(kept)


def _rows(kept: sqlite3.Connection, name: str) -> set[tuple[Any, ...]]:
    found = kept.execute(f'select * from "{name}"')  # noqa: S608  a name of ours
    columns = [column[0] for column in found.description]
    held = [at for at, column in enumerate(columns) if column not in CHANGES.get(name, ())]
    return {tuple(row[at] for at in held) for row in found.fetchall()}


@contextlib.contextmanager
def world(home: Path, model: RiskModel) -> Iterator[World]:
    """Start the service, fill it, and give it."""
    home.mkdir()
    settings = Settings(
        environment="development",
        home=home,
        database_url="",
        mlflow_uri="",
        scorer="rules",
        rate_address_per_minute=10**6,
        rate_per_minute=10**6,
        rate_per_second=10**5,
    )
    with started(settings) as client:
        assert isinstance(client.app, FastAPI)
        service = service_of(client.app)
        client.app.state.work.end()
        client.app.state.keeping.end()  # what changes is what is asked for here
        ids, bodies, link = _fill(service.engine, model)
        made = World(client, service.engine, ids, bodies, link, ())
        _keep_business(made)
        private = (
            *(DECISION, BUSINESS, HOOK, WROTE),
            *(ids["case_id"], ids["prefix"], ids["job_id"]),
            ids["upload_id"],
        )
        yield World(client, service.engine, ids, bodies, link, private)


def _fill(engine: Engine, model: RiskModel) -> tuple[dict[str, str], Json, links.Issued]:
    """Let granary and dinas have something of everything; return what it is called."""
    for kind, partner_id in [*MINE.items(), *OTHER.items()]:
        keys.add_partner(engine, partner_id, partner_id, kind)  # type: ignore[arg-type]
    stocked(engine)
    products.propose(engine, "seed", terms(note="waits"), ANI, NOW, ())
    opened(engine, limits=[])
    programmes.propose(engine, "batang", programme(source="waits"), TUTI, NOW)
    put_in(engine, 10**8)
    budgets.propose(engine, "batang", SEED, Budget(at_most=10**7), ANI, NOW)
    made = decide(APPLICATION, records_of(history()), rules(model), STAMP)
    entered(engine, favoured(made, DECISION), ("women",))
    keep_allocation(engine)
    with database.writing(engine) as session:
        its = {"programme_id": "batang", "number": 1, "decision_id": DECISION}
        at_place = place("outcomes", "record", "batang", 1, DECISION)
        came = (
            b'{"application_id":"x","code":"no_product_fits","product_id":null,'
            b'"choice":null,"fitting":0,"no_room":[]}'
        )
        record = seal(session, "granary", APPLICATION.business_id, at_place, came)
        session.add(OutcomeRow(**its, partner_id="granary", record=record))
    case = cases.ask_for_person(engine, DECISION, WROTE, NOW)
    link = links.issue(engine, DECISION, NOW)
    key = keys.issue(engine, "granary", Asked("siti", ["read"]), NOW)
    webhook_id = addresses.add(engine, "granary", HOOK, ["decision.made"], NOW).webhook.webhook_id
    with database.session(engine) as session, session.begin():
        whose = {"delivery_id": "surat-granary", "webhook_id": webhook_id, "body": "{}"}
        at = {"made_at": NOW, "since": NOW, "due_at": NOW, "attempts": 9}
        session.add(DeliveryRow(**whose, **at, event="decision.made", state="failed"))
    job_id = batches.start(engine, "granary", [b"{}"], NOW).job_id
    file = File("payments", "ndjson", len(PART), hashlib.sha256(PART).hexdigest())
    upload_id = uploads.begin(engine, "granary", file, NOW).upload_id
    arriving.put(engine, "granary", upload_id, 1, PART)
    token = accounts.add(engine, "budi", "granary", "budi", NOW)
    ids = {
        "token": token,
        "decision_id": DECISION,
        "job_id": job_id,
        "upload_id": upload_id,
        "business_id": BUSINESS,
        "source": "payments",
        "case_id": case.case_id,
        "product_id": "seed",
        "programme_id": "batang",
        "link": link.url_path.removeprefix(links.PATH),
        "webhook_id": webhook_id,
        "delivery_id": "surat-granary",
        "prefix": key.split("_")[1],
        "name": "demand",
        "edition": edition(engine, containing("quarter", NOW.date()), NOW).name,
        "kind": "json",
        "part": "questions",
        "table": "kinds",
    }
    return (
        ids,
        {
            "decision_id": DECISION,
            "lender": {"id": "granary", "name": "Granary", "kind": "bank"},
            "reports": [{**REPORT, "decision_id": DECISION}],
        },
        link,
    )


def _keep_business(here: World) -> None:
    """Let granary keep a business here, with consents and records: the examples' own."""
    headers = bearer(here.key("granary"))
    for method, path, operation, changed in (
        ("PUT", "", "businesses_put", {}),
        ("POST", "/consents", "businesses_grant", {}),
        ("POST", "/consents", "businesses_grant", {"scope": "scoring"}),
        ("POST", "/consents", "businesses_grant", {"scope": "fairness_audit"}),
        ("POST", "/records", "businesses_append", {}),
        ("PUT", "/protected", "protected_put", {}),
    ):
        url = f"/v1/businesses/{BUSINESS}{path}"
        sent = {**example(operation, "application/json"), **changed}
        answer = here.client.request(method, url, headers=headers, json=sent)
        assert answer.is_success, answer.text


def number(path: str) -> str:
    """Return the number of what waits, or of what there is one of."""
    return "1" if "/allocations/" in path or "/parts/" in path else "2"

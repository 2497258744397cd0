"""A service that holds something of everything, put in over its own API by whoever may.

Everything that has a name is remembered by what the name is called in addresses, and so is what
later answers name, so that who makes requests up can ask for something that there is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx2

from benchmarks.journal import EXAMPLE
from benchmarks.nursery import Nursery
from lumbung.demo_programme import PROGRAMME
from serving.access.callers import SCOPES
from serving.access.keys import issue_key
from serving.api.examples import LINES, example
from serving.store import database
from serving.tables import Base, DeliveryRow, JobRow

LENDER, OFFICE = "bank-jateng", "dinas"
PEOPLE: Final = {"ani": LENDER, "budi": LENDER, "tuti": OFFICE, "wawan": OFFICE}
"""Who holds a key → of which partner; the second of each verifies what the first proposes."""

OFFICIAL: Final = {
    *("programmes_propose", "programmes_history", "programmes_verify"),
    *("programmes_allocate", "programmes_made", "programmes_read"),
    "programmes_funnel",
}
"""Operations for officials; all others are for lenders, or for both."""

NAMES: Final = frozenset(
    (
        *("decision_id", "case_id", "business_id", "product_id", "programme_id", "number"),
        *("prefix", "job_id", "webhook_id", "delivery_id", "source", "upload_id"),
    )
)
"""What names are called in addresses, bodies and answers."""

FEW: Final = 5

REMEMBERED: Final = 40
"""The latest names of a kind."""


@dataclass
class Stocked:
    """What there is to ask for.

    Args:
        keys: person → key.
        names: what a name is called → the latest of them.
        right: operation → names that lead somewhere together.
        bodies: operation → what is to be sent with those names.
    """

    keys: dict[str, str]
    names: dict[str, deque[Any]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=REMEMBERED))
    )

    right: dict[str, deque[dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=REMEMBERED))
    )
    bodies: dict[str, Any] = field(default_factory=dict)

    def remember(self, answer: Any) -> None:
        """Remember what an answer names, but for the keys by which requests are sent."""
        if isinstance(answer, list):
            for one in answer:
                self.remember(one)
        elif isinstance(answer, dict):
            for name, value in answer.items():
                if (
                    name in NAMES
                    and "/" not in str(value)
                    and value not in self.names[name]
                    and not self.own(value)
                ):
                    self.names[name].append(value)
                self.remember(value)

    def may(self, operation: str) -> Sequence[str]:
        """Return the keys of those who may ask for an operation: who proposes, who verifies."""
        of = OFFICE if operation in OFFICIAL else LENDER
        return [self.keys[person] for person, partner in PEOPLE.items() if partner == of]

    def own(self, value: Any) -> bool:
        """Return whether a value is of a key by which requests are sent, or none."""
        return value is None or any(str(value) in key for key in self.keys.values())


@contextlib.contextmanager
def stocked(server: Nursery, home: Path, registry: Path) -> Iterator[Stocked]:
    """Start a service with the champion of a *registry*, stock it, and in the end kill it.

    Args:
        server: where servers come from.
        home: an empty folder.
        registry: the SQLite file of an MLflow store.
    """
    url = f"sqlite:///{home}/lumbung.db"
    engine = database.connect(url)
    database.migrate(engine)
    keys = {
        person: issue_key(
            engine,
            partner,
            partner,
            person=person,
            kind="official" if partner == OFFICE else "lender",
            scopes=SCOPES,
        )
        for person, partner in PEOPLE.items()
    }
    stock = Stocked(keys)
    server.start(
        {
            "environment": "development",
            "home": str(home),
            "database_url": url,
            "mlflow_uri": f"sqlite:///{registry}",
            "offer_examples": "true",
            **dict.fromkeys(("rate_per_second", "rate_per_minute"), "1000000"),
            "rate_address_per_minute": "1000000",
        }
    )
    try:
        with httpx2.Client(base_url=server.url, timeout=60) as client:
            _fill(Stock(client, stock))
        with database.session(engine) as session, session.begin():
            session.add_all(_by_hand(stock))
        yield stock
    finally:
        engine.dispose()
        server.kill()


@dataclass(frozen=True)
class Stock:
    """Who puts things in."""

    client: httpx2.Client
    stock: Stocked

    def put_in(self, person: str, method: str, path: str, sent: Any = None) -> Any:
        """Send a request that is right; raises AssertionError when it is not answered as such."""
        headers = {"Authorization": f"Bearer {self.stock.keys[person]}"}
        answer = self.client.request(method, f"/v1{path}", json=sent, headers=headers)
        if not answer.is_success:
            raise AssertionError(f"{method} {path}: {answer.text}")
        made = answer.json() if answer.content else None
        self.stock.remember(made)
        return made


def _fill(here: Stock) -> None:
    """Put in something of everything: what is proposed is verified, and proposed once more."""
    now = datetime.now(UTC)
    _proposed(here, ("ani", "budi"), "/products/seed", _body("products_propose"))
    _proposed(here, ("tuti", "wawan"), "/programmes/batang", PROGRAMME)
    _proposed(here, ("ani", "budi"), "/programmes/batang/budgets/seed", {"at_most": 3 * 10**8})
    here.stock.remember({"programme_id": "batang", "product_id": "seed"})
    here.stock.names["source"] += ["payments", "bills"]
    for number in range(3):
        business = f"/businesses/usaha-{number}"
        here.put_in("ani", "PUT", business, _body("businesses_put"))
        here.put_in("ani", "POST", f"{business}/consents", _body("businesses_grant"))
        here.put_in("ani", "POST", f"{business}/records", _body("businesses_append"))
    whole = json.loads(EXAMPLE.read_text("utf-8"))
    for number in range(6):
        its = {"application_id": f"asked-{number}", "business_id": f"asked-{number}"}
        thin: dict[str, Any] = {"payments": []} if number % 2 else {}
        made = here.put_in("ani", "POST", "/applications", {**whole, **its, **thin})
        decision = f"/decisions/{made['decision_id']}"
        here.put_in("ani", "POST", f"{decision}/links")
        here.put_in("ani", "POST", f"{decision}/repayments", _repaid(now))
        if made["result"]["kind"] == "eligible":
            agreed = {"decision_id": made["decision_id"], "agreed_at": now.isoformat()}
            here.put_in("ani", "POST", "/programmes/batang/entries", agreed)
    here.put_in("tuti", "POST", "/programmes/batang/allocations")
    here.stock.right["programmes_outcomes"].append({"programme_id": "batang", "number": 1})
    here.put_in("ani", "POST", "/keys", _body("keys_issue"))
    here.put_in("ani", "POST", "/webhooks", _body("webhooks_add"))
    here.put_in("ani", "GET", "/cases")
    _ask_for_a_batch(here)
    _upload(here)


def _proposed(here: Stock, people: tuple[str, str], path: str, sent: Any) -> None:
    one, other = people
    here.put_in(one, "PUT", path, sent)
    here.put_in(other, "POST", f"{path}/versions/1/verify")
    here.put_in(one, "PUT", path, sent)
    here.stock.remember(
        dict(zip(("programme_id", "product_id"), path.split("/")[2::2], strict=False))
    )


def _ask_for_a_batch(here: Stock) -> None:
    headers = {"Authorization": f"Bearer {here.stock.keys['ani']}", "Content-Type": LINES}
    answer = here.client.post("/v1/jobs", content=example("jobs_start", LINES), headers=headers)
    here.stock.remember(answer.raise_for_status().json())


def _upload(here: Stock) -> None:
    """Begin uploads: of some the only part is to come, of others it is there."""
    row = {"business_id": "usaha-0", **_body("businesses_append")["payments"][0]}
    file = json.dumps(row).encode()
    here.stock.bodies["uploads_put"] = file
    about = {"bytes": len(file), "sha256": hashlib.sha256(file).hexdigest()}
    for number in range(2 * FEW):
        begun = here.put_in("ani", "POST", "/uploads", {**_body("uploads_begin"), **about})
        names = {"upload_id": begun["upload_id"], "number": 1}
        if number % 2:
            headers = {"Authorization": f"Bearer {here.stock.keys['ani']}"}
            at = f"/v1/uploads/{begun['upload_id']}/parts/1"
            here.client.put(at, content=file, headers=headers).raise_for_status()
            here.stock.right["uploads_complete"].append({"upload_id": begun["upload_id"]})
        else:
            here.stock.right["uploads_put"].append(names)


def _body(operation: str) -> Any:
    """Return the documented example of what an operation takes."""
    return example(operation, "application/json")


def _repaid(now: datetime) -> Any:
    times = {"as_of": now.isoformat(), "disbursed_at": (now - timedelta(minutes=1)).isoformat()}
    return {**_body("repayments_report"), **times}


def _by_hand(stock: Stocked) -> Iterator[Base]:
    """Give what it would take days or luck to come by: failed events, batches that run for long."""
    now = datetime.now(UTC)
    webhook_id = stock.names["webhook_id"][0]
    for number in range(FEW):
        delivery = {"webhook_id": webhook_id, "delivery_id": f"delivery-{number}"}
        stock.right["webhooks_redeliver"].append(delivery)
        event = {"event": "decision.made", "body": "{}", "state": "failed", "attempts": 9}
        yield DeliveryRow(**delivery, **event, made_at=now, since=now, due_at=now)
        job = {"job_id": f"job-{number}"}
        stock.right["jobs_cancel"].append(job)
        counts = {"of": 1, "done": 0, "bad": 0, "state": "running", "leased_by": "elsewhere"}
        until = now + timedelta(days=1)
        yield JobRow(**job, **counts, partner_id=LENDER, made_at=now, leased_until=until)

"""The same request under the same key gets the same answer, and nothing is done twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from features.errors import Unavailable
from serving.api.idempotency import LEASE, REPLAYED
from serving.business import consents
from serving.settings import Settings
from serving.store import database
from serving.tables import ClaimRow
from serving.webhooks.addresses import MOST
from tests.audit.cases import NOW
from tests.serving.api.test_problems import problem
from tests.serving.cases import APPLICATIONS, body, kept, service_of, started
from tests.serving.conftest import ON_SQLITE

Headers = dict[str, str]
WEBHOOKS = "/v1/webhooks"
NAMED = {"url": "https://lender.example/told", "events": ["decision.made"]}


def keyed(headers: Headers, key: str = "k-1") -> Headers:
    return {**headers, "Idempotency-Key": key}


@ON_SQLITE
@pytest.mark.parametrize("since", ["nothing", "a withdrawal", "no champion"])
def test_a_decision_whose_process_died_before_its_answer_was_kept_is_told_again(
    app: FastAPI,
    client: TestClient,
    url: str,
    granary: Headers,
    since: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is done between the commit and the end of the answer is not done: the claim stands."""
    service = service_of(app)
    with monkeypatch.context() as dead:
        dead.setattr("serving.api.idempotency._settle", lambda *_: None)
        lost = client.post(APPLICATIONS, json=body(), headers=keyed(granary))
    at_once = client.post(APPLICATIONS, json=body(), headers=keyed(granary))
    problem(at_once, 409, "idempotency-in-progress")
    now = service.now() + LEASE
    service.now = lambda: now
    if since == "a withdrawal":
        consents.withdraw(service.engine, lost.json()["decision_id"], now)
    elif since == "no champion":
        monkeypatch.setattr(service, "in_force", nothing_decides)
    again = client.post(APPLICATIONS, json=body(), headers=keyed(granary))
    assert (again.status_code, again.content) == (201, lost.content)
    assert again.headers["Location"] == lost.headers["Location"]
    assert REPLAYED not in again.headers
    assert len(kept(url)) == 1
    third = client.post(APPLICATIONS, json=body(), headers=keyed(granary))
    assert (third.content, third.headers[REPLAYED]) == (lost.content, "true")


def nothing_decides() -> Any:
    """Stand in for a service that has no champion any more."""
    raise Unavailable(found="none", expected="one", hint="Promote one.", code="no-champion")


@ON_SQLITE
def test_a_link_is_made_once_and_its_code_told_again(
    client: TestClient, file: Path, granary: Headers
) -> None:
    """Without the key each request makes a new link, which ends the one before."""
    made = client.post(APPLICATIONS, json=body(), headers=granary).json()
    address = f"/v1/decisions/{made['decision_id']}/links"
    first = client.post(address, headers=keyed(granary))
    again = client.post(address, headers=keyed(granary))
    assert (again.status_code, again.content) == (201, first.content)
    assert (first.headers.get(REPLAYED), again.headers[REPLAYED]) == (None, "true")
    assert again.headers["Cache-Control"] == "no-store"
    assert client.post(address, headers=granary).json()["code"] != first.json()["code"]
    stored = b"".join(part.read_bytes() for part in file.parent.glob("lumbung.db*"))
    assert first.json()["code"].encode() not in stored


def test_a_decision_under_a_key_is_told_again_with_its_place(
    client: TestClient, url: str, granary: Headers
) -> None:
    first = client.post(APPLICATIONS, json=body(), headers=keyed(granary))
    again = client.post(APPLICATIONS, json=body(), headers=keyed(granary))
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert len(kept(url)) == 1


def test_another_worker_gives_the_same_answer(
    client: TestClient, settings: Settings, granary: Headers
) -> None:
    first = client.post(WEBHOOKS, json=NAMED, headers=keyed(granary))
    with started(settings) as other:
        again = other.post(WEBHOOKS, json=NAMED, headers=keyed(granary))
        assert len(other.get(WEBHOOKS, headers=granary).json()["webhooks"]) == 1
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize(
    "changed", [{"events": ["case.answered"]}, {"url": "https://lender.example/other"}], ids=str
)
def test_another_request_under_the_same_key_is_refused(
    client: TestClient, granary: Headers, changed: dict[str, Any]
) -> None:
    client.post(WEBHOOKS, json=NAMED, headers=keyed(granary))
    other = client.post(WEBHOOKS, json={**NAMED, **changed}, headers=keyed(granary))
    problem(other, 422, "idempotency-key-reused")
    assert len(client.get(WEBHOOKS, headers=granary).json()["webhooks"]) == 1


def test_a_key_of_another_partner_is_another_key(
    client: TestClient, granary: Headers, mill: Headers
) -> None:
    mine = client.post(WEBHOOKS, json=NAMED, headers=keyed(granary)).json()
    theirs = client.post(WEBHOOKS, json=NAMED, headers=keyed(mill)).json()
    assert mine["secret"] != theirs["secret"]


def test_while_the_first_runs_the_second_is_told_to_wait(
    client: TestClient, app: FastAPI, granary: Headers
) -> None:
    running, go_on = threading.Event(), threading.Event()
    engine = service_of(app).engine

    def now() -> datetime:
        """Return the time; the first request to look at it once it is claimed waits."""
        if threading.current_thread().name != "courier" and not running.is_set():
            with database.session(engine) as session:
                if session.query(ClaimRow).count():
                    running.set()
                    assert go_on.wait(30)
        return NOW

    service_of(app).now = now
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, WEBHOOKS, json=NAMED, headers=keyed(granary))
        assert running.wait(30)
        second = client.post(WEBHOOKS, json=NAMED, headers=keyed(granary))
        go_on.set()
        answered = first.result()
    problem(second, 409, "idempotency-in-progress")
    assert second.headers["Retry-After"] == "1"
    again = client.post(WEBHOOKS, json=NAMED, headers=keyed(granary))
    assert (again.status_code, again.content) == (201, answered.content)


def test_what_was_refused_may_be_sent_again_under_its_key(
    client: TestClient, granary: Headers
) -> None:
    for _ in range(MOST):
        last = client.post(WEBHOOKS, json=NAMED, headers=granary)
    problem(client.post(WEBHOOKS, json=NAMED, headers=keyed(granary)), 409, "too-many-webhooks")
    client.delete(last.headers["Location"], headers=granary)
    assert client.post(WEBHOOKS, json=NAMED, headers=keyed(granary)).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "ü", "x" * 256])
def test_a_key_that_is_none_is_refused(client: TestClient, granary: Headers, key: str) -> None:
    headers = [(name.encode(), value.encode()) for name, value in keyed(granary, key).items()]
    problem(client.post(WEBHOOKS, json=NAMED, headers=headers), 422, "bad-request")

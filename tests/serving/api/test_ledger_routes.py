"""A partner sees where the ledger ends, and its own entries in it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from audit.chain import Entry
from serving.api import ledger_routes
from serving.ledger import checkpoints
from serving.ledger.checkpoints import public_key, take
from serving.settings import Settings
from serving.store.sealed import unlocked
from tests.audit.cases import NOW
from tests.serving.api.test_problems import problem
from tests.serving.cases import APPLICATIONS, Json, body
from tests.serving.conftest import ON_SQLITE

Headers = dict[str, str]
HEAD, ENTRIES = "/v1/ledger/head", "/v1/ledger/entries"


def entries(client: TestClient, headers: Headers) -> list[Json]:
    """Return all entries of a partner, page by page."""
    found: list[Json] = []
    cursor: str | None = None
    while True:
        asked = {} if cursor is None else {"cursor": cursor}
        page = client.get(ENTRIES, params=asked, headers=headers).json()
        found += page["entries"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_each_partner_sees_its_own_entries_and_where_all_of_them_end(
    client: TestClient, app: FastAPI, granary: Headers, mill: Headers
) -> None:
    del app
    before = client.get(HEAD, headers=granary).json()
    made = client.post(APPLICATIONS, json=body(), headers=granary).json()
    client.post(APPLICATIONS, json=body(), headers=mill)
    after = client.get(HEAD, headers=granary).json()
    assert after["number"] == before["number"] + 2
    mine = entries(client, granary)[-1]
    assert (mine["kind"], mine["subject"]) == ("decision", made["decision_id"])
    assert mine["number"] == before["number"] + 1
    assert mine["previous"] == before["hash"]
    theirs = entries(client, mill)[-1]
    assert (theirs["number"], theirs["hash"]) == (after["number"], after["hash"])
    assert theirs["previous"] == mine["hash"]
    assert made["decision_id"] not in {one["subject"] for one in entries(client, mill)}


def test_whoever_has_an_entry_can_compute_its_hash(
    client: TestClient, app: FastAPI, granary: Headers
) -> None:
    del app
    client.post(APPLICATIONS, json=body(), headers=granary)
    told = entries(client, granary)
    assert told
    for one in told:
        at = datetime.fromisoformat(one["at"])
        said = (one["kind"], "granary", one["subject"], one["digest"], one["previous"])
        assert Entry(one["number"], at, *said).hash == one["hash"]


@ON_SQLITE
def test_checkpoints_are_listed_as_they_were_signed_the_newest_first(
    client: TestClient, settings: Settings, granary: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, later = unlocked(settings), NOW + timedelta(days=1)
    made = [take(engine, settings, at).model_dump() for at in (NOW, later, later)]
    engine.dispose()
    address = "/v1/ledger/checkpoints"
    whole = client.get(address, headers=granary).json()
    assert whole == {"checkpoints": made[1::-1], "next_cursor": None}
    monkeypatch.setattr(checkpoints, "PAGE", 1)
    first = client.get(address, headers=granary).json()
    asked = {"cursor": first["next_cursor"]}
    second = client.get(address, params=asked, headers=granary).json()
    assert [*first["checkpoints"], *second["checkpoints"]] == whole["checkpoints"]
    key = public_key(settings)
    assert [checkpoints.read(json.dumps(one), key)[0] for one in whole["checkpoints"]] == [
        one["number"] for one in whole["checkpoints"]
    ]


def test_entries_come_page_by_page_the_oldest_first(
    client: TestClient, app: FastAPI, granary: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    del app
    for n in range(3):
        client.post(APPLICATIONS, json=body(application_id=f"a-{n}"), headers=granary)
    whole = entries(client, granary)
    monkeypatch.setattr(ledger_routes, "PAGE", 1)
    assert entries(client, granary) == whole
    numbers = [one["number"] for one in whole]
    assert (numbers, len(numbers)) == (sorted(set(numbers)), len(whole))
    problem(client.get(ENTRIES, params={"cursor": "x"}, headers=granary), 422, "bad-cursor")

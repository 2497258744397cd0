"""A PostgreSQL without room takes nothing and loses nothing, and goes on when there is some."""

from __future__ import annotations

import os
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import make_transient

from benchmarks.journal import application
from benchmarks.kills import Place
from benchmarks.nursery import Nursery
from benchmarks.postgresql import SEGMENT, Cluster
from features.errors import Unavailable
from serving.store import database
from serving.tables import DecisionRow


def fill(engine: Engine) -> None:
    """Put decisions of random bytes beside the one there is until there is room for no more."""
    for number in range(1000):
        try:
            with database.session(engine) as session, session.begin():
                row = session.scalars(select(DecisionRow).limit(1)).one()
                make_transient(row)
                row.decision_id = row.application_id = f"filler-{number}"
                row.sealed = os.urandom(40_000)
                session.add(row)
        except Unavailable:
            return
    pytest.fail("there is always room")


def test_without_room_a_decision_is_not_answered_and_those_there_are_stay(
    tmp_path: Path, server: Nursery, cluster: Cluster
) -> None:
    place = Place(tmp_path, cluster.create("full"))
    headers = {"Authorization": f"Bearer {place.prepare()}"}
    server.start(place.settings)
    engine = database.connect(place.url)
    with httpx2.Client(base_url=server.url, headers=headers, timeout=60) as client:
        first, second = (
            {**application(), "application_id": name} for name in ("before", "meanwhile")
        )
        made = client.post("/v1/applications", json=first)
        cluster.stop("fast")
        cluster.start(2 * SEGMENT)
        fill(engine)
        refused = client.post("/v1/applications", json=second)
        assert (refused.status_code, refused.json()["code"]) == (503, "database-away")
        assert "Retry-After" in refused.headers
        assert client.get(made.headers["Location"]).content == made.content
        cluster.stop()
        cluster.start()
        again = client.post("/v1/applications", json=second)
        assert again.status_code == 201
        assert client.post("/v1/applications", json=first).content == made.content
    engine.dispose()
    server.kill()

"""What clients see while the champion changes under load, and whether each answer is of one model.

The alias of the registry moves from version to version; each time it is waited for until every
worker has the other and an answer came of it. Afterwards each answer is read again, and its
probability and points are worked out anew by the very version that it names.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import numpy as np
from sqlalchemy import select

from benchmarks import champions
from benchmarks.journal import Acknowledged, Journal, again, application, load, same
from benchmarks.kills import Place
from benchmarks.served import Served, served, until
from features.catalogue import NAMES
from lumbung.cli import progress
from models.reasons import take_apart
from models.risk import RiskModel
from serving.store import database
from serving.tables import LedgerRow
from training.tracking import Tracker

VERSIONS: Final = 3
CLIENTS: Final = 4
TOKEN: Final = "swaps" * 8
LOOKS: Final = "0.2"
"""Seconds between a worker's looks in the registry."""

DECIDES: Final = re.compile(
    r'^lumbung_champion_workers{version="(\d+)"} ([1-9]\d*)\.0$', re.MULTILINE
)


@dataclass(frozen=True)
class Swapping:
    """A service whose champion is to change.

    Args:
        server: the service.
        tracker: of its registry.
        workers: of the service.
        headers: of a partner.
    """

    server: Served
    tracker: Tracker
    workers: int
    headers: dict[str, str]

    def swap(self, version: int, name: str) -> None:
        """Promote a version; return when all workers have it and one of them answered by it."""
        self.tracker.promote(version)
        with httpx2.Client(base_url=self.server.url, timeout=30) as client:
            until(lambda: self._decide(client) == {str(version): self.workers})
            asked = {**application(), "application_id": f"swap-{name}"}
            answer = client.post("/v1/applications", json=asked, headers=self.headers)
        if answer.json()["versions"]["model"] != str(version):
            raise AssertionError(f"not swapped to {version}: {answer.text}")

    def _decide(self, client: httpx2.Client) -> dict[str, int]:
        """Return in how many workers which version decides."""
        text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
        return {version: int(workers) for version, workers in DECIDES.findall(text)}


def swapped(home: Path, times: int, workers: int, seed: int = 0) -> dict[str, Any]:
    """Change the champion so many times under load; return what was counted."""
    uri, began = f"sqlite:///{home}/mlflow.db", time.monotonic()
    place = Place(home, f"sqlite:///{home}/lumbung.db")
    tracker, key = Tracker(uri, home / "mlartifacts"), place.prepare()
    champions.register(tracker, VERSIONS)
    tracker.promote(1)
    said = {"scorer": "champion", "registry_seconds": LOOKS, "metrics_token": TOKEN}
    headers = {"Authorization": f"Bearer {key}"}
    order = _order(times, seed)
    with (
        (home / "journal").open("a", encoding="utf-8") as file,
        served({**place.settings, **said}, home / "log", workers=workers) as server,
    ):
        journal, swapping = Journal(file), Swapping(server, tracker, workers, headers)
        with load(server.url, key, journal, CLIENTS, "load"), progress("swaps") as step:
            for number, version in enumerate(order):
                step(f"version {version}", number, times)
                swapping.swap(version, str(number))
                journal.await_more(1)
        models = champions.registered(uri, VERSIONS)
        seen = _seen(server.url, headers, journal.acknowledged.values(), models)
    entered = _champions(place.url)
    return {
        "times": times,
        "workers": workers,
        "seconds": round(time.monotonic() - began, 1),
        "answers": dict(journal.answers),
        "failed": journal.answers.total() - journal.answers["201"],
        **seen,
        "entered": len(entered) - 1,
        "entered_otherwise": int(entered != [1, *order]),
    }


def _order(times: int, seed: int) -> list[int]:
    """Return the versions to swap to, none twice in a row, beginning from 1."""
    chance, order = random.Random(seed), [1]  # noqa: S311  of nothing secret
    for _ in range(times):
        order.append(chance.choice([v for v in range(1, VERSIONS + 1) if v != order[-1]]))
    return order[1:]


def _seen(
    url: str,
    headers: dict[str, str],
    acknowledged: Iterable[Acknowledged],
    models: dict[str, RiskModel],
) -> dict[str, Any]:
    """Count the answers by version, those that are of no one version, and those that are lost."""
    by, mixed, lost = Counter[str](), 0, 0
    with httpx2.Client(base_url=url, headers=headers, timeout=30) as client:
        for one in acknowledged:
            answer = again(client, one)
            if not same(answer, one):
                lost += 1
                continue
            kept = answer.json()
            by[kept["versions"]["model"]] += 1
            mixed += not _of_one(kept, models[kept["versions"]["model"]])
    return {"by_version": dict(sorted(by.items())), "mixed": mixed, "lost": lost}


def _of_one(kept: dict[str, Any], model: RiskModel) -> bool:
    """Return whether digest, probability, score and reasons are all those of the model."""
    values = [kept["features"][name] for name in NAMES]
    vector = np.array([[np.nan if value is None else value for value in values]])
    points, said = take_apart(model, vector)[0], kept["points"]
    return (
        kept["versions"]["model_digest"] == model.digest
        and kept["probability_of_default"] == float(model.probability(vector, "granary")[0])
        and (said["score"], said["base"]) == (points.score, points.base)
        and {one["code"]: one["points"] for one in said["by_reason"]} == dict(points.by_reason)
    )


def _champions(url: str) -> list[int]:
    """Return which versions the ledger says were champions, in order."""
    engine = database.connect(url)
    asked = select(LedgerRow.subject).where(LedgerRow.kind == "champion")
    with database.session(engine) as session:
        found = [int(subject) for subject in session.scalars(asked.order_by(LedgerRow.number))]
    engine.dispose()
    return found

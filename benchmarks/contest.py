"""Services side by side: started together, given the same to do, and held against each other.

What ours answers has the score, its reasons, next steps and offers, and is on disk; the peers do
less, and `benchmarks.peers` says what each leaves out. All decide on the same simulated businesses
by the same trees, and unless their scores are the same nothing is given to be timed.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2

from benchmarks.load import NUMBER, Answered, Asked, asked, load, number
from benchmarks.prepared import JSON, PARTNER, Business, for_peers, keep, registered, written
from benchmarks.prepared import stocked_shelf as stock
from benchmarks.servers import Server, ours, peer
from benchmarks.watched import TICK
from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.store import database

APPLY: Final = "/v1/applications"
SCORE: Final = "/score"

AS_MUCH: Final = {"naive": "lumbung", "bare": "lumbung", "naive_sent": "lumbung_sent"}
"""Peer → ours that decides on the same."""


@dataclass(frozen=True)
class Turn:
    """What came of a candidate's turn.

    Args:
        came: what the client saw.
        cpu_seconds: that the server took of the processor.
    """

    came: Answered
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Return answers a second."""
        return len(self.came.took) / self.came.seconds

    @property
    def cpu_each(self) -> float:
        """Return seconds of the processor that the server took for an answer."""
        return self.cpu_seconds / len(self.came.took)


@dataclass(frozen=True)
class Candidate:
    """A server, and what it is asked.

    Args:
        server: that answers.
        requests: asked one after the other, over and over.
        answers: the first to each, read whole.
    """

    server: Server
    requests: Sequence[Asked]
    answers: Sequence[Mapping[str, Any]]

    def answer(self, connections: int, seconds: float) -> Turn:
        """Let it answer for so long on so many connections."""
        before = self.server.cpu_seconds()
        came = load(self.server.port, self.requests, connections, seconds)
        return Turn(came, max(self.server.cpu_seconds() - before, TICK))


@dataclass(frozen=True)
class Given:
    """What all are given.

    Args:
        folder: an empty one, for everything on disk.
        model: the champion.
        few: businesses with few payments, to be kept; more: others with more of them.
        products: how many ours matches with.
        workers: of each server.
    """

    folder: Path
    model: RiskModel
    few: Sequence[Business]
    more: Sequence[Business]
    products: int
    workers: int

    @property
    def database(self) -> str:
        """Return the URL of our database."""
        return f"sqlite:///{self.folder}/lumbung.db"

    @property
    def settings(self) -> dict[str, str]:
        """Return the settings of our service."""
        return {
            "environment": "development",
            "home": str(self.folder),
            "database_url": self.database,
            "mlflow_uri": f"sqlite:///{self.folder}/mlflow.db",
            "products": str(self.folder / "products"),
        }


@contextlib.contextmanager
def candidates(given: Given) -> Iterator[dict[str, Candidate]]:
    """Give the candidates by name, their servers running; in the end these are killed.

    Raises:
        AssertionError: a server does not answer, or not with the score that ours gives.
    """
    key, folder, few, more = _prepared(given), given.folder, given.few, given.more
    with (
        peer("naive", folder / "peers", given.workers) as naive,
        peer("bare", folder / "peers", given.workers) as bare,
        ours(given.settings, folder / "log", given.workers) as own,
    ):
        naive.await_ready()
        bare.await_ready()
        keep(own.url, key, [*few, *more])
        kept = {
            "lumbung": _Asking(own, APPLY, key, [_to_decide(b) for b in few]),
            "lumbung_more": _Asking(own, APPLY, key, [_to_decide(b) for b in more]),
            "lumbung_sent": _Asking(own, APPLY, key, [_to_decide(b, sent=True) for b in more]),
            "naive": _Asking(naive, SCORE, "", [_to_score(b) for b in few]),
            "naive_sent": _Asking(naive, SCORE, "", [_to_score(b, sent=True) for b in more]),
        }
        found = {name: asking.first() for name, asking in kept.items()}
        vectors = [_to_take_apart(answer) for answer in found["lumbung"]]
        kept["bare"] = _Asking(bare, SCORE, "", vectors)
        found["bare"] = kept["bare"].first()
        refuse_to_differ({name: list(map(score, answers)) for name, answers in found.items()})
        yield {name: asking.candidate(found[name]) for name, asking in kept.items()}


def refuse_to_differ(scores: Mapping[str, Sequence[int]]) -> None:
    """Raise AssertionError unless the peers' scores are ours."""
    for name, its in AS_MUCH.items():
        if scores[name] != scores[its]:
            raise AssertionError(f"{name} and {its} differ: {scores[name]}, {scores[its]}")


def score(answer: Mapping[str, Any]) -> int:
    """Return the score of an answer, be it ours or a peer's."""
    found: int = answer["points"]["score"] if "points" in answer else answer["score"]
    return found


@dataclass(frozen=True)
class _Asking:
    """What a server is to be asked: bodies in which `NUMBER` stands."""

    server: Server
    path: str
    key: str
    bodies: Sequence[str]

    def first(self) -> list[dict[str, Any]]:
        """Return the answers, read whole."""
        headers = {**JSON, "Authorization": f"Bearer {self.key or None}"}
        with httpx2.Client(base_url=self.server.url, headers=headers, timeout=60) as client:
            return [self._answer(client, body) for body in self.bodies]

    def _answer(self, client: httpx2.Client, body: str) -> dict[str, Any]:
        answer = client.post(self.path, content=body.replace(NUMBER, number()))
        if not answer.is_success:
            raise AssertionError(f"{self.path}: {answer.text}")
        told: dict[str, Any] = answer.json()
        return told

    def candidate(self, found: Sequence[Mapping[str, Any]]) -> Candidate:
        """Return the candidate, each of whose answers must have the score that was found."""
        requests = [
            asked(self.path, body, self.key, f'"score":{score(answer)}')
            for body, answer in zip(self.bodies, found, strict=True)
        ]
        return Candidate(self.server, requests, found)


def _prepared(given: Given) -> str:
    """Lay everything out; return the key of a partner."""
    engine = database.connect(given.database)
    database.migrate(engine)
    key = issue_key(engine, PARTNER, "Granary", person="ani")
    engine.dispose()
    registered(given.folder, given.model)
    stock(given.folder / "products", given.products)
    for_peers(given.folder / "peers", given.model, given.few)
    return key


def _asks(one: Business) -> dict[str, Any]:
    return {"application_id": NUMBER, "business_id": one.business_id, **one.asks}


def _to_decide(one: Business, *, sent: bool = False) -> str:
    """Return a request of ours, by records that it keeps or by payments that are sent."""
    payments = {"payments": one.records["payments"], "business": one.facts}
    return written({**_asks(one), **(payments if sent else {"records_from": "kept"})})


def _to_score(one: Business, *, sent: bool = False) -> str:
    payments = {"payments": one.records["payments"]}
    return written({**_asks(one), **(payments if sent else {})})


def _to_take_apart(answer: Mapping[str, Any]) -> str:
    """Return the feature vector of a decision, for the peer that takes one."""
    said = {"application_id": NUMBER, "features": list(answer["features"].values())}
    return json.dumps(said, separators=(",", ":"))

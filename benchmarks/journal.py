"""Clients that write down, on disk, what a server acknowledged: what it may never lose again."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Final

import httpx2

EXAMPLE: Final = Path(__file__).resolve().parents[1] / "docs" / "examples" / "application.json"
PATIENCE: Final = 120.0
"""Seconds within which some application is acknowledged, whatever happens to servers meanwhile."""

PAUSE: Final = 0.05
"""Seconds before the same request is sent again."""

AGAIN: Final = frozenset({HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers that ask for the same request again."""


@dataclass(frozen=True)
class Acknowledged:
    """An answer that a client has.

    Args:
        application_id: of the request.
        decision_id: of the decision.
        sha256: of the answer, byte for byte.
    """

    application_id: str
    decision_id: str
    sha256: str


@dataclass
class Journal:
    """Acknowledgements, each on disk before the next request is sent.

    Args:
        file: open for appending.
        answers: how often each status came, and each kind of broken connection.
        acknowledged: in order.
        twice: applications acknowledged with different decisions.
    """

    file: IO[str]
    answers: Counter[str] = field(default_factory=Counter)
    acknowledged: dict[str, Acknowledged] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    _lock: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def write(self, one: Acknowledged) -> None:
        """Keep an acknowledgement."""
        with self._lock:
            self.file.write(json.dumps(vars(one)) + "\n")
            self.file.flush()
            os.fsync(self.file.fileno())
            if self.acknowledged.setdefault(one.application_id, one) != one:
                self.twice.add(one.application_id)
            self._lock.notify_all()

    def await_more(self, more: int) -> None:
        """Return when so many more are acknowledged; raises TimeoutError when none comes."""
        with self._lock:
            wanted = len(self.acknowledged) + more
            if not self._lock.wait_for(lambda: len(self.acknowledged) >= wanted, PATIENCE):
                raise TimeoutError(f"{self.answers}")

    def count(self, what: str) -> None:
        """Count an answer, or a connection that broke."""
        with self._lock:
            self.answers[what] += 1


def application() -> dict[str, Any]:
    """Return the documented example of a request, with a week's payments: small, so many fit."""
    whole: dict[str, Any] = json.loads(EXAMPLE.read_text("utf-8"))
    return {**whole, "payments": whole["payments"][-20:]}


@contextmanager
def load(url: str, key: str, journal: Journal, clients: int, run: str) -> Iterator[None]:
    """Let clients post applications, each a new one as soon as the last is acknowledged.

    One that gets no answer, or is told to come again, sends the very same request until it is
    acknowledged: so what was kept but not answered must not be kept twice.
    """
    stop = threading.Event()
    threads = [
        threading.Thread(target=_client, args=(url, key, journal, f"{run}-{n}", stop))
        for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _client(url: str, key: str, journal: Journal, name: str, stop: threading.Event) -> None:
    asked = application()
    headers = {"Authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=url, headers=headers, timeout=30) as client:
        for number in itertools.count():
            asked["application_id"] = f"{name}-{number}"
            _until_acknowledged(client, asked, journal, stop)
            if stop.is_set():
                return


def _until_acknowledged(
    client: httpx2.Client, asked: dict[str, Any], journal: Journal, stop: threading.Event
) -> None:
    while True:
        try:
            answer = client.post("/v1/applications", json=asked)
        except httpx2.TransportError:
            journal.count("broken connection")
        else:
            journal.count(str(answer.status_code))
            if answer.status_code == HTTPStatus.CREATED:
                decision_id = answer.headers["Location"].rpartition("/")[2]
                sha256 = hashlib.sha256(answer.content).hexdigest()
                journal.write(Acknowledged(asked["application_id"], decision_id, sha256))
                return
            if answer.status_code not in AGAIN:
                return
        if stop.is_set():
            return
        time.sleep(PAUSE)


def lost(url: str, key: str, acknowledged: Iterable[Acknowledged]) -> list[str]:
    """Return the decisions that a server does not give again byte for byte."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=url, headers=headers, timeout=30) as client:
        return [one.decision_id for one in acknowledged if not same(again(client, one), one)]


def again(client: httpx2.Client, one: Acknowledged) -> httpx2.Response:
    """Ask for a decision again."""
    return client.get(f"/v1/decisions/{one.decision_id}")


def same(answer: httpx2.Response, one: Acknowledged) -> bool:
    """Return whether an answer is what was acknowledged, byte for byte."""
    found = hashlib.sha256(answer.content).hexdigest()
    return answer.status_code == HTTPStatus.OK and found == one.sha256

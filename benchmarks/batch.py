"""A batch of 10,000 lines of which one in a hundred is bad, while single requests go on.

The businesses' records come by an upload, so this measures that too. Every line must have come to
what it should, in the order sent: a decision, or a problem. Requests meanwhile must be answered.
Prints a table, and one JSON object as its last line; ends with 1 where anything is otherwise.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.journal import application
from benchmarks.kills import Place
from benchmarks.nursery import Nursery, nursery
from lumbung.client import Client, upload
from serving.business import businesses, consents
from serving.business.consents import Given
from serving.business.records import Whose
from serving.reading.request import Business
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked

BAD: Final = 100
"""One of so many lines."""

PAYMENTS: Final = 20
"""Of each business."""

EVERY: Final = 1.0
"""Seconds from one single request to the next."""

Figures = dict[str, Any]


def measured(server: Nursery, place: Place, lines: int) -> Figures:
    """Upload the records of so many businesses and decide on each; return the figures."""
    key = place.prepare()
    _businesses(place, lines)
    server.start(place.settings)
    with Client(server.url, key, seconds=120) as client, _meanwhile(server, key) as answered:
        file = _file(place.home, lines)
        began = time.monotonic()
        uploaded = _waited(client.uploads.read, upload(client, file, "payments")["upload_id"])
        upload_seconds, before = time.monotonic() - began, len(answered)
        began = time.monotonic()
        job = client.jobs.start(_batch(lines))
        taken_in = time.monotonic() - began
        done = _waited(client.jobs.read, job["job_id"])
        seconds = time.monotonic() - began
        came = [json.loads(one) for one in client.jobs.result(job["job_id"]).splitlines()]
        peak = _peak(server.pid)
    return {
        "rows_uploaded": uploaded["added"],
        "rows_lost": lines * PAYMENTS - uploaded["added"],
        "upload_seconds": round(upload_seconds, 1),
        "body_mb": round(len(_batch(lines)) / 2**20, 1),
        "taken_in_seconds": round(taken_in, 2),
        "batch_seconds": round(seconds, 1),
        "lines": done["done"],
        "decisions": sum(one["decision"] is not None for one in came),
        "problems": sum(one["problem"] is not None for one in came),
        "out_of_place": _out_of_place(came) + abs(lines - len(came)),
        "server_peak_mb": peak,
        "requests_in_batch": len(answered) - before,
        "slowest_request_seconds": round(max(answered[before:], default=0.0), 2),
    }


def _out_of_place(came: list[dict[str, Any]]) -> int:
    """Return how many lines have not come to what they should."""
    return sum(
        one["line"] != number
        or (one["problem"] is not None) != (number % BAD == 0)
        or (one["decision"] or {}).get("application_id", f"a{number}") != f"a{number}"
        for number, one in enumerate(came, 1)
    )


def _batch(lines: int) -> bytes:
    """Return an application of each business; one in a hundred asks for less than nothing."""
    said = {"tenor_months": 12, "records_from": "kept"}
    return b"\n".join(
        json.dumps(
            {
                "application_id": f"a{number}",
                "business_id": f"b{number}",
                "amount": 5_000_000 if number % BAD else -1,
                **said,
            }
        ).encode()
        for number in range(1, lines + 1)
    )


def _businesses(place: Place, many: int) -> None:
    """Let the partner keep businesses that agreed."""
    engine, now = unlocked(Settings.model_validate(place.settings)), datetime.now(UTC)
    for start in range(1, many + 1, 100):
        with database.writing(engine) as session:
            for number in range(start, min(start + 100, many + 1)):
                whose = Whose("granary", f"b{number}")
                businesses.put(session, whose, Business(kbli="10794"), now, now)
                for scope in (consents.ALL, "payments"):
                    consents.grant(session, whose, Given(scope, now, "form 7"), now)
    engine.dispose()


def _file(home: Path, many: int) -> Path:
    """Write payments of businesses, packed, each business's apart from one another."""
    like, now = application()["payments"][-1], datetime.now(UTC)
    file = home / "payments.ndjson.gz"
    with gzip.open(file, "wt", 1, encoding="utf-8") as opened:
        for payment in range(PAYMENTS):
            at = (now - timedelta(days=payment + 1)).isoformat()
            for number in range(1, many + 1):
                its = {"business_id": f"b{number}", "payment_id": f"p{payment}"}
                opened.write(json.dumps({**like, **its, "occurred_at": at, "known_at": at}) + "\n")
    return file


def _waited(read: Any, name: str) -> Any:
    """Return work behind the answers once it has ended."""
    while (found := read(name))["ended_at"] is None:
        time.sleep(EVERY)
    return found


@contextmanager
def _meanwhile(server: Nursery, key: str) -> Iterator[list[float]]:
    """Let a client ask for single decisions; give the seconds that each took, as they come."""
    stop, took = threading.Event(), list[float]()

    def ask() -> None:
        with Client(server.url, key, seconds=120) as client:
            while not stop.wait(EVERY):
                asked: Any = {**application(), "application_id": f"single-{len(took)}"}
                began = time.monotonic()
                client.decisions.apply(asked)
                took.append(time.monotonic() - began)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield took
    finally:
        stop.set()
        thread.join()


def _peak(pid: int) -> int:
    """Return the most MB that a process ever held."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    raise ProcessLookupError(os.strerror(3))


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000, help="of the batch")
    lines = parser.parse_args().lines
    with tempfile.TemporaryDirectory() as home, nursery(Path(home) / "log") as server:
        found = measured(server, Place(Path(home), f"sqlite:///{home}/lumbung.db"), lines)
    for name, figure in found.items():
        print(f"{name} {figure}")
    print(json.dumps(found))
    whole = not found["out_of_place"] + found["rows_lost"] and found["problems"] == lines // BAD
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())

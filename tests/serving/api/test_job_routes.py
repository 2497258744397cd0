"""The routes of batches: taken in at once, decided behind the answers, read as lines."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.serving.cases import APPLICATIONS, Json, body

JOBS = "/v1/jobs"


def lines_of(text: str) -> list[Json]:
    return [json.loads(line) for line in text.splitlines()]


def batch(*changes: Json) -> bytes:
    return b"\n".join(json.dumps(body(1, **changed)).encode() for changed in changes)


def done(app: FastAPI) -> None:
    """Do all that waits."""
    app.state.work.run()


def test_a_batch_is_taken_in_decided_and_read(
    client: TestClient, app: FastAPI, granary: dict[str, str]
) -> None:
    sent = batch({"application_id": "a1"}, {"amount": 0}, {"application_id": "a3"})
    taken = client.post(JOBS, content=sent, headers=granary)
    assert (taken.status_code, taken.json()["of"]) == (202, 3)
    done(app)
    job = client.get(taken.headers["Location"], headers=granary).json()
    assert (job["state"], job["done"], job["bad"]) == ("done", 3, 1)
    assert client.get(JOBS, headers=granary).json() == {"jobs": [job], "next_cursor": None}
    read = client.get(f"{JOBS}/{job['job_id']}/result", headers=granary)
    assert read.headers["Content-Type"].startswith("application/x-ndjson")
    one, bad, last = lines_of(read.text)
    assert [one["line"], bad["line"], last["line"]] == [1, 2, 3]
    assert (one["problem"], bad["decision"], bad["problem"]["code"]) == (None, None, "bad-request")
    alone = client.post(APPLICATIONS, json=body(1, application_id="a3"), headers=granary)
    assert last["decision"] == alone.json()


def test_a_batch_that_was_cancelled_stays_so(
    client: TestClient, app: FastAPI, granary: dict[str, str], mill: dict[str, str]
) -> None:
    app.state.work.end()
    job = client.post(JOBS, content=batch({}), headers=granary).json()
    cancel = f"{JOBS}/{job['job_id']}/cancel"
    told: Any = client.post(cancel, headers=mill)
    assert (told.status_code, told.json()["code"]) == (404, "no-job")
    assert client.post(cancel, headers=granary).json()["state"] == "cancelled"
    again = client.post(cancel, headers=granary)
    assert (again.status_code, again.json()["code"]) == (409, "job-ended")
    assert client.get(f"{JOBS}/{job['job_id']}/result", headers=granary).text == ""


def test_a_batch_without_a_line_is_none(client: TestClient, granary: dict[str, str]) -> None:
    told = client.post(JOBS, content=b"\n \n", headers=granary)
    assert (told.status_code, told.json()["code"]) == (422, "no-lines")

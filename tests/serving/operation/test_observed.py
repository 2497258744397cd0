"""What is seen of a request from outside: its id, its line, its figures, its span."""

from __future__ import annotations

import io
import json
import logging
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr

from serving.operation import logs
from serving.settings import Settings
from serving.store import database
from serving.tables import JobRow
from tests.audit.cases import NOW
from tests.serving.cases import APPLICATIONS, body, service_of, started

DATABASES = ("sqlite",)
"""What is seen from outside is the same whatever keeps the decisions."""

TOKEN = "t" * 32
NIK = "3325081234567890"
"""A made-up identity number; whatever carries it is personal."""


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Return what is logged, as the service that runs by itself logs it."""
    root = logging.getLogger()
    before = (root.handlers, root.level)
    levels = {name: logging.getLogger(name).level for name in logs.OURS}
    hooks = ("sys.excepthook", "threading.excepthook")
    for hook in hooks:  # put back at the end
        module, name = hook.split(".")
        monkeypatch.setattr(hook, getattr(__import__(module), name))
    said = io.StringIO()
    monkeypatch.setattr("sys.stderr", said)
    logs.configure(pretty=False)
    yield said
    logging.captureWarnings(capture=False)
    root.handlers, root.level = before[0], before[1]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def told(lines: io.StringIO) -> list[dict[str, Any]]:
    """Return what was logged, each line an object."""
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def figures(client: TestClient) -> dict[str, float]:
    """Return the figures that the service gives, by name and labels."""
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    rows = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in rows}


@pytest.fixture
def measured(settings: Settings) -> Iterator[TestClient]:
    """Return a client of a service whose figures may be read."""
    with started(settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})) as client:
        yield client


def test_a_request_keeps_the_id_it_came_with_and_gets_one_where_it_has_none(
    client: TestClient,
) -> None:
    given = str(uuid.uuid4())
    answer = client.get("/health/live", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given
    for wrong in ({}, {"X-Request-ID": NIK}, {"X-Request-ID": "x" * 36}):
        made = client.get("/v1/decisions/d1", headers=wrong).headers["X-Request-ID"]
        assert made not in wrong.values()
        assert str(uuid.UUID(made)) == made


def test_each_request_is_one_line_that_names_its_route_and_never_its_path(
    lines: io.StringIO, client: TestClient, granary: dict[str, str]
) -> None:
    given = str(uuid.uuid4())
    client.get(f"/v1/decisions/{NIK}", headers={**granary, "X-Request-ID": given})
    client.get(f"/{NIK}", params={"nik": NIK})
    known, unknown = [line for line in told(lines) if line["event"] == "request"]
    assert (known["route"], known["method"]) == ("/v1/decisions/{decision_id}", "GET")
    assert (known["status"], known["code"], known["request_id"]) == (404, "no-decision", given)
    assert known["key"] in granary["Authorization"]
    assert known["ms"] >= 0
    assert (unknown["route"], unknown["status"], "key" in unknown) == ("none", 404, False)
    assert NIK not in lines.getvalue()


def test_nothing_personal_is_logged_of_a_whole_journey_nor_of_a_fault(
    lines: io.StringIO, client: TestClient, app: FastAPI, granary: dict[str, str]
) -> None:
    marked = body(200, application_id=f"a-{NIK}", business_id=f"b-{NIK}")
    for payment in marked["payments"]:
        payment["counterparty"] = f"c-{NIK}"
    made = client.post(APPLICATIONS, json=marked, headers=granary)
    assert made.status_code == 201
    client.post(APPLICATIONS, json=marked, headers=granary)
    client.post(APPLICATIONS, json={**marked, "amount": NIK}, headers=granary)
    client.post(APPLICATIONS, json={**marked, NIK: NIK}, headers=granary)
    client.post(APPLICATIONS, content=f'{{"{NIK}'.encode(), headers=granary)
    link = client.post(f"{made.headers['Location']}/links", headers=granary).json()
    client.get(link["url"])
    client.post(link["url"], data={"code": NIK})

    def broken() -> Any:
        try:
            int(f"x{NIK}")
        except ValueError as error:
            raise RuntimeError(f"what {NIK} sent") from error

    service_of(app).now = broken
    assert client.post(APPLICATIONS, json=marked, headers=granary).status_code == 500
    logging.getLogger("elsewhere").warning("of %s", NIK)
    logging.getLogger("asyncio").error("left behind\nby %s", NIK, exc_info=ValueError(NIK))
    assert NIK not in lines.getvalue()
    assert link["url"].rsplit("/", 1)[1] not in lines.getvalue()
    said = told(lines)
    assert {"of %s", "left behind"} <= {line["event"] for line in said}
    assert {line["status"] for line in said if line["event"] == "request"} >= {201, 422, 500}


def test_an_exception_is_told_by_its_kinds_and_its_places(lines: io.StringIO) -> None:
    try:
        assert dict[str, str]()[NIK]
    except KeyError:
        logging.getLogger("serving.test").exception("a fault")
    (line,) = told(lines)
    assert (line["event"], line["error"], line["level"]) == ("a fault", "KeyError", "error")
    assert line["at"][0].startswith(__file__)
    assert NIK not in lines.getvalue()


def test_the_figures_count_what_was_asked_decided_and_refused(
    measured: TestClient, granary: dict[str, str]
) -> None:
    measured.post(APPLICATIONS, json=body(200), headers=granary)
    measured.post(APPLICATIONS, json=body(200), headers=granary)
    measured.post(APPLICATIONS, json={}, headers=granary)
    measured.get(f"/{NIK}")
    seen = figures(measured)
    posted = 'lumbung_requests_total{method="POST",route="/v1/applications",status='
    assert (seen[f'{posted}"201"}}'], seen[f'{posted}"422"}}']) == (2, 1)
    assert seen['lumbung_request_seconds_count{route="/v1/applications"}'] == 3
    assert seen['lumbung_problems_total{code="bad-request"}'] == 1
    made = {name: n for name, n in seen.items() if name.startswith("lumbung_decisions_total")}
    assert (sum(made.values()), len(made)) == (1, 1)
    assert 'scorer="champion"' in next(iter(made))
    assert seen['lumbung_champion_workers{version="1"}'] == 1
    assert seen["lumbung_requests_running"] == 1
    assert seen["lumbung_ledger_entries"] >= 1
    assert seen["lumbung_switched_to_rules"] == 0
    assert not any(NIK in name for name in seen)


def test_the_figures_tell_of_batches_and_of_requests_that_nothing_counted(
    measured: TestClient, granary: dict[str, str]
) -> None:
    measured.get("/v1/cases", headers=granary)
    assert figures(measured)["lumbung_requests_uncounted_total"] == 0
    later = {"made_at": NOW, "leased_until": NOW + timedelta(days=1), "leased_by": "elsewhere"}
    counts = {"partner_id": "granary", "of": 1, "done": 0, "bad": 0}
    states = {"j1": "running", "j2": "waiting", "j3": "waiting", "j4": "done"}
    assert isinstance(measured.app, FastAPI)
    with database.session(service_of(measured.app).engine) as session, session.begin():
        for job_id, state in states.items():
            session.add(JobRow(job_id=job_id, state=state, **later, **counts))
    seen = figures(measured)
    assert (seen["lumbung_jobs_running"], seen["lumbung_jobs_waiting"]) == (1, 2)


def test_the_figures_are_for_who_shows_the_token(client: TestClient, measured: TestClient) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    wrong = {"Authorization": f"Bearer {TOKEN[:-1]}"}
    assert measured.get("/metrics", headers=wrong).status_code == 404


def test_a_decision_leaves_spans_where_an_operator_takes_them(
    client: TestClient, granary: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    for module in ("audit.decide", "serving.operation.observed", "serving.service"):
        monkeypatch.setattr(f"{module}.TRACER", provider.get_tracer("lumbung"))
    client.post(APPLICATIONS, json=body(), headers=granary)
    provider.shutdown()
    spans = {span.name: span for span in kept.get_finished_spans()}
    whole = spans["POST /v1/applications"]
    assert set(spans) >= {"features", "score", "match", "commit"}
    for stage in ("features", "score", "match", "commit"):
        assert spans[stage].context is not None
        assert whole.context is not None
        assert spans[stage].context.trace_id == whole.context.trace_id
    assert whole.attributes == {"http.route": APPLICATIONS, "http.response.status_code": 201}

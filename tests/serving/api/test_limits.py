"""Who asks too often is told so and when to come again, whichever worker is asked."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.settings import Settings
from tests.serving.api.test_problems import problem
from tests.serving.cases import bearer, service_of, started
from tests.serving.conftest import ON_SQLITE, Known

Headers = dict[str, str]
CASES = "/v1/cases"
FEW = {"rate_per_second": 1_000, "rate_per_minute": 5, "rate_address_per_minute": 4}


@pytest.fixture
def few(settings: Settings) -> Settings:
    """Return settings that allow little: in two windows, were one to begin meanwhile, ten."""
    return settings.model_copy(update=FEW)


def test_the_limit_holds_over_two_workers(few: Settings, granary: Headers, mill: Headers) -> None:
    with started(few) as one, started(few) as other:
        came = [each.get(CASES, headers=granary) for _ in range(6) for each in (one, other)]
        assert [answer.status_code for answer in came][:5] == [200] * 5
        last = came[-1]
        problem(last, 429, "too-many-requests")
        assert 1 <= int(last.headers["Retry-After"]) <= 60
        assert other.get(CASES, headers=mill).status_code == 200


def test_an_answer_says_where_its_caller_stands(few: Settings, granary: Headers) -> None:
    with started(few) as client:
        told = [client.get(CASES, headers=granary).headers for _ in range(2)]
    assert told[0]["RateLimit-Policy"] == '"burst";q=1000;w=1, "sustained";q=5;w=60'
    found = [re.fullmatch(r'"sustained";r=(\d);t=\d+', one["RateLimit"]) for one in told]
    assert [int(one[1]) for one in found if one] == [4, 3]


def test_keys_that_open_nothing_are_counted_by_address(few: Settings, granary: Headers) -> None:
    with started(few) as client:
        for _ in range(4):
            problem(client.get(CASES, headers=bearer("lbg_a_b")), 401, "bad-key")
        problem(client.get(CASES, headers=bearer("lbg_a_b")), 429, "too-many-requests")
        problem(client.get(CASES), 429, "too-many-requests")
        assert client.get(CASES, headers=granary).status_code == 200


def test_pages_are_counted_by_address_and_health_is_not(few: Settings) -> None:
    with started(few) as client:
        came = [client.get("/p/none").status_code for _ in range(5)]
        assert (came[:4], came[4]) == ([came[0]] * 4, 429)
        assert client.get("/health/live").status_code == 200


@ON_SQLITE
def test_where_the_counting_fails_nobody_is_refused(
    few: Settings, granary: Headers, caplog: pytest.LogCaptureFixture
) -> None:
    with started(few) as client:
        with sqlite3.connect(few.home / "rates.db") as store:
            store.execute("DROP TABLE rates")
        store.close()
        came = [client.get(CASES, headers=granary) for _ in range(7)]
    assert [answer.status_code for answer in came] == [200] * 7
    assert "RateLimit" not in came[0].headers
    assert "requests are not counted" in caplog.text


@ON_SQLITE
def test_a_store_that_cannot_be_made_stops_nobody(
    few: Settings, granary: Headers, caplog: pytest.LogCaptureFixture
) -> None:
    Path(few.home / "rates.db").mkdir()
    with started(few) as client:
        came = [client.get(CASES, headers=granary).status_code for _ in range(7)]
        assert isinstance(client.app, FastAPI)
        figures = service_of(client.app).metrics.registry
        assert figures.get_sample_value("lumbung_requests_uncounted_total") == 7
    assert came == [200] * 7
    assert "requests are not counted" in caplog.text


def test_every_operation_that_asks_for_a_key_says_that_it_may_be_asked_too_often(
    shared: TestClient, known: Known
) -> None:
    del known
    document = shared.get("/openapi.json").json()
    asking = [
        operation
        for item in document["paths"].values()
        for operation in item.values()
        if "security" in operation
    ]
    assert asking
    assert all("429" in operation["responses"] for operation in asking)

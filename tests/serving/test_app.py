"""The service as a whole: how it starts, and what it answers when a part of it is away."""

from __future__ import annotations

import importlib.metadata
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import mlflow
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import inspect

from models import artefact
from models.artefact import CHALLENGER, NAME, OVERRIDE_UNTIL
from serving.settings import Settings
from serving.store import database
from tests.audit.cases import NOW
from tests.serving.cases import APPLICATIONS, body, change, kept, rows, service_of, started
from tests.training import cases
from training.tracking import Tracker

READY = "/health/ready"
Headers = dict[str, str]


def unavailable(response: Any, code: str) -> None:
    """Assert that a response says what is away, and when to ask again."""
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert int(response.headers["Retry-After"]) > 0
    assert response.json()["code"] == code


def test_starting_brings_an_empty_database_up_to_date(settings: Settings) -> None:
    engine = database.connect(settings.database)
    database.migrate(engine, "base")
    with started(settings) as client:
        assert client.get(READY).status_code == 200
    assert {"partners", "api_keys", "decisions"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_a_second_start_finds_the_decisions_of_the_first(
    settings: Settings, granary: Headers
) -> None:
    with started(settings) as client:
        made = client.post(APPLICATIONS, json=body(), headers=granary)
    with started(settings) as client:
        read = client.get(made.headers["Location"], headers=granary)
        again = client.post(APPLICATIONS, json=body(), headers=granary)
    assert read.content == again.content == made.content


def test_without_a_champion_it_answers_503_and_recovers_when_one_is_promoted(
    settings: Settings, base: Path, tmp_path: Path, granary: Headers
) -> None:
    store = shutil.copy(cases.trained_store(base)[0], tmp_path / "mlflow.db")
    uri = f"sqlite:///{store}"
    with started(settings.model_copy(update={"mlflow_uri": uri})) as client:
        unavailable(client.get(READY), "no-champion")
        unavailable(client.post(APPLICATIONS, json=body(), headers=granary), "no-champion")
        assert kept(settings.database) == []
        assert client.get("/health/live").status_code == 200
        Tracker(uri, tmp_path / "none").promote(1)
        assert client.post(APPLICATIONS, json=body(), headers=granary).status_code == 201
        assert client.get(READY).status_code == 200


def test_with_the_registry_away_the_champion_on_disk_goes_on(
    settings: Settings, tmp_path: Path, granary: Headers
) -> None:
    with started(settings) as client:
        before = client.post(APPLICATIONS, json=body(), headers=granary).json()
    away = settings.model_copy(update={"mlflow_uri": f"sqlite:///{tmp_path}/no/such/folder.db"})
    with started(away) as client:
        again = client.post(APPLICATIONS, json=body(application_id="a2"), headers=granary)
        assert again.status_code == 201
        assert again.json()["versions"] == before["versions"]
        assert again.json()["probability_of_default"] == before["probability_of_default"]


def test_a_champion_of_another_catalogue_refuses_to_serve(
    settings: Settings, tmp_path: Path, granary: Headers
) -> None:
    other_catalogue(settings)
    away = settings.model_copy(update={"mlflow_uri": f"sqlite:///{tmp_path}/no/such/folder.db"})
    with started(away) as client:
        unavailable(client.get(READY), "other-catalogue")
        unavailable(client.post(APPLICATIONS, json=body(), headers=granary), "other-catalogue")
        assert kept(settings.database) == []


def other_catalogue(settings: Settings) -> None:
    """Put the champion on disk, then let its manifest speak of another catalogue."""
    with started(settings) as client:
        assert client.get(READY).status_code == 200
    (folder,) = (f for f in (settings.home / "champions").iterdir() if f.is_dir())
    model = artefact.load(folder)
    strange = replace(model.identity, fingerprint="0" * 16)
    artefact.save(replace(model, identity=strange), folder)


def test_without_its_table_the_database_is_away(
    client: TestClient, url: str, granary: Headers
) -> None:
    change(url, "alter table decisions rename to elsewhere")
    unavailable(client.get(READY), "database-away")
    unavailable(client.post(APPLICATIONS, json=body(), headers=granary), "database-away")
    unavailable(client.get("/v1/decisions/d1", headers=granary), "database-away")
    change(url, "alter table elsewhere rename to decisions")
    assert client.get(READY).status_code == 200
    assert client.post(APPLICATIONS, json=body(), headers=granary).status_code == 201


def test_without_the_table_of_keys_nobody_is_turned_away_as_unknown(
    client: TestClient, url: str, granary: Headers
) -> None:
    change(url, "alter table api_keys rename to elsewhere")
    unavailable(client.get("/v1/decisions/d1", headers=granary), "database-away")


def test_examples_are_offered_only_where_the_settings_say_so(
    settings: Settings, granary: Headers
) -> None:
    in_earnest = settings.model_copy(update={"offer_examples": False})
    with started(settings) as client:
        shown = client.post(APPLICATIONS, json=body(200), headers=granary).json()
    with started(in_earnest) as client:
        asked = body(200, application_id="a2")
        hidden = client.post(APPLICATIONS, json=asked, headers=granary).json()
    assert shown["offers"] + shown["not_offered"] != []
    assert hidden["offers"] + hidden["not_offered"] == []


def test_a_fault_of_ours_is_told_as_one_and_tells_nothing_more(
    client: TestClient, app: FastAPI, granary: Headers
) -> None:
    def broken() -> Any:
        raise RuntimeError("3325081234567890")

    service_of(app).now = broken
    response = client.post(APPLICATIONS, json=body(), headers=granary)
    assert (response.status_code, response.json()["code"]) == (500, "fault")
    assert response.headers["content-type"] == "application/problem+json"
    assert "3325081234567890" not in response.text


def test_by_the_setting_the_rules_decide_and_no_registry_is_asked(
    settings: Settings, tmp_path: Path, granary: Headers, caplog: pytest.LogCaptureFixture
) -> None:
    alone = {"scorer": "rules", "mlflow_uri": f"sqlite:///{tmp_path}/no/such/folder.db"}
    with started(settings.model_copy(update=alone)) as client:
        assert client.get(READY).json() == {
            "status": "ready",
            "scorer": "rules",
            "model": "rules",
            "version": importlib.metadata.version("lumbung"),
            "why": "LUMBUNG_SCORER is rules",
        }
        made = client.post(APPLICATIONS, json=body(200), headers=granary)
    assert made.status_code == 201
    said = made.json()
    assert said["result"]["kind"] == "human_review"
    assert said["result"]["causes"] == ["rules_only"]
    assert [sentence["code"] for sentence in said["result"]["told"]] == ["R44"]
    assert (said["probability_of_default"], said["grade"]) == (None, None)
    assert said["versions"]["scorer"] == "rules"
    assert "the rules decide, and every case goes to a person" in caplog.text


def test_a_champion_whose_override_ends_while_it_serves_gives_way_to_the_rules(
    settings: Settings,
    store: Path,
    tmp_path: Path,
    granary: Headers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    uri = f"sqlite:///{shutil.copy(store, tmp_path / 'own.db')}"
    mlflow.MlflowClient(uri, uri).set_model_version_tag(NAME, "1", OVERRIDE_UNTIL, "2026-11-24")
    with started(settings.model_copy(update={"mlflow_uri": uri})) as client:
        before = client.post(APPLICATIONS, json=body(), headers=granary).json()
        assert before["versions"]["scorer"] == "champion"
        assert client.get(READY).json()["scorer"] == "champion"
        assert isinstance(client.app, FastAPI)
        service_of(client.app).now = lambda: NOW + timedelta(days=1)
        asked = body(application_id="a2")
        after = client.post(APPLICATIONS, json=asked, headers=granary).json()
        assert after["versions"]["scorer"] == "rules"
        why = "the override of version 1 ended on 2026-11-24"
        assert client.get(READY).json()["why"] == why
        assert client.post(APPLICATIONS, json=body(), headers=granary).json() == before
    assert caplog.text.count(why) == 1


def test_a_challenger_of_the_registry_scores_in_shadow(
    settings: Settings, store: Path, tmp_path: Path, granary: Headers
) -> None:
    uri = f"sqlite:///{shutil.copy(store, tmp_path / 'own.db')}"
    mlflow.MlflowClient(uri, uri).set_registered_model_alias(NAME, CHALLENGER, "1")
    with started(settings.model_copy(update={"mlflow_uri": uri})) as client:
        made = client.post(APPLICATIONS, json=body(200), headers=granary).json()
    assert rows(settings.database, "select decision_id, probability, score from shadow_scores") == [
        (made["decision_id"], made["probability_of_default"], made["points"]["score"])
    ]

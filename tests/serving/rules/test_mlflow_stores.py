"""MLflow's store says the same to us in its tables, behind its server, and to MLflow itself."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import mlflow
import pytest
from mlflow.server import app, handlers
from werkzeug.serving import make_server

from features.errors import Unavailable
from models.artefact import CHALLENGER, CHAMPION, FOLDER, MANIFEST, NAME, OVERRIDE_UNTIL, TREES
from serving.rules import fetched, registry
from serving.rules.mlflow_server import PASSWORD, TOKEN, USER, Server
from serving.rules.mlflow_tables import Tables
from serving.rules.named import Named, Store
from serving.rules.registry import ALTERNATIVES, GATES
from tests.training import cases
from training.tracking import Tracker


@pytest.fixture(scope="module")
def uri(base: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the URI of a store with three versions: a champion, one overridden, one deleted."""
    folder = tmp_path_factory.mktemp("stores")
    uri = f"sqlite:///{shutil.copy(cases.trained_store(base)[0], folder / 'mlflow.db')}"
    for _ in range(2):
        cases.another_version(uri)
    client = mlflow.MlflowClient(uri, uri)
    client.set_model_version_tag(NAME, "2", OVERRIDE_UNTIL, "2026-12-24")
    client.set_registered_model_alias(NAME, CHAMPION, "2")
    client.delete_model_version(NAME, "3")
    return uri


@contextlib.contextmanager
def serving(answer: WSGIApplication) -> Iterator[str]:
    """Run what answers on a port of loopback; give its URL."""
    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def server(uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URI of MLflow's own server of that store."""
    before = mlflow.get_tracking_uri()
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        for said in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
            patch.setenv(said, "")
        for kept in ("_tracking_store", "_model_registry_store"):
            patch.setattr(handlers, kept, None)
        files = str(tmp_path_factory.mktemp("server"))
        handlers.initialize_backend_stores(uri, uri, default_artifact_root=files)
        yield stack.enter_context(serving(app))
        # Its handlers tell all of MLflow where to look, and what it starts.
        mlflow.set_tracking_uri(before)
        mlflow.set_registry_uri("")


@pytest.fixture(params=["tables", "server"])
def where(request: pytest.FixtureRequest) -> str:
    """Return the URI of the store as each of the two is asked for it."""
    named: str = request.getfixturevalue({"tables": "uri"}.get(request.param, request.param))
    return named


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    opened = Server(where) if where.startswith("http") else Tables(where)
    with contextlib.closing(opened) as store:
        yield store


def test_versions_and_aliases_are_mlflows_own(store: Store, uri: str) -> None:
    client = mlflow.MlflowClient(uri, uri)
    run_id = str(client.get_model_version(NAME, "1").run_id)
    first, second = Named("1", run_id, ""), Named("2", run_id, "2026-12-24")
    assert store.alias(CHAMPION) == second
    assert store.version("1") == first
    assert sorted(store.versions(), key=lambda one: one.version) == [first, second]


def test_what_is_not_there_is_none(store: Store, uri: str) -> None:
    run_id = str(mlflow.MlflowClient(uri, uri).get_model_version(NAME, "1").run_id)
    assert store.alias(CHALLENGER) is None
    assert [store.version(version) for version in ("3", "4", "rice")] == [None] * 3
    assert store.of_run(run_id, "no.json") is None
    assert store.of_run(run_id, "no/such.json") is None


def test_parameters_and_files_are_those_that_mlflow_kept(store: Store, uri: str) -> None:
    client = mlflow.MlflowClient(uri, uri)
    version = client.get_model_version(NAME, "2")
    run_id = str(version.run_id)
    assert store.params(run_id) == client.get_run(run_id).data.params
    mlflow.set_tracking_uri(uri)
    folder = Path(mlflow.artifacts.download_artifacts(f"models:/{NAME}/2")) / "data" / FOLDER
    for name in (MANIFEST, TREES):
        assert store.of_version("2", f"data/{FOLDER}/{name}") == (folder / name).read_bytes()
    gates = mlflow.artifacts.load_text(f"runs:/{run_id}/{GATES}")
    assert (store.of_run(run_id, GATES) or b"").decode() == gates


def test_a_report_has_what_the_run_has(where: str, uri: str) -> None:
    params, texts = registry.report(where, "1")
    assert params["digest"]
    assert set(texts) == {GATES}
    assert registry.report(where, "4") == ({}, {})
    client = mlflow.MlflowClient(uri, uri)
    run_id = str(client.get_model_version(NAME, "1").run_id)
    client.log_text(run_id, "name\n", ALTERNATIVES)
    try:
        assert registry.report(where, "1")[1][ALTERNATIVES] == "name\n"
    finally:
        artifacts = client.get_run(run_id).info.artifact_uri.removeprefix("file://")
        (Path(artifacts) / ALTERNATIVES).unlink()


def test_a_version_is_fetched_whole_and_found_by_its_digest(where: str, tmp_path: Path) -> None:
    named = registry.named(where, CHAMPION)
    assert named is not None
    folder = registry.fetch(where, tmp_path, named)
    digest = fetched.read(folder).model.digest
    found = registry.of_digest(where, [tmp_path / "elsewhere"], "9", digest)
    assert found is not None
    assert found.digest == digest


@pytest.mark.parametrize("place", ["file:///no/such", "s3://granary/models", None])
def test_files_that_are_not_on_disk_are_a_registry_away(
    uri: str, tmp_path: Path, place: str | None
) -> None:
    own = shutil.copy(uri.removeprefix("sqlite:///"), tmp_path / "own.db")
    with contextlib.closing(sqlite3.connect(own)) as database, database:
        database.execute("UPDATE model_versions SET storage_location = ?", [place])
    named = registry.named(f"sqlite:///{own}", CHAMPION)
    assert named is not None
    with pytest.raises(Unavailable, match="registry away"):
        registry.fetch(f"sqlite:///{own}", tmp_path / "kept", named)
    assert not list((tmp_path / "kept").iterdir())


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_server_that_does_not_let_us_in_is_a_registry_away(status: int) -> None:
    with answering(status, b"{}") as (url, _), pytest.raises(Unavailable) as caught:
        registry.named(url, CHAMPION)
    cases.refused(caught, "registry-away")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({}, None),
        ({USER: "ani", PASSWORD: "padi"}, "Basic YW5pOnBhZGk="),
        ({TOKEN: "sawah"}, "Bearer sawah"),
    ],
)
def test_a_server_is_shown_what_mlflows_clients_show(
    said: dict[str, str], shown: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    nothing = b'{"error_code": "RESOURCE_DOES_NOT_EXIST"}'
    with answering(404, nothing) as (url, asked):
        assert registry.named(url, CHAMPION) is None
    assert asked == [shown]


@contextlib.contextmanager
def answering(status: int, body: bytes) -> Iterator[tuple[str, list[str | None]]]:
    """Run a server that always answers the same; give its URL and what it was shown."""
    shown: list[str | None] = []

    def answer(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        shown.append(environ.get("HTTP_AUTHORIZATION"))
        start(f"{status} Said", [("Content-Type", "application/json")])
        return [body]

    with serving(answer) as url:
        yield url, shown


def test_a_new_experiment_of_a_server_keeps_its_files_where_the_server_says(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.tracking.EXPERIMENT", "another")
    made = Tracker(server, tmp_path / "here")._experiment()  # noqa: SLF001  it needs no model
    where = str(mlflow.MlflowClient(server, server).get_experiment(made).artifact_location)
    assert str(tmp_path) not in where
    assert not (tmp_path / "here").exists()

"""The champion is fetched once, kept on disk, and goes on when the registry is away."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import mlflow
import pytest

from features.errors import BadInput, FingerprintMismatch, Unavailable
from models import artefact
from models.artefact import CHALLENGER, CHAMPION, NAME, OVERRIDE_UNTIL
from serving.rules.fetched import CURRENT, DIGEST, Registered
from serving.rules.followed import Followed
from serving.rules.registry import of_digest
from tests.conftest import made_up_vectors
from tests.training import cases
from tests.training.cases import refused
from training.tracking import Tracker


@pytest.fixture
def uri(store: Path) -> str:
    """Return the URI of a store with a champion."""
    return f"sqlite:///{store}"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return the folder for what is fetched, which is not there yet."""
    return tmp_path / "home" / "champions"


@pytest.fixture(params=["no file", "no database", "a folder", "nobody listens"])
def away(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URI of a store that cannot be reached, in each way in turn."""
    (tmp_path / "garbage.db").write_bytes(b"rice" * 4096)
    uris = {
        "no file": f"sqlite:///{tmp_path}/no/such/folder/mlflow.db",
        "no database": f"sqlite:///{tmp_path}/garbage.db",
        "a folder": f"sqlite:///{tmp_path}",
        "nobody listens": "http://127.0.0.1:9",
    }
    return uris[request.param]


def champion(uri: str, kept: Path) -> Registered:
    """Return the champion, as a service that has just started finds it."""
    return Followed(uri, kept, CHAMPION).champion()


def challenger(uri: str, kept: Path) -> Registered | None:
    """Return the challenger, as a service that has just started finds it."""
    return Followed(uri, kept, CHALLENGER).challenger()


def folder(kept: Path) -> Path:
    """Return the only champion kept."""
    (found,) = (entry for entry in kept.iterdir() if entry.is_dir())
    return found


def test_the_champion_is_the_model_that_was_trained(uri: str, kept: Path) -> None:
    client = mlflow.MlflowClient(uri, uri)
    version = client.get_model_version_by_alias(NAME, CHAMPION)
    found = champion(uri, kept)
    assert found.version == str(version.version)
    assert client.get_run(str(version.run_id)).data.params["digest"] == found.model.digest


def test_what_was_fetched_goes_on_when_the_registry_is_away(
    uri: str, away: str, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fetched = champion(uri, kept)
    caplog.set_level(logging.WARNING)
    again = champion(away, kept)
    vectors = made_up_vectors(20, seed=5)
    assert again.version == fetched.version
    assert again.model.digest == fetched.model.digest
    assert again.model.probability(vectors).tobytes() == (
        fetched.model.probability(vectors).tobytes()
    )
    assert "registry away" in caplog.text


def test_the_registry_away_and_nothing_kept_is_no_champion(away: str, kept: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        champion(away, kept)
    refused(caught, "no-champion")


def test_looking_for_a_store_does_not_make_one(tmp_path: Path, kept: Path) -> None:
    with pytest.raises(Unavailable):
        champion(f"sqlite:///{tmp_path}/no/mlflow.db", kept)
    assert list(tmp_path.iterdir()) == []


def test_a_registry_without_a_champion_is_no_champion(base: Path, kept: Path) -> None:
    for store in (cases.blank_store(base), cases.trained_store(base)[0]):
        with pytest.raises(Unavailable) as caught:
            champion(f"sqlite:///{store}", kept)
        refused(caught, "no-champion")


def test_what_is_here_is_not_fetched_again(
    uri: str, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    champion(uri, kept)
    mark = folder(kept) / "mark"
    mark.touch()
    champion(uri, kept)
    assert mark.exists()
    assert "registry away" not in caplog.text


def test_what_was_fetched_by_half_is_fetched_anew(uri: str, kept: Path) -> None:
    whole = champion(uri, kept).model.digest
    here = folder(kept)
    for part in (artefact.TREES, DIGEST):
        (here / part).unlink()
    assert champion(uri, kept).model.digest == whole
    assert folder(kept) == here


def test_another_champion_is_fetched_beside_the_one_before(
    base: Path, kept: Path, tmp_path: Path
) -> None:
    store = shutil.copy(cases.trained_store(base)[0], tmp_path / "mlflow.db")
    uri = f"sqlite:///{store}"
    tracker = Tracker(uri, tmp_path / "none")
    tracker.promote(1)
    assert champion(uri, kept).version == "1"
    first = cases.another_version(uri)
    tracker.promote(2)
    assert champion(uri, kept).version == "2"
    assert (kept / CURRENT).read_text(encoding="utf-8") == f"2-{first.run_id}"
    names = {entry.name for entry in kept.iterdir() if entry.is_dir()}
    assert names == {f"{version}-{first.run_id}" for version in (1, 2)}


def test_a_champion_of_another_catalogue_is_refused(uri: str, kept: Path) -> None:
    model = champion(uri, kept).model
    strange = replace(model, identity=replace(model.identity, fingerprint="0" * 16))
    artefact.save(strange, folder(kept))
    with pytest.raises(FingerprintMismatch) as caught:
        champion(uri, kept)
    refused(caught, "other-catalogue")
    assert "0" * 16 in caught.value.found


def test_a_champion_changed_on_disk_is_refused(uri: str, kept: Path) -> None:
    champion(uri, kept)
    trees = folder(kept) / artefact.TREES
    trees.write_text(trees.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        champion(uri, kept)
    refused(caught, "bad-model")


@pytest.fixture
def own(store: Path, tmp_path: Path) -> Path:
    """Return a store with a champion, to be changed."""
    return Path(shutil.copy(store, tmp_path / "own.db"))


def tagged(store: Path, until: str) -> str:
    """Say until when the champion's override holds; return the store's URI."""
    uri = f"sqlite:///{store}"
    mlflow.MlflowClient(uri, uri).set_model_version_tag(NAME, "1", OVERRIDE_UNTIL, until)
    return uri


def test_a_champion_without_an_override_serves_for_ever(uri: str, kept: Path) -> None:
    assert champion(uri, kept).until is None


def test_the_day_an_override_ends_is_known_without_the_registry_too(
    own: Path, away: str, kept: Path
) -> None:
    assert champion(tagged(own, "2026-11-24"), kept).until == date(2026, 11, 24)
    assert champion(away, kept).until == date(2026, 11, 24)


def test_a_prolonged_override_and_a_withdrawn_one_are_seen_by_the_model_that_is_here(
    own: Path, kept: Path
) -> None:
    for said, until in [("2026-11-24", date(2026, 11, 24)), ("2026-12-24", date(2026, 12, 24))]:
        assert champion(tagged(own, said), kept).until == until
    mlflow.MlflowClient(f"sqlite:///{own}").delete_model_version_tag(NAME, "1", OVERRIDE_UNTIL)
    assert champion(f"sqlite:///{own}", kept).until is None


def test_an_override_until_no_day_is_over(
    own: Path, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert champion(tagged(own, "soon"), kept).until == date.min
    assert "override_until of version 1 is no day" in caplog.text


def test_the_challenger_is_the_version_with_its_alias(own: Path, kept: Path) -> None:
    uri = f"sqlite:///{own}"
    assert challenger(uri, kept) is None
    mlflow.MlflowClient(uri, uri).set_registered_model_alias(NAME, CHALLENGER, "1")
    found = challenger(uri, kept)
    assert found is not None
    assert (found.version, found.model.digest) == ("1", champion(uri, kept).model.digest)


def test_a_challenger_that_cannot_be_had_or_used_is_none(own: Path, away: str, kept: Path) -> None:
    uri = f"sqlite:///{own}"
    mlflow.MlflowClient(uri, uri).set_registered_model_alias(NAME, CHALLENGER, "1")
    assert challenger(uri, kept) is not None
    assert challenger(away, kept) is None
    (folder(kept) / artefact.TREES).unlink()
    assert challenger(uri, kept) is None


def test_a_model_that_serves_no_longer_is_found_by_its_digest(
    uri: str, kept: Path, tmp_path: Path
) -> None:
    digest = champion(uri, kept).model.digest
    elsewhere = tmp_path / "elsewhere"
    for homes in ([kept], [elsewhere, kept], [elsewhere]):
        found = of_digest(uri, homes, "1", digest)
        assert found is not None
        assert found.digest == digest
    assert not (elsewhere / CURRENT).exists()
    assert of_digest(uri, [kept], "1", "0" * 64) is None


def test_a_model_is_found_by_its_digest_while_the_registry_is_away(
    uri: str, away: str, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    digest = champion(uri, kept).model.digest
    found = of_digest(away, [kept], "9", digest)
    assert found is not None
    assert of_digest(away, [kept.parent / "none"], "1", digest) is None
    assert "registry away" in caplog.text
    (folder(kept) / artefact.TREES).unlink()
    assert of_digest(away, [kept], "1", digest) is None

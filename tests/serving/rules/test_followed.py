"""The registry's alias is followed: what is named is checked before it serves, and swapped."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import mlflow
import pytest
from sqlalchemy import Engine

from audit.rules import Rules
from features.errors import BadInput
from models import artefact
from models.artefact import CHALLENGER, CHAMPION, NAME, OVERRIDE_UNTIL
from models.risk import RiskModel
from serving.rules import fetched
from serving.rules.fetched import CURRENT, DIGEST, Registered
from serving.rules.followed import Followed, Outcome
from serving.service import Service
from serving.store import database
from serving.store.sealed import unlock
from tests.audit.cases import NOW, rules
from tests.serving.cases import MASTER, asked
from tests.serving.conftest import Known
from tests.training import cases

Promote = Callable[[int], None]


@pytest.fixture
def own(base: Path, tmp_path: Path) -> str:
    """Return the URI of a store with three versions of the same model, none of them promoted."""
    uri = f"sqlite:///{shutil.copy(cases.trained_store(base)[0], tmp_path / 'own.db')}"
    for _ in range(2):
        cases.another_version(uri)
    return uri


@pytest.fixture
def promote(own: str) -> Promote:
    """Return what moves the champion's alias."""
    client = mlflow.MlflowClient(own, own)
    return lambda version: client.set_registered_model_alias(NAME, CHAMPION, str(version))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "champions"


@pytest.fixture
def outcomes() -> list[Outcome]:
    return []


@pytest.fixture
def followed(own: str, kept: Path, outcomes: list[Outcome]) -> Followed:
    """Return what follows the champion of `own`."""
    return Followed(own, kept, CHAMPION, outcomes.append)


def wrong_digest(own: str) -> None:
    """Add a version 4, of a run whose digest is another model's."""
    client = mlflow.MlflowClient(own, own)
    first = client.get_model_version(NAME, "1")
    experiment = client.get_run(str(first.run_id)).info.experiment_id
    strange = client.create_run(experiment).info.run_id
    client.log_param(strange, "digest", "0" * 64)
    cases.another_version(own, strange)


def test_the_version_named_is_taken_and_the_same_object_while_it_is(
    followed: Followed, promote: Promote, outcomes: list[Outcome]
) -> None:
    promote(1)
    found = followed.champion()
    assert (found.version, followed.champion() is found) == ("1", True)
    assert outcomes == ["swapped", "same"]


def test_an_alias_moved_back_finds_the_version_before_at_hand(
    followed: Followed, promote: Promote, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(1)
    first = followed.champion()
    promote(2)
    assert followed.champion().version == "2"
    monkeypatch.setattr(fetched, "read", lambda _: pytest.fail("read again"))
    promote(1)
    assert followed.champion() is first
    assert (kept / CURRENT).read_text(encoding="utf-8") == first.name


def test_a_version_that_is_not_the_one_registered_is_refused_and_the_one_before_serves_on(
    own: str,
    followed: Followed,
    promote: Promote,
    outcomes: list[Outcome],
    kept: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong_digest(own)
    promote(1)
    before = followed.champion()
    promote(4)
    assert [followed.champion() is before for _ in range(3)] == [True] * 3
    assert outcomes == ["swapped", "refused", "refused", "refused"]
    assert caplog.text.count("bad-model") == 1
    assert [one.name for one in kept.iterdir() if one.is_dir()] == [before.name]
    after_a_start = Followed(own, kept, CHAMPION).champion()
    assert (after_a_start.version, after_a_start.model.digest) == ("1", before.model.digest)
    promote(2)
    assert followed.champion().version == "2"


def test_a_refused_version_alone_is_told_by_its_own_fault(
    own: str, followed: Followed, promote: Promote
) -> None:
    wrong_digest(own)
    promote(4)
    with pytest.raises(BadInput) as caught:
        followed.champion()
    assert caught.value.code == "bad-model"


def test_a_model_that_is_not_the_one_it_was_when_fetched_does_not_serve_from_disk(
    followed: Followed, promote: Promote, kept: Path
) -> None:
    promote(1)
    name = followed.champion().name
    (kept / name / DIGEST).write_text("0" * 64, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        Followed(f"sqlite:///{kept}/away.db", kept, CHAMPION).champion()
    assert caught.value.code == "bad-model"


def test_the_registry_away_changes_nothing_and_is_logged_once(
    own: str,
    followed: Followed,
    promote: Promote,
    outcomes: list[Outcome],
    caplog: pytest.LogCaptureFixture,
) -> None:
    promote(1)
    before = followed.champion()
    file = Path(own.removeprefix("sqlite:///"))
    away = file.rename(file.with_suffix(".away"))
    assert [followed.champion() is before for _ in range(2)] == [True] * 2
    assert caplog.text.count("registry away") == 1
    away.rename(file)
    promote(2)
    assert followed.champion().version == "2"
    assert outcomes == ["swapped", "away", "away", "swapped"]


def test_an_alias_withdrawn_changes_nothing_for_the_champion_and_ends_the_challenger(
    own: str, followed: Followed, promote: Promote, outcomes: list[Outcome], tmp_path: Path
) -> None:
    client = mlflow.MlflowClient(own, own)
    client.set_registered_model_alias(NAME, CHALLENGER, "2")
    beside = Followed(own, tmp_path / "challengers", CHALLENGER)
    promote(1)
    before = followed.champion()
    assert getattr(beside.challenger(), "version", None) == "2"
    for alias in (CHAMPION, CHALLENGER):
        client.delete_registered_model_alias(NAME, alias)
    assert followed.champion() is before
    assert outcomes[-1] == "withdrawn"
    assert beside.challenger() is None


def test_the_day_an_override_ends_is_followed_without_reading_the_model_again(
    own: str, followed: Followed, promote: Promote
) -> None:
    promote(1)
    before = followed.champion()
    client = mlflow.MlflowClient(own, own)
    client.set_model_version_tag(NAME, "1", OVERRIDE_UNTIL, "2026-12-24")
    after = followed.champion()
    assert (str(after.until), after.model is before.model) == ("2026-12-24", True)


def test_two_processes_that_fetch_at_once_both_have_it(
    own: str, promote: Promote, kept: Path
) -> None:
    promote(1)
    together = threading.Barrier(4)

    def fetch() -> Registered:
        together.wait()
        return Followed(own, kept, CHAMPION).champion()

    with ThreadPoolExecutor(4) as pool:
        found = [future.result() for future in [pool.submit(fetch) for _ in range(4)]]
    assert {one.model.digest for one in found} == {artefact.load(kept / found[0].name).digest}
    assert [one.name for one in kept.iterdir() if one.is_dir()] == [found[0].name]


@pytest.fixture
def engine(known: Known, tmp_path: Path) -> Iterator[Engine]:
    """Return a database without decisions."""
    file = shutil.copy(known.file, tmp_path / "lumbung.db")
    engine = unlock(database.connect(f"sqlite:///{file}"), MASTER)
    yield engine
    engine.dispose()


def test_the_champion_swapped_again_and_again_under_load_fails_no_request_and_mixes_none(
    engine: Engine, followed: Followed, promote: Promote
) -> None:
    made: dict[str, Rules] = {}

    def load() -> Rules:
        found = followed.champion()
        if found.version not in made:  # each of another digest, and of another probability
            own_shift = replace(found.model, priors={"granary": int(found.version) / 10})
            made[found.version] = rules(own_shift, model_version=found.version)
        return made[found.version]

    promote(1)
    service = Service(engine, load, now=lambda: NOW)
    service.refresh()
    ended = threading.Event()

    def ask(number: int) -> list[tuple[str, str, float | None]]:
        seen: list[tuple[str, str, float | None]] = []
        while not ended.is_set():
            one = service.decide(asked(application_id=f"a{number}-{len(seen)}"), "granary")
            seen.append((one.versions.model, one.versions.model_digest, one.probability_of_default))
        return seen

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask, number) for number in range(3)]
        for swap in range(30):
            promote(1 + swap % 3)
            service.refresh()
            assert service.in_force().model_version == str(1 + swap % 3)
        ended.set()
        seen = {answer for future in asking for answer in future.result()}
    service.end()
    versions = {version for version, *_ in seen}
    assert len(versions) > 1
    assert len(seen) == len(versions)  # to each version its digest and its probability
    assert all(made[version].model.digest == digest for version, digest, _ in seen)


def test_a_swap_logs_what_decides_from_now_on(
    engine: Engine, model: RiskModel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    now = iter([rules(model), rules(model, model_version="8")])
    service = Service(engine, lambda: next(now), now=lambda: NOW)
    service.refresh()
    service.refresh()
    service.end()
    assert [f"version {v} decides" in caplog.text for v in ("7", "8", "9")] == [True, True, False]

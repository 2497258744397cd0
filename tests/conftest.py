"""What every test may use: a small model of made-up numbers, and the real data where it is."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from features.catalogue import FEATURES, fingerprint
from features.rows import Floats, Ints
from models.risk import Identity, RiskModel
from training.fitting import fit
from training.table import TrainingTable

ROOT = Path(__file__).parents[1]

SLOW = (
    {"demo"},
    {"trained", "store", "trained_store"},
    {"browser"},
    {"two_threads", "two"},
    {"replayed"},
)
"""Fixtures that are slow to make: whatever uses one of a set waits for the same."""

LONG_WAYS = {"benchmarks", "contracts", "deploy", "faults", "journeys", "notebooks"}
"""Folders of tests that go long ways through code which tests beside it cover already. Counting
its lines once more costs time, and the floor is reached without."""

# MLflow reads it while it is imported, and would else leave an id in the home folder.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"


# How long an example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile(
    "untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Count no lines of `LONG_WAYS`."""
    if item.path.relative_to(ROOT / "tests").parts[0] in LONG_WAYS:
        item.add_marker("no_cover")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put modules that share a slow fixture side by side, at the head of one worker's share.

    So it is made once, not by each worker, and nothing slow begins last. Workers get equal shares
    of the list, one after another, and steal from each other's ends. Else the order stays as drawn.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    used: dict[Path, set[str]] = {}
    for item in items:
        used.setdefault(item.path, set()).update(getattr(item, "fixturenames", ()))
    place = {path: _place(names) for path, names in used.items()}
    heads: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for number in range(len(SLOW)):
        heads[number % workers] += [item for item in items if place[item.path] == number]
    rest = [item for item in items if place[item.path] is None]
    items.clear()
    share = (len(rest) + sum(map(len, heads))) // workers
    for head in heads[:-1]:
        more = max(share - len(head), 0)
        items += head + rest[:more]
        del rest[:more]
    items += heads[-1] + rest


def _place(names: set[str]) -> int | None:
    """Return the place in `SLOW` of the first of these fixtures, None where none is there."""
    return next((place for place, slow in enumerate(SLOW) if names & slow), None)


def lacking(what: str) -> NoReturn:
    """Skip a test for what a fresh machine may not have.

    Where nothing may be skipped (LUMBUNG_SKIP_NOTHING=1, as `.ci/run` says) it fails.
    """
    if os.environ.get("LUMBUNG_SKIP_NOTHING") == "1":
        pytest.fail(what)
    pytest.skip(what)


def program(name: str, hint: str) -> str:
    """Return where a program is; without it the test is `lacking`."""
    return shutil.which(name) or lacking(f"{name} is not installed: {hint}")


def made_up_vectors(n: int, seed: int) -> Floats:
    """Return n feature vectors of made-up numbers, a tenth of them missing."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(n, len(FEATURES)))
    vectors[random.random(vectors.shape) < 0.1] = np.nan
    return vectors


def made_up_table(n: int = 400, seed: int = 1) -> TrainingTable:
    """Return a training table whose outcomes follow the catalogue's directions."""
    vectors = made_up_vectors(n, seed)
    directions = np.array([feature.direction for feature in FEATURES])
    log_odds = np.nan_to_num(vectors) @ directions / 2 - 1
    bad = np.random.default_rng(seed + 1).random(n) < 1 / (1 + np.exp(-log_odds))
    return table_of(vectors, bad.astype(int))


def table_of(vectors: Floats, bad: Ints, **changed: Any) -> TrainingTable:
    """Return a training table of loans, each of a business of its own, but for what is *changed*.

    One is asked for each microsecond from 1970 on; every loan counts once.
    """
    n = len(bad)
    names = np.array([f"a{i:03}" for i in range(n)])
    plain = TrainingTable(
        application_ids=names,
        businesses=names,
        partners=np.full(n, ""),
        as_of=np.arange(n, dtype=np.int64),
        amounts=np.full(n, 5e6),
        vectors=vectors,
        bad=bad,
        weights=np.ones(n),
        left_out={},
    )
    return replace(plain, **changed)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of this test run, which holds what is made once."""
    return tmp_path_factory.getbasetemp()


@pytest.fixture(scope="session")
def table() -> TrainingTable:
    return made_up_table()


@pytest.fixture(scope="session")
def identity() -> Identity:
    return Identity(
        fingerprint=fingerprint(),
        currency="IDR",
        data_set="made up",
        data_digest="0" * 64,
        simulated=True,
        trained_until="2026-01-01T00:00:00+00:00",
    )


@pytest.fixture(scope="session")
def model(table: TrainingTable, identity: Identity) -> RiskModel:
    """Return a model that finds nobody unlike those it learned from: these were made up."""
    return replace(fit.fit(table, identity, seed=0), novelty=None)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real credit data, or skip: a fresh machine does not have it."""
    folder = Path(os.environ.get("LUMBUNG_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "berka").is_dir():
        pytest.skip(f"no real credit data at {folder}; set LUMBUNG_REAL_DATA to run this")
    return folder

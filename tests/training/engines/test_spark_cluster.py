"""The engine on a real standalone cluster: complete and the same, whatever machine is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.cluster import Cluster, cluster
from features.errors import Unavailable
from tests.training.engines.small import PLAN, small_data
from training.engines import pieces, spark

FEATURES_BEGUN = 80
FEATURES_DONE = 98


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), workers=2) as started:
        yield started


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_data(tmp_path_factory.mktemp("small"))


@pytest.fixture(autouse=True)
def _small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be many tasks, and let the driver be found from the cluster's machine: this one."""
    monkeypatch.setattr(pieces, "SLICE", 1000)
    monkeypatch.setattr(pieces, "PIECE", 1000)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")


def test_no_row_is_lost_with_the_workers_that_are_killed_in_mid_run(
    two: Cluster, data: Path, tmp_path: Path
) -> None:
    told: list[str] = []
    lost: dict[str, int] = {}
    left: dict[str, int] = {}

    def lose_the_busiest() -> None:
        done = {name: two.tasks_done(name) for name in two.workers if name not in lost}
        busiest = max(done, key=lambda name: done[name])
        lost[busiest] = done.pop(busiest)
        left.update(done)
        assert two.kill(busiest) >= 3  # worker, executor, its Python

    def step(name: str, _done: int, _of: int) -> None:
        told.append(name)
        if len(told) == FEATURES_BEGUN:
            lose_the_busiest()
            two.add_worker()
        elif len(told) == FEATURES_DONE:  # nothing is fetched yet
            lose_the_busiest()

    rows = spark.features(data, tmp_path / "out.parquet", two.master, step)
    assert rows == PLAN.businesses
    made = (tmp_path / "out.parquet").read_bytes()
    assert made == data.with_name("expected.parquet").read_bytes()
    assert len(told) == spark.STEPS
    assert set(told[FEATURES_BEGUN:]) == {"features"}
    assert len(lost) == 2
    assert min(lost.values()) > 0
    (survivor,) = two.workers.keys() - lost.keys()
    assert two.tasks_done(survivor) > left[survivor]


def test_a_cluster_without_workers_is_not_waited_for_for_ever(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark, "SECONDS_WITHOUT_WORKERS", 1)
    with cluster(tmp_path, workers=0) as empty, pytest.raises(Unavailable) as caught:
        spark.features(data, tmp_path / "out.parquet", empty.master)
    assert caught.value.code == "no-workers"
    assert not (tmp_path / "out.parquet").exists()

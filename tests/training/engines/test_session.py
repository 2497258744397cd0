"""A session of Spark begins with what there is, and ends with nothing left running."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil
import pytest

from benchmarks.cluster import free_port
from features.errors import Unavailable
from tests.training.engines.small import PLAN, small_data
from training.engines import spark
from training.engines.session import last_word


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_data(tmp_path_factory.mktemp("small"))


def _children() -> set[psutil.Process]:
    """Return what this process has started; other tests may have left it some."""
    return set(psutil.Process().children(recursive=True))


def test_on_the_java_of_the_extra_alone_the_bytes_are_the_same_and_nothing_is_left(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = _children()
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    told: list[str] = []

    def step(doing: str, done: int, of: int) -> None:
        assert (done, of) == (len(told) + 1, spark.STEPS)
        told.append(doing)

    rows = spark.features(data, tmp_path / "out.parquet", "local[2]", step)
    assert (tmp_path / "out.parquet").read_bytes() == data.with_name(
        "expected.parquet"
    ).read_bytes()
    assert rows == PLAN.businesses
    assert len(told) == spark.STEPS
    assert set(told) == {"check", "features"}
    assert _children() <= before
    assert list(tmp_path.iterdir()) == [tmp_path / "out.parquet"]
    assert capfd.readouterr() == ("", "")


def test_a_run_that_is_stopped_leaves_nothing(data: Path, tmp_path: Path) -> None:
    before = _children()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spark.features(data, tmp_path / "out.parquet", "local[2]", stop)
    assert _children() <= before
    assert list(tmp_path.iterdir()) == []


def test_a_master_that_is_not_there_is_told_at_once(data: Path, tmp_path: Path) -> None:
    ports = free_port(), free_port()
    master = "spark://127.0.0.1:{},127.0.0.1:{}".format(*ports)
    with pytest.raises(Unavailable) as caught:
        spark.features(data, tmp_path / "out.parquet", master)
    assert caught.value.code == "no-master"
    assert all(str(port) in caught.value.found for port in ports)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("master", ["spark://", "spark://nowhere", "spark://127.0.0.1:0x7"])
def test_an_address_that_is_none_is_no_master(data: Path, tmp_path: Path, master: str) -> None:
    with pytest.raises(Unavailable) as caught:
        spark.features(data, tmp_path / "out.parquet", master)
    assert caught.value.code == "no-master"


def test_settings_that_spark_does_not_take_are_told_in_a_line(data: Path, tmp_path: Path) -> None:
    before = _children()
    with pytest.raises(Unavailable) as caught:
        spark.features(data, tmp_path / "out.parquet", "moon://crater")
    assert caught.value.code == "spark-failed"
    assert "Master must" in caught.value.found
    assert list(tmp_path.iterdir()) == []
    assert _children() <= before


PYTHON = (
    "An error occurred while calling o1.count.\n"
    ": org.apache.spark.SparkException: Job aborted: Traceback (most recent call last):\n"
    '  File "worker.py", line 1, in main\n'
    "ModuleNotFoundError: No module named 'training'\n SQLSTATE: 38000\n"
    "\tat org.apache.spark.Run(Run.scala:1)\n"
)
JAVA = (
    "An error occurred while calling o1.count.\n"
    ": org.apache.spark.SparkException: Exception thrown in awaitResult:\n"
    "\tat org.apache.spark.Run(Run.scala:1)\n"
    "Caused by: java.io.IOException: Cannot run x\n"
    "\tat java.io.Out(Out.java:1)\n\t... 3 more\n"
    "Caused by: java.io.IOException: No such file\n\t... 9 more\n"
)


@pytest.mark.parametrize(
    ("said", "last"),
    [
        (PYTHON, "ModuleNotFoundError: No module named 'training'"),
        (JAVA, "java.io.IOException: Cannot run x; java.io.IOException: No such file"),
        ("WARN slow\nError: no memory\n", "Error: no memory"),
        ("", "nothing said"),
    ],
)
def test_the_last_word_of_an_error_says_what_was_wrong(said: str, last: str) -> None:
    assert last_word(said) == last

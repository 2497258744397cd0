"""The engine on Spark makes the kernel's own file, refuses what is wrong, and leaves nothing."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from pyspark.sql import SparkSession

from features.errors import BadInput, BadTable, Unavailable
from lumbung import demo_seed
from tests.training.engines.small import by_the_kernel, small_data
from training.about import read_about, write_about
from training.engines import pieces, spark
from training.engines.kernel import READ
from training.engines.session import session
from training.engines.writing import write


@pytest.fixture(scope="module")
def two_threads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    with session("local[2]", tmp_path_factory.mktemp("spark")) as started:
        yield started


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_data(tmp_path_factory.mktemp("small"))


@pytest.fixture
def copy(data: Path, tmp_path: Path) -> Path:
    """Return the same data set as one Parquet file a table, to be changed."""
    out = tmp_path / "copy"
    out.mkdir()
    write_about(read_about(data), out)
    for table in (folder for folder in data.iterdir() if folder.is_dir()):
        pl.read_parquet(table / "*.parquet").write_parquet(out / f"{table.name}.parquet")
    return out


def written(started: SparkSession, data: Path, out: Path) -> bytes:
    """Return the bytes of the file that the engine makes of a data set."""
    write(spark.frames(started, data), out)
    return out.read_bytes()


def change(data: Path, table: str, how: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    file = data / f"{table}.parquet"
    how(pl.read_parquet(file)).write_parquet(file)


def refused(started: SparkSession, data: Path) -> BadTable:
    with pytest.raises(BadTable) as caught:
        list(spark.frames(started, data))
    assert "Traceback" not in str(caught.value)
    return caught.value


def test_it_makes_the_very_bytes_of_the_kernel(
    two_threads: SparkSession, data: Path, tmp_path: Path
) -> None:
    expected = data.with_name("expected.parquet")
    assert written(two_threads, data, tmp_path / "out.parquet") == expected.read_bytes()


def test_it_makes_the_very_bytes_of_the_kernel_on_the_data_of_the_demo(
    two_threads: SparkSession, tmp_path: Path
) -> None:
    data = small_data(tmp_path, demo_seed.PLAN)
    made = written(two_threads, data, tmp_path / "out.parquet")
    assert made == (tmp_path / "expected.parquet").read_bytes()
    assert pl.read_parquet(tmp_path / "out.parquet").height == demo_seed.PLAN.businesses


def test_neither_the_order_of_rows_nor_how_they_are_cut_changes_a_byte(
    two_threads: SparkSession,
    data: Path,
    copy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in READ:
        change(copy, name, lambda rows: rows.sample(fraction=1.0, shuffle=True, seed=1))
    payments = pl.read_parquet(copy / "payments.parquet")
    (copy / "payments.parquet").unlink()
    (copy / "payments" / "deep").mkdir(parents=True)
    payments.head(700).write_parquet(copy / "payments" / "b.parquet")
    payments.slice(700).write_parquet(copy / "payments" / "deep" / "a.parquet")
    for name, ending in (("profile", ".csv"), ("consents", ".ndjson")):
        rows = pl.read_parquet(copy / f"{name}.parquet")
        getattr(rows, f"write_{ending[1:]}")(copy / f"{name}{ending}")
        (copy / f"{name}.parquet").unlink()
    monkeypatch.setattr(pieces, "SLICE", 1500)
    monkeypatch.setattr(pieces, "PIECE", 900)
    made = written(two_threads, copy, tmp_path / "out.parquet")
    assert made == data.with_name("expected.parquet").read_bytes()


def test_a_data_set_of_applications_alone_has_a_table_of_what_is_missing(
    two_threads: SparkSession, copy: Path, tmp_path: Path
) -> None:
    for file in copy.glob("*.parquet"):
        if file.stem not in ("applications", "consents"):
            file.unlink()
    expected = by_the_kernel(copy, tmp_path / "expected.parquet")
    assert written(two_threads, copy, tmp_path / "out.parquet") == expected.read_bytes()


def test_a_wrong_row_is_refused_with_its_number_in_the_file(
    two_threads: SparkSession, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "SLICE", 300)
    below = pl.when(pl.col("n").is_in([650, 651])).then(-5).otherwise(pl.col("amount"))
    change(
        copy,
        "payments",
        lambda rows: rows.with_row_index("n").with_columns(amount=below).drop("n"),
    )
    error = refused(two_threads, copy)
    assert (error.code, error.where) == ("bad-amount", "payments.parquet")
    assert error.found == "2 wrong rows, the first at row 650: amount is below 0"


def test_a_wrong_row_of_a_business_that_asks_for_nothing_is_refused_too(
    two_threads: SparkSession, copy: Path
) -> None:
    other = pl.read_parquet(copy / "books.parquet").head(1)
    other = other.with_columns(business_id=pl.lit("other"), line_id=pl.lit("new"), amount=-1)
    change(copy, "books", lambda rows: pl.concat([rows, other.cast(rows.schema)]))
    assert refused(two_threads, copy).code == "bad-amount"


def test_an_id_that_stands_twice_is_refused_however_far_apart(
    two_threads: SparkSession, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "SLICE", 300)
    first = pl.read_parquet(copy / "payments.parquet").row(0, named=True)
    again = pl.lit(first["payment_id"])
    change(
        copy,
        "payments",
        lambda rows: pl.concat([rows.head(-1), rows.tail(1).with_columns(payment_id=again)]),
    )
    error = refused(two_threads, copy)
    assert (error.code, error.where) == ("duplicate-id", "payments")
    assert str(first["payment_id"]) in error.found


def test_of_several_faults_the_first_is_told(two_threads: SparkSession, copy: Path) -> None:
    change(copy, "payments", lambda rows: rows.with_columns(channel=pl.lit("smoke")))
    change(copy, "consents", lambda rows: rows.drop("scope"))
    assert refused(two_threads, copy).code == "missing-column"


def test_a_machine_that_cannot_run_our_python_is_told_in_a_line(
    two_threads: SparkSession, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_threads.sparkContext, "pythonExec", "/nowhere/python")
    with pytest.raises(Unavailable) as caught:
        list(spark.frames(two_threads, data))
    assert caught.value.code == "spark-failed"
    assert 'Cannot run program "/nowhere/python"' in caught.value.found
    assert "\n" not in caught.value.found


def test_a_process_has_one_session(two_threads: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught, session("local[1]", tmp_path):
        pass
    assert caught.value.code == "session-open"
    assert two_threads.range(3).count() == 3


def test_a_file_that_is_there_is_left_alone(data: Path, tmp_path: Path) -> None:
    (tmp_path / "out.parquet").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        spark.features(data, tmp_path / "out.parquet")
    assert caught.value.code == "already-there"
    assert (tmp_path / "out.parquet").read_text(encoding="utf-8") == "mine"


def test_without_the_extra_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.delitem(sys.modules, "training.engines.spark")
    with pytest.raises(Unavailable) as caught:
        importlib.import_module("training.engines.spark")
    assert caught.value.code == "no-spark"

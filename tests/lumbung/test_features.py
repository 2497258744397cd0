"""``lumbung features``, as a person calls it: by either engine the same file."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from features.catalogue import NAMES, fingerprint
from tests.lumbung.conftest import Lumbung
from tests.training.engines.cases import PLAN, expected, simulated


def test_it_writes_the_table_and_says_what_is_in_it(
    lumbung: Lumbung, base: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    ended = lumbung("features", "--data", simulated(base), "--out", out)
    assert ended.status == 0, ended.stderr
    assert ended.stdout == (
        f"{PLAN.businesses} applications, {len(NAMES)} features, catalogue {fingerprint()}\n"
    )
    assert out.read_bytes() == expected(base)


def test_both_engines_write_the_same_bytes(lumbung: Lumbung, base: Path, tmp_path: Path) -> None:
    made = []
    for engine, *more in (("local", "--workers", 1), ("spark", "--master", "local[2]")):
        out = tmp_path / f"{engine}.parquet"
        words = ("--data", simulated(base), "--out", out, "--engine", engine, *more, "--json")
        ended = lumbung("features", *words)
        assert ended.status == 0, ended.stderr
        assert ended.json() == {
            "out": str(out),
            "rows": PLAN.businesses,
            "features": len(NAMES),
            "catalogue": fingerprint(),
            "engine": engine,
        }
        made.append(out.read_bytes())
    assert made[0] == made[1] == expected(base)


def test_a_fault_of_the_data_ends_with_its_code_and_no_file(
    lumbung: Lumbung, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    ended = lumbung("features", "--data", tmp_path / "empty", "--out", tmp_path / "out.parquet")
    assert ended.status == 2
    assert ended.stderr.splitlines()[-4].startswith("bad-dataset in ")
    assert not (tmp_path / "out.parquet").exists()


def test_any_reader_of_parquet_reads_it(lumbung: Lumbung, base: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out.parquet"
    assert lumbung("features", "--data", simulated(base), "--out", out).status == 0
    table = pl.read_parquet(out, use_pyarrow=True)
    assert table.columns[3:] == list(NAMES)
    assert table["business_id"].is_sorted()

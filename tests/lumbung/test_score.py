"""``lumbung score``, as a person calls it: by either engine the same file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.lumbung.conftest import Lumbung
from tests.training.engines.cases import PLAN, simulated
from training.scoring import SCORES


@pytest.mark.usefixtures("trained_store")
def test_a_version_scores_by_both_engines_to_the_same_bytes(
    lumbung: Lumbung, base: Path, tmp_path: Path
) -> None:
    made = []
    for engine, *more in (("local", "--workers", 2), ("spark", "--master", "local[2]")):
        out = tmp_path / f"{engine}.parquet"
        words = ("--data", simulated(base), "--out", out, "--engine", engine, *more)
        ended = lumbung("score", *words, "--model", 1, "--json")
        assert ended.status == 0, ended.stderr
        said = ended.json()
        assert (said["rows"], said["version"], said["engine"]) == (PLAN.businesses, 1, engine)
        made.append(out.read_bytes())
    assert made[0] == made[1]
    table = pl.read_parquet(tmp_path / "local.parquet")
    assert table.columns == list(SCORES)
    assert set(table["model_digest"]) == {said["digest"]}


@pytest.mark.usefixtures("trained_store")
def test_the_champion_scores_when_no_version_is_named(
    lumbung: Lumbung, base: Path, tmp_path: Path
) -> None:
    words = ("--data", simulated(base), "--out", tmp_path / "out.parquet", "--workers", 1)
    early = lumbung("score", *words)
    assert early.status == 1
    assert "no-champion" in early.stderr
    assert lumbung("promote", 1).status == 0
    ended = lumbung("score", *words)
    assert ended.status == 0, ended.stderr
    assert ended.stdout.startswith(f"{PLAN.businesses} applications scored by version 1, ")


@pytest.mark.usefixtures("trained_store")
def test_a_version_there_is_not_ends_with_its_code_and_no_file(
    lumbung: Lumbung, base: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    ended = lumbung("score", "--data", simulated(base), "--out", out, "--model", 99)
    assert ended.status == 2
    assert ended.stderr.startswith("no-version")
    assert not out.exists()

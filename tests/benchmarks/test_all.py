"""All benchmarks run one after another, and what was stopped goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.all import RUNS, Sizes, made_before, main, run
from benchmarks.turns import commit
from lumbung.bench import PROGRAMS

RANKING = Sizes("", "--products 3 --applicants 5 --programme 10")


def test_every_benchmark_that_runs_is_one_that_there_is() -> None:
    assert set(RUNS) <= set(PROGRAMS)


def test_what_was_kept_is_not_measured_anew_and_what_failed_leaves_a_log(tmp_path: Path) -> None:
    first = run("ranking", RANKING, tmp_path, toy=True)
    assert first["came"] == "measured"
    before = (tmp_path / "ranking.json").read_text("utf-8")
    assert json.loads(before)["command"] == f"lumbung bench ranking {RANKING.toy}"
    assert run("ranking", RANKING, tmp_path, toy=True) == {"came": "kept before"}
    assert (tmp_path / "ranking.json").read_text("utf-8") == before
    other = run("ranking", Sizes("--products none", ""), tmp_path, toy=False)
    assert other["came"] == "failed with 2, see ranking.log"
    assert "invalid int" in (tmp_path / "ranking.log").read_text("utf-8")
    assert (tmp_path / "ranking.json").read_text("utf-8") == before
    assert {file.name for file in tmp_path.iterdir()} == {"ranking.json", "ranking.log"}


def test_figures_of_another_commit_or_another_command_are_measured_anew(tmp_path: Path) -> None:
    file = tmp_path / "leaks.json"
    assert not made_before(file, "lumbung bench leaks")
    file.write_text(json.dumps({"command": "lumbung bench leaks", "commit": commit()}), "utf-8")
    assert made_before(file, "lumbung bench leaks")
    assert not made_before(file, "lumbung bench leaks --loans 3")
    file.write_text(json.dumps({"command": "lumbung bench leaks", "commit": "older"}), "utf-8")
    assert not made_before(file, "lumbung bench leaks")


def test_one_that_fails_is_told_and_ends_the_whole_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(RUNS, "ranking", Sizes("", "--products none"))
    asked = ["--toy", "--only", "ranking", "--keep", str(tmp_path)]
    with pytest.raises(SystemExit, match="1"):
        main(asked)
    told = capsys.readouterr()
    figures = json.loads(told.out.splitlines()[-1])
    assert figures["command"] == "lumbung bench all --toy --only ranking"
    assert figures["benchmarks"]["ranking"]["came"].startswith("failed")
    assert "invalid int" in told.err

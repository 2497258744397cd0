"""``lumbung bench``: programs of the checkout, whose last line is their figures.

With ``--json`` that line stands alone: `tests.benchmarks.small` reads it so.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lumbung import bench
from lumbung.bench import PROGRAMS
from tests.conftest import ROOT
from tests.lumbung.conftest import Lumbung

QUICK = ("features", "request", "--turns", "2", "--calls", "1")


def test_figures_are_told_in_lines_and_the_object_only_when_asked_for(lumbung: Lumbung) -> None:
    ended = lumbung("bench", *QUICK)
    assert ended.status == 0, ended.stderr
    assert "pandas_takes_times " in ended.stdout
    assert not any(line.startswith("{") for line in ended.stdout.splitlines())


def test_a_program_that_fails_ends_with_its_status(lumbung: Lumbung) -> None:
    ended = lumbung("bench", "features", "nothing", "--json")
    assert (ended.status, ended.stdout) == (2, "")


def test_every_program_is_there() -> None:
    assert all((ROOT / "benchmarks" / f"{name}.py").is_file() for name in PROGRAMS)


def test_without_the_source_it_says_where_benchmarks_are(
    lumbung: Lumbung, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    ended = lumbung("bench", *QUICK)
    assert ended.status == 2
    assert ended.stderr.startswith("no-benchmarks\n")

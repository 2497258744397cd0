"""A nation is planned from two runs, the third checks it: here of a few businesses each."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from benchmarks.nation import Run, checked, main, scoring, units

SMALL = Run(10, 100, 22.0, 20.0, 300.0, stored=50_000, scored=9_000, shuffled=80_000)
LARGE = replace(SMALL, businesses=100, cpu_seconds=40.0, stored=5 * 10**5, shuffled=8 * 10**5)
WHOLE = replace(SMALL, businesses=1_000, cpu_seconds=200.0, seconds=150.0)


def test_what_grows_with_records_is_told_from_what_does_not() -> None:
    found = units(SMALL, LARGE, application=0.5)
    assert found.record == pytest.approx(18 / 9_000)
    assert found.start == pytest.approx(20)
    assert (found.stored, found.shuffled, found.application) == (50, 80, 0.5)
    assert 0 < found.busy <= 1


def test_the_largest_is_planned_from_the_others() -> None:
    found = checked([SMALL, LARGE, WHOLE])
    assert found["planned_cpu_seconds"] == pytest.approx(20 + 1_000 * 100 * 18 / 9_000)
    assert found["off"] == pytest.approx(0.1)
    assert found["took_seconds"] == 150


def test_a_score_with_reasons_takes_time() -> None:
    assert 0 < scoring(300) < 1


def test_a_nation_of_a_few_is_run_on_a_cluster_and_planned(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SPARK_LOCAL_IP", "SPARK_CONF_DIR"):
        monkeypatch.setenv(name, "")
    toy = ["--nation=60", "--records=20", "--parts=2", "--scales", "6", "3", "1", "--learnt=300"]
    monkeypatch.setattr(sys, "argv", ["nation", *toy])
    main()
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    runs = figures["runs"]
    assert [one["businesses"] for one in runs] == [10, 20, 60]
    assert all(one["cpu_seconds"] > 1 and one["shuffled"] > 0 for one in runs)
    assert all(one["stored"] < other["stored"] for one, other in pairwise(runs))
    assert figures["plan"]["core_hours"] > 0
    assert len(figures["otherwise"]) == 9

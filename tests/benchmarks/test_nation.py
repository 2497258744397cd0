"""A nation is planned from two runs, the third checks it: here of a few businesses each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.nation import Run, arguments, checked, planned, run, scoring, told, units
from benchmarks.review import champion
from benchmarks.worlds import world

SMALL = Run(10, 100, 22.0, 20.0, 300.0, stored=50_000, scored=9_000, shuffled=80_000)
LARGE = replace(SMALL, businesses=100, cpu_seconds=40.0, stored=5 * 10**5, shuffled=8 * 10**5)
WHOLE = replace(SMALL, businesses=1_000, cpu_seconds=200.0, seconds=150.0)


def test_what_grows_with_records_is_told_from_what_does_not() -> None:
    found = units(SMALL, LARGE, application=0.1)  # 1 s of the small run, 10 s of the large
    assert found.record == pytest.approx((18 - 9) / 9_000)
    assert found.start == pytest.approx(20)
    assert (found.stored, found.shuffled, found.application) == (50, 80, 0.1)
    assert 0 < found.busy <= 1


def test_the_largest_is_planned_from_the_others() -> None:
    found = checked([SMALL, LARGE, WHOLE], application=0.1)
    assert found["planned_cpu_seconds"] == pytest.approx(20 + 100_000 * 9 / 9_000 + 1_000 * 0.1)
    assert found["off"] == pytest.approx(0.1)
    assert found["took_seconds"] == 150


def test_a_score_with_reasons_takes_time() -> None:
    model = champion(world(300, 12, 11))
    assert 0 < scoring(model, 50) < 1


def test_a_nation_is_planned_from_the_two_largest_runs() -> None:
    asked = arguments(["--nation=1000000", "--records=100", "--parts=10"])
    found = planned([SMALL, LARGE, WHOLE], 0.01, asked)
    record = (200 - 10 - (40 - 1)) / 90_000
    assert found["units"]["record"] == pytest.approx(record)
    assert found["units"]["start"] == pytest.approx(190 - 100_000 * record)
    of_records, of_scores = 100_000_000 * record, 1_000_000 * 0.01
    starts = 10 * found["units"]["start"]
    assert found["plan"]["core_hours"] == pytest.approx((of_records + of_scores + starts) / 3600)
    assert [one["businesses"] for one in found["runs"]] == [10, 100, 1_000]
    assert len(found["otherwise"]) == 9


def test_a_few_businesses_are_run_on_a_cluster_and_what_it_takes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SPARK_LOCAL_IP", "SPARK_CONF_DIR"):
        monkeypatch.setenv(name, "")
    found = run(tmp_path, 20, 30, champion(world(300, 12, 11)))
    assert found.cpu_seconds > 1
    assert found.seconds > 1
    assert found.peak_mib > 500
    assert found.shuffled > 20 * 30 * 16  # an id of each is among it
    assert found.stored > 1_000
    assert found.scored > 1_000
    assert told(found).startswith("20 businesses, 600 records: ")

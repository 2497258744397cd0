"""The races of the features run at toy size, and refuse to time candidates that differ."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from benchmarks.features import CONTESTS, lines, local, main, refuse_to_differ
from benchmarks.made_up import USUAL, hashes, made_up
from benchmarks.watched import watched
from features.catalogue import NAMES
from tests.benchmarks.small import figures
from tests.contracts.blocks import line


def reaches(spread: Mapping[str, float]) -> bool:
    return 0 < spread["min"] <= spread["median"] <= spread["max"]


def test_a_request_is_raced_with_its_processor_time_and_its_tail() -> None:
    found = figures(line("lumbung bench features request"), "--turns", "2", "--calls", "2")
    assert found["features"] == len(NAMES)
    assert found["rows"] == sum(USUAL.values()) == 2_300
    assert found["garbage_collector"]
    for name in ("pandas", "pandas_fused"):
        assert reaches(found[f"{name}_takes_times"])
    for name in ("lumbung", "pandas", "pandas_fused"):
        assert found[name]["cpu_ms"] > 0
        assert 0 < found[name]["p50_ms"] <= found[name]["p99_ms"]


def test_candidates_that_differ_are_not_timed() -> None:
    ours = np.ones((2, len(NAMES)))
    theirs = ours.copy()
    theirs[1, 3] = np.nan
    refuse_to_differ({"lumbung": ours, "pandas": ours + 1e-12})
    with pytest.raises(SystemExit, match=f"pandas and lumbung differ in {NAMES[3]}$"):
        refuse_to_differ({"lumbung": ours, "pandas": theirs})


def test_what_ours_is_compared_with_runs_on_a_data_set_on_disk() -> None:
    found = local(businesses=20, rows=30, turns=1, by_business=False, engine=False)
    assert found["rows"] == 600
    assert found["floor"] in ("pyarrow", "polars", "duckdb")
    assert "pandas_takes_times" not in found
    for name in ("pandas", "pandas_fused", "pyarrow", "polars", "duckdb"):
        assert reaches(found[name]["seconds_per_million"])
        assert reaches(found[name]["cpu_seconds_per_million"])
        assert found[name]["peak_mib"] > 10


def test_the_last_line_is_one_json_object(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["features", "request", "--turns=1", "--calls=1"])
    main()
    *told, last = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(last)
    for where in ("command", "date", "commit", "machine"):
        del found[where]
    assert told == lines(found)


def test_without_a_sub_command_both_contests_run_at_their_usual_sizes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    contests = {name: lambda **asked: asked for name in CONTESTS}
    monkeypatch.setattr("benchmarks.features.CONTESTS", contests)
    monkeypatch.setattr(sys, "argv", ["features"])
    main()
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["request"] == {"turns": 15, "calls": 40, "seed": 1}
    assert found["local"] == {
        "businesses": 200_000,
        "rows": 200,
        "turns": 3,
        "by_business": False,
        "engine": True,
    }


def test_a_spread_takes_one_line() -> None:
    spread = {"median": 2.0, "min": 1.0, "max": 3.0}
    (line,) = lines({"pandas": {"seconds": spread}})
    assert line.split(maxsplit=1) == ["pandas.seconds", "2.000 [1.000, 3.000]"]


def test_a_made_up_business_is_the_same_each_time_and_has_every_row() -> None:
    (applications, records), (_, again) = made_up(1, USUAL, 3), made_up(1, USUAL, 3)
    assert applications["business_id"].tolist() == hashes(np.arange(1)).tolist()
    for source, size in USUAL.items():
        for name, values in records[source].items():
            assert values.size == size
            np.testing.assert_array_equal(values, again[source][name])


def test_a_watched_program_that_fails_ends_this_one_with_its_status() -> None:
    with pytest.raises(SystemExit, match="3"):
        watched([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_watched_program_is_seen_with_its_children() -> None:
    child = "x = bytearray(100_000_000); import time; time.sleep(0.3)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    run = watched([sys.executable, "-c", parent])
    assert run.mib > 100
    assert run.seconds > 0.3
    assert run.cpu_seconds > 0

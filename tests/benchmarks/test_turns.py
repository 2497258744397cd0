"""Candidates take turns fairly, and what is told says where it comes from."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from benchmarks.turns import (
    command,
    in_turns,
    machine,
    medians,
    parser,
    quantiles,
    spread,
    tell,
    timed,
    times,
)


def test_every_turn_begins_with_another_candidate() -> None:
    called: list[str] = []
    found = in_turns({name: partial(called.append, name) for name in "abc"}, 4)
    assert "".join(called) == "abcbcacababc"
    assert found == {name: [None] * 4 for name in "abc"}


def test_what_each_turn_gave_is_told_in_order() -> None:
    numbers = iter(range(6))
    found = in_turns({"one": lambda: next(numbers), "other": lambda: next(numbers)}, 3)
    assert found == {"one": [0, 3, 4], "other": [1, 2, 5]}


def test_ratios_are_taken_turn_by_turn() -> None:
    """The machine was slow in the last turn, for both."""
    took = {"lumbung": [1.0, 2.0, 10.0], "peer": [3.0, 4.0, 50.0], "other": [1.0, 1.0, 1.0]}
    assert times(took)["peer"] == {"median": 3.0, "min": 2.0, "max": 5.0}
    assert times(took)["other"] == {"median": 0.5, "min": 0.1, "max": 1.0}
    assert set(times(took)) == {"peer", "other"}


def test_of_a_throughput_more_is_better() -> None:
    assert times({"lumbung": [200.0], "peer": [20.0]}, most=True)["peer"]["median"] == 10.0


def test_turns_that_do_not_belong_together_are_not_compared() -> None:
    with pytest.raises(ValueError, match="longer"):
        times({"lumbung": [1.0], "peer": [1.0, 2.0]})


def test_a_spread_is_the_median_and_its_reach() -> None:
    assert spread([3.0, 1.0, 2.0, 9.0]) == {"median": 2.5, "min": 1.0, "max": 9.0}


def test_stretches_hide_single_turns() -> None:
    assert medians([1, 1, 90, 2, 2, 2], 2) == [1.0, 2.0]
    assert medians([4.0, 5.0]) == [4.0, 5.0]


def test_quantiles_are_milliseconds() -> None:
    assert quantiles([0.001 * n for n in range(101)]) == pytest.approx(
        {"p50_ms": 50.0, "p99_ms": 99.0}
    )


def test_what_burns_the_processor_and_what_waits_is_told_apart() -> None:
    busy = timed(lambda: sum(range(300_000)))
    assert busy.cpu_seconds > 0
    assert busy.seconds > 0


def test_figures_are_kept_as_they_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ranking.json"
    tell("ranking", {"answer": 42}, ["--seed", "3", "--keep", str(file)], file)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told == json.loads(file.read_text("utf-8"))
    assert told["command"] == "lumbung bench ranking --seed 3"
    assert told["answer"] == 42
    assert told["date"] >= "2026-01-01"


def test_nothing_is_kept_unless_a_file_is_named(tmp_path: Path) -> None:
    assert parser("What it does.").parse_args([]).keep is None
    assert parser(None).parse_args(["--keep", str(tmp_path)]).keep == tmp_path


def test_a_command_does_not_say_where_figures_were_kept() -> None:
    assert command("dice", ["--cases", "3"]) == "lumbung bench dice --cases 3"
    assert command("dice", ["--keep", "somewhere", "--cases", "3"]) == command(
        "dice", ["--cases", "3"]
    )
    assert command("dice", ["--keep=somewhere"]) == command("dice", [])


def test_a_machine_is_told_by_what_matters_and_by_no_name() -> None:
    found = machine()
    assert found["cores"] >= 1
    assert found["memory_gib"] > 0
    assert len(found["load_before"]) == 3
    assert found["versions"]["numpy"]
    assert set(found) == {
        "cores",
        "processor",
        "memory_gib",
        "load_before",
        "system",
        "versions",
    }

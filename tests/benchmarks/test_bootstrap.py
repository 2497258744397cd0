"""The race of `benchmarks.bootstrap`, at toy size."""

from __future__ import annotations

import json
import sys

import pytest

from benchmarks import bootstrap


def test_both_find_the_same_and_figures_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    toy = ("--decisions", "1500", "--groups", "4", "--draws", "20", "--theirs", "2")
    monkeypatch.setattr(sys, "argv", ["bootstrap", *toy])
    bootstrap.main()
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["largest_difference_of_figures"] <= 1e-9
    assert (found["figures"], found["draws"], found["draws_of_fairlearn"]) == (6, 20, 2)
    assert found["fairlearn_seconds"] > 0 < found["ours_seconds"]


def test_figures_that_differ_are_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter([0.1, 0.2])

    def other(*_: object) -> dict[str, float]:
        return dict.fromkeys(bootstrap.FIGURES, next(names))

    monkeypatch.setattr(bootstrap, "ours", other)
    monkeypatch.setattr(bootstrap, "theirs", other)
    monkeypatch.setattr(sys, "argv", ["bootstrap", "--decisions", "400", "--groups", "4"])
    with pytest.raises(AssertionError, match="differ"):
        bootstrap.main()

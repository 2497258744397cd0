"""Bodies that no client would send are answered; `lumbung bench faults` sends 100,000."""

from __future__ import annotations

from pathlib import Path

from benchmarks.fuzzed import fuzzed
from benchmarks.kills import Place


def test_whatever_a_body_holds_is_answered_and_is_no_fault_of_ours(tmp_path: Path) -> None:
    seen = fuzzed(Place(tmp_path, f"sqlite:///{tmp_path}/lumbung.db"), 200)
    assert seen["faults"] == 0
    assert sum(seen["answers"].values()) == 200
    assert {"400", "422"} <= set(seen["answers"])
    assert seen["operations"] > 5

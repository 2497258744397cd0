"""Nobody notices a champion that changes under load; `lumbung bench faults` does it 100 times."""

from __future__ import annotations

from pathlib import Path

from benchmarks.swaps import swapped


def test_champions_swapped_under_load_fail_no_request_and_mix_no_answer(tmp_path: Path) -> None:
    seen = swapped(tmp_path, 3, workers=1)
    assert (seen["failed"], seen["lost"], seen["mixed"]) == (0, 0, 0)
    assert (seen["entered"], seen["entered_otherwise"]) == (3, 0)
    assert sum(seen["by_version"].values()) == seen["answers"]["201"] >= 3
    assert len(seen["by_version"]) >= 2

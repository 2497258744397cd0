"""Nobody notices a champion that changes under load; `lumbung bench faults` does it 100 times."""

from __future__ import annotations

from tests.benchmarks.small import figures
from tests.contracts.blocks import line


def test_champions_swapped_under_load_fail_no_request_and_mix_no_answer() -> None:
    found = figures(line("lumbung bench faults swaps"), "--swaps", "2")
    assert [name[-1] for name in found["parts"]] == ["1", "2"]
    for seen in found["parts"].values():
        assert (seen["failed"], seen["lost"], seen["mixed"]) == (0, 0, 0)
        assert (seen["entered"], seen["entered_otherwise"]) == (2, 0)
        assert sum(seen["by_version"].values()) == seen["answers"]["201"] >= 2
        assert len(seen["by_version"]) >= 2

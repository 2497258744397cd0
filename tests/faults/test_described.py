"""Every documented example is answered well; `lumbung bench faults schemathesis` sends 50,000."""

from __future__ import annotations

from benchmarks.described import described
from benchmarks.nursery import Nursery
from tests.conftest import ROOT


def test_what_is_documented_is_answered_as_described(server: Nursery) -> None:
    seen = described(server, 1, phases=["examples"])
    assert (seen.failures, seen.errors) == ({}, {})
    documented = {
        file.stem
        for file in (ROOT / "serving/api/examples").iterdir()
        if file.is_file() and file.suffix != ".py"
    }
    assert seen.cases.keys() >= documented
    assert not any(counts["5xx"] for counts in seen.cases.values())

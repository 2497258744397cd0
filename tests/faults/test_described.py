"""Every documented example is answered well; `lumbung bench faults schemathesis` sends 50,000."""

from __future__ import annotations

import json
from pathlib import Path

from tests.benchmarks.small import figures
from tests.conftest import ROOT
from tests.contracts.blocks import line


def test_what_is_documented_is_answered_as_described(tmp_path: Path) -> None:
    """It ends with 1: what the examples name is not there, so not all is answered well."""
    rounds = tmp_path / "rounds"
    small = ("--cases", "1", "--phases", "examples", "--kept", str(rounds))
    found = figures(line("lumbung bench faults schemathesis"), *small, status=1)
    seen = found["parts"]["schemathesis"]
    documented = {
        file.stem
        for file in (ROOT / "serving/api/examples").iterdir()
        if file.is_file() and file.suffix != ".py"
    }
    (round_,) = rounds.read_text(encoding="utf-8").splitlines()
    assert json.loads(round_)["cases"].keys() >= documented
    assert seen["never_answered_well"]
    assert (seen["faults"], seen["not_conforming"], seen["errors"]) == (0, 0, 0)

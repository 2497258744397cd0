"""An official's way: applicants that wait, the demonstration's champion, outcomes and a page."""

from __future__ import annotations

import csv
import json
import re
import shlex
import sys

from tests.conftest import ROOT
from tests.journeys.demo import Demo

FEW = "120"
"""Businesses, in place of the many of the page."""


def commands() -> list[list[str]]:
    """Return the commands of docs/allocation.md, each as its words after the program's name."""
    page = (ROOT / "docs" / "allocation.md").read_text(encoding="utf-8")
    found = re.findall(r"^    .*?lumbung ((?:.*\\\n)*.*)$", page, re.MULTILINE)
    return [shlex.split(words.replace("\\\n", " ")) for words in found]


def test_the_pages_own_commands_make_outcomes_and_a_page(demo: Demo) -> None:
    simulate, allocate = commands()
    example = demo.folder / "docs" / "examples" / "programme.yaml"
    # Few live in the hills where few are simulated.
    example.write_text(example.read_text("utf-8").replace("at_least: 20", "at_least: 1"), "utf-8")
    simulate[simulate.index("--businesses") + 1] = FEW
    program = ("env", "LUMBUNG_HOME=var/demo", sys.executable, "-m", "lumbung")
    made = demo.run([*program, *simulate])
    assert made.returncode == 0, made.stderr
    done = demo.run([*program, *allocate, "--json"])
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    with (demo.folder / "var" / "outcomes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert told["served"] == sum(row["code"] == "allocated" for row in rows) > 0
    assert all(row["reason"] for row in rows)
    assert "usaha-usaha ini simulasi" in (demo.folder / "var" / "allocation.html").read_text(
        "utf-8"
    )

"""The tutorials, walked command by command as a reader would, against the demonstration."""

from __future__ import annotations

import sys

import pytest

from tests.contracts.blocks import of
from tests.journeys.demo import Demo

CHANGED = {
    "make demo DETACH=1": "true  # it runs already",
    "make env": "true  # it is made already",
    "--businesses 1500": "--businesses 60",
    ".venv/bin/lumbung train --data var/tutorial/data": "cp var/demo/mlflow.db var/tutorial/",
    ":8000": ":{port}",
    ".venv/bin/python": "{python}",
    ".venv/bin/lumbung": "{python} -m lumbung",
}
"""What a page says → what is run here.

The demonstration was trained by the same, on as many businesses: that takes a minute of processor.
"""


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("lender", ['"answer_id"', '"repayment_id"']),
        ("official", ["female"]),
        ("applicant", ['"url"', '"code"']),
        ("developer", ["version 1 is champion", "grade"]),
    ],
)
def test_a_tutorial_is_walked_to_its_end(demo: Demo, page: str, told: list[str]) -> None:
    blocks = of("sh", f"docs/tutorials/{page}.md")
    script = "\n".join(block.text for block in blocks)
    for said, run in CHANGED.items():
        script = script.replace(said, run.replace("{port}", str(demo.port)))
    done = demo.run(["bash", "-euo", "pipefail", "-c", script.replace("{python}", sys.executable)])
    assert done.returncode == 0, done.stderr
    assert [one for one in told if one not in done.stdout] == []

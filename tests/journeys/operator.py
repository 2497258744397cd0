"""An operator with a copy of the demonstration's home, who follows a page to the letter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lumbung import cli
from tests.contracts.blocks import Block

WORDS = 'lumbung() { printf "%s\\0" "$@"; }\n'
"""Lets the shell itself take a command apart."""

WAITED = """until_ready() {
  local asked=$1; shift
  "$@" 2> service.log & local started=$!
  curl --fail --silent --retry 90 --retry-delay 1 --retry-all-errors "$asked" ||
    { cat service.log >&2; kill $started; return 1; }
  kill -TERM $started
  wait $started || [ $? = 143 ]
}
"""
"""Starts a service, asks it until it answers, and ends it as the runbook says."""


class Operator:
    """Runs blocks of the shell line by line: commands of ours in this process, others by bash.

    A process of its own for each command would take a second or two more, for the imports.
    """

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Work in a folder, with nothing of this user's settings."""
        self.folder, self.monkeypatch, self.capfd = folder, monkeypatch, capfd
        for name in [name for name in os.environ if name.startswith("LUMBUNG_")]:
            monkeypatch.delenv(name)
        monkeypatch.chdir(folder)

    def follow(self, blocks: list[Block], changed: Mapping[str, str]) -> str:
        """Run blocks one after another, but for what is changed in them; return what they print.

        Each of what is changed has to stand in the blocks: else the table would be out of date.
        """
        script = "\n".join(block.text for block in blocks)
        assert script
        for said, run in changed.items():
            assert said in script, said
            script = script.replace(said, run)
        lines = script.replace("\\\n", " ").splitlines()
        return "".join(self.run(line) for line in lines if line.strip())

    def run(self, line: str, status: int = 0) -> str:
        """Run a line, which has to end with that status; return what it prints."""
        if not line.startswith("lumbung "):
            return self._bash(WAITED + line)
        words = self._bash(WORDS + line).split("\0")[:-1]
        self.monkeypatch.setattr(sys, "argv", ["lumbung", *words])
        self.capfd.readouterr()
        ended: str | int | None = 0
        try:
            cli.main()
        except SystemExit as end:
            ended = end.code
        printed = self.capfd.readouterr()
        assert ended == status, f"{line}: {ended}\n{printed.out}{printed.err}"
        return printed.out + printed.err

    def _bash(self, script: str) -> str:
        done = subprocess.run(  # noqa: S603  blocks of our own pages
            ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607  bash, wherever it is
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

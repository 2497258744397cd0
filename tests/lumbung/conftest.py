"""A home of its own for every command, so that nothing is written elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lumbung import cli
from tests.training import cases


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status, and what it wrote where."""

    status: int
    stdout: str
    stderr: str

    def json(self) -> dict[str, Any]:
        """Return the object on the last line of standard output; it is the only such line."""
        found = [line for line in self.stdout.splitlines() if line.startswith("{")]
        assert found == [self.stdout.splitlines()[-1]]
        answer = json.loads(found[0])
        assert isinstance(answer, dict)
        return answer


Lumbung = Callable[..., Ended]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty home folder, named by the settings; the current folder is empty too."""
    for name in list(os.environ):
        if name.startswith("LUMBUNG_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LUMBUNG_HOME", str(tmp_path / "home"))
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def lumbung(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Lumbung:
    """Return a function that runs the program in this process, as its console script does."""
    assert home.is_dir()

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["lumbung", *map(str, arguments)])
        capfd.readouterr()
        try:
            cli.main()
        except SystemExit as ended:
            status = ended.code
        else:
            status = 0
        assert isinstance(status, int)
        return Ended(status, *capfd.readouterr())

    return run


@pytest.fixture
def new_store(home: Path, base: Path) -> Path:
    """Put an MLflow store without any run into the home folder."""
    return Path(shutil.copy(cases.blank_store(base), home / "mlflow.db"))


@pytest.fixture
def trained_store(home: Path, base: Path) -> Path:
    """Put a store with one version, none of whose gates is red, into the home folder."""
    return Path(shutil.copy(cases.trained_store(base)[0], home / "mlflow.db"))

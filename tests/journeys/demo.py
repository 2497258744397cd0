"""The demonstration, started as a reader of the README would."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lumbung.demo import told
from serving.settings import Settings
from tests.conftest import ROOT


@dataclass(frozen=True)
class Demo:
    """A demonstration in a folder of its own, whose caller has an empty home folder."""

    folder: Path
    home: Path
    port: int

    def lumbung(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the program, as `make` does."""
        return self.run([sys.executable, "-m", "lumbung", *arguments])

    def start(self, *options: str) -> str:
        """Start the demonstration, without MLflow's pages unless asked; return what it says."""
        asked = options or ("--no-mlflow",)
        done = self.lumbung("demo", "--detach", "--port", str(self.port), *asked)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def said(self) -> str:
        """Return what a start prints of this one that runs, with links and codes that open."""
        settings = Settings(
            home=self.folder / "var" / "demo", offer_examples=True, database_url="", mlflow_uri=""
        )
        return told(settings, f"http://127.0.0.1:{self.port}", "")

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder, and wait for its end."""
        return subprocess.run(  # noqa: S603  commands of our own
            command,
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def environment(self) -> dict[str, str]:
        """Return what `make` exports, and nothing else of this user's."""
        return {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "MPLCONFIGDIR": str(self.folder / ".cache" / "matplotlib"),
            "PYTHONUNBUFFERED": "1",
        }

    def ask(self) -> dict[str, Any]:
        """Ask for a decision with the README's own command."""
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        found = re.search(r"```sh\n(curl .*?)```", readme, re.DOTALL)
        assert found
        command = found[1].replace("8000", str(self.port))
        done = self.run(["bash", "-ec", command])
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer

    def link(self) -> tuple[str, str]:
        """Give an applicant a page with the README's own commands; return its address and code."""
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        found = re.search(r"```sh\n(decision=.*?)```", readme, re.DOTALL)
        assert found
        command = (
            found[1].replace("8000", str(self.port)).replace(".venv/bin/python", sys.executable)
        )
        done = self.run(["bash", "-ec", command])
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        return said["url"], said["code"]

    def way(self, who: str) -> dict[str, Any]:
        """Return by what somebody signs in."""
        kept = self.folder / "var" / "demo" / "accounts.json"
        way = json.loads(kept.read_text(encoding="utf-8"))[who]
        assert isinstance(way, dict)
        return way

    def store(self) -> str:
        """Return the URI of its MLflow store."""
        return f"sqlite:///{self.folder}/var/demo/mlflow.db"

    def copied(self, folder: Path) -> Path:
        """Copy the home, without its data set, to a folder's `var`; it may run meanwhile."""
        home = self.folder / "var" / "demo"
        left = shutil.ignore_patterns("data", "lumbung.db*", "rates.db*", "service.*")
        shutil.copytree(home, folder / "var", ignore=left)
        with (
            closing(sqlite3.connect(home / "lumbung.db")) as one,
            closing(sqlite3.connect(folder / "var" / "lumbung.db")) as other,
        ):
            one.backup(other)
        return folder / "var"

    def key(self, whose: str = "api") -> str:
        """Return a key of the demonstration: its partner's (``api``), or an official's."""
        kept = self.folder / "var" / "demo" / f"{whose}-key"
        return kept.read_text(encoding="utf-8").strip()

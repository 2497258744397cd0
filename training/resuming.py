"""Long work that goes on where it was stopped: a hidden folder that remembers what is done."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import polars as pl

from features.errors import BadInput

NOTES: Final = ".work"
"""The folder, in the hidden one, of what is not part of the result."""


@dataclass(frozen=True)
class Work:
    """A hidden folder beside what is being made.

    Args:
        folder: where the parts lie.
    """

    folder: Path

    @property
    def notes(self) -> Path:
        """Return the folder of what is not part of the result."""
        return self.folder / NOTES

    def said(self, part: str) -> dict[str, Any] | None:
        """Return what was said of a part when it was done; None while it is not."""
        marker = self.notes / f"{part}.json"
        if not marker.exists():
            return None
        said: dict[str, Any] = json.loads(marker.read_text("utf-8"))
        return said

    def done(self, part: str, said: Mapping[str, Any]) -> None:
        """Say that a part is done, and something about it."""
        unfinished = self.notes / f"{part}.tmp"
        unfinished.write_text(json.dumps(said), encoding="utf-8")
        unfinished.replace(self.notes / f"{part}.json")

    def place(self, part: Path) -> Path:
        """Return where this process writes a file until it is whole; `put` moves it."""
        return self.notes / f"{part.parent.name}-{part.name}-{os.getpid()}"

    def put(self, part: Path) -> None:
        """Move a file written at `place` to where it belongs."""
        part.parent.mkdir(parents=True, exist_ok=True)
        self.place(part).replace(part)

    def forget(self) -> None:
        """Remove the notes, so that the folder holds the result alone."""
        shutil.rmtree(self.notes)


def made_with(*packages: ModuleType) -> str:
    """Return a digest of the code of packages, and of what their numbers depend on."""
    digest = hashlib.sha256(f"{np.__version__} {pl.__version__}".encode())
    for package in packages:
        for file in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def begun(out: Path, doing: str, settings: Mapping[str, Any]) -> Iterator[Work]:
    """Give the folder to work in: what an equal run left, or a new one.

    Args:
        out: what is being made.
        doing: what is done, as one word of the folder's name.
        settings: all that the parts depend on.

    Raises:
        BadInput: another process is making the same (``already-running``).
    """
    work = Work(out.parent / f".{out.name}-{doing}")
    work.folder.mkdir(parents=True, exist_ok=True)
    with _alone(work.folder, out):
        said, settings_now = work.notes / "settings.json", json.dumps(settings, default=str)
        if not said.exists() or said.read_text("utf-8") != settings_now:
            for left in work.folder.iterdir():
                shutil.rmtree(left)
            work.notes.mkdir()
            said.write_text(settings_now, encoding="utf-8")
        yield work


@contextlib.contextmanager
def _alone(folder: Path, out: Path) -> Iterator[None]:
    """Keep others from a folder; the lock ends with this process, however that ends."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(held)
        raise BadInput(
            found=f"another process that makes {out.name}",
            expected="one at a time",
            hint="Wait for it, or name another with --out.",
            code="already-running",
        ) from error
    try:
        yield
    finally:
        os.close(held)

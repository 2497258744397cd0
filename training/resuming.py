"""Long work that goes on where it was stopped: a hidden folder that remembers what is done."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

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
        """Return where to write a file of the folder until it is whole; `put` moves it there."""
        return self.notes / f"{part.parent.name}-{part.name}"

    def put(self, part: Path) -> None:
        """Move a file written at `place` to where it belongs."""
        part.parent.mkdir(parents=True, exist_ok=True)
        self.place(part).replace(part)

    def forget(self) -> None:
        """Remove the notes, so that the folder holds the result alone."""
        shutil.rmtree(self.notes)


def begun(out: Path, doing: str, settings: Mapping[str, Any]) -> Work:
    """Return the folder to work in: what an equal run left, or a new one.

    Args:
        out: what is being made.
        doing: what is done, as one word of the folder's name.
        settings: all that the parts depend on.
    """
    work = Work(out.parent / f".{out.name}-{doing}")
    said, settings_now = work.notes / "settings.json", json.dumps(settings, default=str)
    if not said.exists() or said.read_text("utf-8") != settings_now:
        shutil.rmtree(work.folder, ignore_errors=True)
        work.notes.mkdir(parents=True)
        said.write_text(settings_now, encoding="utf-8")
    return work

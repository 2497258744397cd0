"""A first mapping for a foreign file."""

from __future__ import annotations

from pathlib import Path


def suggest(file: Path) -> str:
    """Return a mapping."""
    raise NotImplementedError(file)

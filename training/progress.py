"""How long work tells where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Step = Callable[[str, int, int], None]
"""Told what is being done, how much is done, and of how much, which may change."""

UNHEARD: Final[Step] = lambda *_: None  # noqa: E731  a value like any other step

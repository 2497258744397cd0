"""A gate: what it found, against what it expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Colour = Literal["green", "amber", "red"]


@dataclass(frozen=True)
class Gate:
    """What one gate found, against what it expected."""

    code: str
    title: str
    colour: Colour
    found: str
    expected: str


def red(found: Iterable[Gate]) -> list[Gate]:
    """Return the gates that stop a promotion."""
    return [gate for gate in found if gate.colour == "red"]

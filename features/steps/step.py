"""What a step is: one thing a person can do, as the change it makes in one source of records.

A step changes records, never features: what reads these records is computed from them anew
by the very same kernels, so features that depend on each other move together. It is declared
once, with `step`, beside the change. Its words stand elsewhere, by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from features.feature import Feature
from features.known import Known
from features.rows import Rows

Change = Callable[[Known, int], Rows | None]

NOW: Final = 1 / 24
"""When what is done today is done, in days before the assessment: an hour."""


@dataclass(frozen=True)
class Step:
    """One thing a person can do.

    Args:
        change: what was known of one application, and how many days were given to it → the rows
            of the source as they would be; None where there is nothing to do.
        name: the step's name, that of its function.
        meaning: its docstring.
        source: the source whose records it changes.
        targets: the features it is done for, all in a person's hands.
        horizons: in how many days it can be done, the shortest first.
        effort: 1 little … 5 much.
        reads: the other sources it goes by.
    """

    change: Change
    name: str
    meaning: str
    source: str
    targets: tuple[Feature, ...]
    horizons: tuple[int, ...]
    effort: int
    reads: frozenset[str] = frozenset()

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the reasons it answers to."""
        return tuple(dict.fromkeys(target.reason for target in self.targets))

    def __call__(self, known: Known, days: int) -> Rows | None:
        """Return the source's rows, had it been done over so many days; None if it is idle."""
        return self.change(known, days)


def step(
    source: str,
    *targets: Feature,
    horizons: tuple[int, ...],
    effort: int,
    reads: tuple[str, ...] = (),
) -> Callable[[Change], Step]:
    """Declare the function below as a step; see `Step` for the arguments."""

    def declare(change: Change) -> Step:
        return Step(
            change=change,
            name=change.__name__,
            meaning=" ".join((change.__doc__ or "").split()),
            source=source,
            targets=targets,
            horizons=horizons,
            effort=effort,
            reads=frozenset(reads),
        )

    return declare

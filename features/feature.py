"""What a feature is: a short function on what was known, and everything said about it.

A feature is declared once, with `feature`, beside the arithmetic that computes
it; the catalogue collects the declarations. The sources it reads are not even
declared: they are seen by watching it. Only its words for people stand elsewhere,
one file per language (`serving.telling.words`), by its name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from features.known import Known, nothing
from features.lazy import shared
from features.rows import Floats, Rows
from features.sources import SOURCES

Unit = Literal["money", "ratio", "share", "days", "months", "count"]
Direction = Literal[-1, 0, 1]


@dataclass(frozen=True)
class Feature:
    """One number about an application.

    Args:
        compute: what was known of *n* applications → (n,) values, NaN where missing.
        name: the feature's name, that of its function.
        meaning: its docstring: the formula and the window.
        unit: ``money`` in minor units; ``share`` 0 … 1; ``ratio`` a quotient; else as named.
        low: the smallest possible value.
        high: the largest possible value.
        direction: the monotone constraint on risk: -1 a higher value never raises the risk,
            1 never lowers it, 0 not constrained.
        reason: the code of the reason it speaks for, such as ``R07``.
        missing: what a missing value means.
        days_to_change: within how many days a person could change it; None when not in their hands.
    """

    compute: Callable[[Known], Floats]
    name: str
    meaning: str
    unit: Unit
    low: float
    high: float
    direction: Direction
    reason: str
    missing: str
    days_to_change: int | None

    def __call__(self, known: Known) -> Floats:
        """Return (n,) values of the feature; NaN where missing."""
        return self.compute(known)

    @functools.cached_property
    def sources(self) -> tuple[str, ...]:
        """Return the sources it reads, in the order of `SOURCES`; none if it takes what is asked.

        Where none of them has rows it is missing.
        """
        return sources_of(self.compute)

    @functools.cached_property
    def asks(self) -> bool:
        """Return whether it reads what is asked: the amount or the tenor."""
        watched = _Request(np.zeros(1, np.int64), np.ones(1), np.ones(1), Watched())
        self(watched)
        return _Request.READ in watched.once


def sources_of(compute: Callable[[Known], object]) -> tuple[str, ...]:
    """Return the sources that a function reads, in the order of `SOURCES`.

    It must not branch on the data, so that what it reads without rows it reads with any.
    """
    watched = Watched()
    compute(Known(np.zeros(1, np.int64), np.ones(1), np.ones(1), watched))
    return tuple(source for source in SOURCES if source in watched)


class _Request(Known):
    """One application without any rows, which notes whether its request was read."""

    READ: ClassVar = "read"
    n = 1  # to count is not to read

    def __getattribute__(self, name: str) -> Any:
        if name in {"amount", "tenor_months"}:
            self.once[_Request.READ] = True
        return super().__getattribute__(name)


class Watched(dict[str, Rows]):
    """The sources of one application without any rows, of which it holds those that were read."""

    def __missing__(self, source: str) -> Rows:
        """Hold the source from now on, and return it."""
        return self.setdefault(source, nothing(SOURCES[source], 1))


def feature(
    unit: Unit,
    direction: Direction,
    reason: str,
    *,
    missing: str,
    low: float = 0.0,
    high: float = np.inf,
    days_to_change: int | None = None,
) -> Callable[[Callable[[Known], Floats]], Feature]:
    """Declare the function below as a feature; see `Feature` for the arguments."""

    def declare(compute: Callable[[Known], Floats]) -> Feature:
        return Feature(
            compute=shared(compute),
            name=compute.__name__,
            meaning=" ".join((compute.__doc__ or "").split()),
            unit=unit,
            low=low,
            high=1.0 if unit == "share" else high,
            direction=direction,
            reason=reason,
            missing=missing,
            days_to_change=days_to_change,
        )

    return declare

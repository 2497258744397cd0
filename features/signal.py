"""What a signal is: a number that may send a case to a person, and never moves a point.

A signal is computed as a feature is, on `Known` and by the same kernels, but it is none: the
catalogue does not hold it, so no model is fitted on it and no reason speaks for it. It is
declared once, with `signal`, beside its arithmetic in `features.signals`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from features.feature import Unit, sources_of
from features.known import Known
from features.lazy import shared
from features.rows import Floats


@dataclass(frozen=True)
class Signal:
    """One number about how an application's records came to be.

    Args:
        compute: what was known of *n* applications → (n,) values, NaN where missing.
        name: the signal's name, that of its function.
        meaning: its docstring: the formula and the window.
        unit: ``share`` 0 … 1, or ``ratio``, a quotient or a difference.
        low: the smallest possible value.
        high: the largest possible value.
        line: the value from which on a person must look, unless the policy draws another.
        missing: what a missing value means; it never raises a hand.
        currency: the only currency it speaks of; None where it speaks of any.
    """

    compute: Callable[[Known], Floats]
    name: str
    meaning: str
    unit: Unit
    low: float
    high: float
    line: float
    missing: str
    currency: str | None

    @functools.cached_property
    def sources(self) -> tuple[str, ...]:
        """Return the sources it reads, in order; where none of them has rows it is missing."""
        return sources_of(self.compute)

    def __call__(self, known: Known) -> Floats:
        """Return (n,) values of the signal; NaN where missing."""
        return self.compute(known)


def signal(
    unit: Unit,
    line: float,
    *,
    missing: str,
    low: float = 0.0,
    high: float = np.inf,
    currency: str | None = None,
) -> Callable[[Callable[[Known], Floats]], Signal]:
    """Declare the function below as a signal; see `Signal` for the arguments."""

    def declare(compute: Callable[[Known], Floats]) -> Signal:
        return Signal(
            compute=shared(compute),
            name=compute.__name__,
            meaning=" ".join((compute.__doc__ or "").split()),
            unit=unit,
            low=low,
            high=1.0 if unit == "share" else high,
            line=line,
            missing=missing,
            currency=currency,
        )

    return declare

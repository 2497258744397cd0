"""Applicants of a period against those a model was trained on, and those of the same season."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from audit.cells import LEAST
from audit.drift.comparison import Comparison, Measure
from audit.drift.seen import Asked
from audit.drift.stability import index, shift
from audit.fairness.estimate import Z95, Estimate, difference, wilson
from audit.fairness.significance import p_value
from features.catalogue import NAMES
from features.rows import Floats
from models.reference import Bins, Reference

ENOUGH: Final = 30
"""Applicants below which nothing is said of them."""


def compared(reference: Reference, asked: Asked, season: Asked | None) -> Iterator[Comparison]:
    """Yield what moved: the score, every feature's values, and how often each is missing.

    Args:
        reference: what the model was trained on.
        asked: applicants of the period.
        season: those of the same Hijri season a year before, None where that is not known.
    """
    then = {} if season is None else dict(_columns(season))
    for name, values in _columns(asked):
        bins = reference.score if name == SCORE else reference.features.get(name)
        if bins is None or values.size < ENOUGH:
            continue
        before = then.get(name, np.empty(0))
        yield _moved(name, bins, values, before)
        if name != SCORE and (gap := _missing(name, bins, values, before)) is not None:
            yield gap


SCORE: Final = ""

BINS: Final = 6
"""Bins with anybody in them from which on many counts have about the same index."""

SPREAD: Final = 0.05
"""An index of the score that is none: its reference is by trees of some folds, whose scores spread
wider than those of all, by some 0.04 where nothing drifts (docs/decisions/0050-drift.md)."""


def _columns(of: Asked) -> Iterator[tuple[str, Floats]]:
    yield SCORE, of.points[~np.isnan(of.points)]
    yield from zip(NAMES, of.vectors.T, strict=True)


def _moved(name: str, bins: Bins, values: Floats, before: Floats) -> Comparison:
    now = bins.count(values)
    found = shift(np.array(bins.counts), now, SPREAD if name == SCORE else 0.0)
    then = bins.count(before) if before.size >= ENOUGH else None
    in_season = None if then is None else float(index(then, now))
    measure: Measure = "score" if name == SCORE else "feature"
    told = _many(now) and (then is None or _many(then))
    return Comparison(measure, name, found.index, found.p, in_season, told)


def _many(counts: Floats) -> bool:
    """Return whether an index of counts gives away none of fewer than ten: one of few bins does."""
    there = counts[counts > 0]
    return bool(there.size >= BINS or there.min() >= LEAST)


def _missing(name: str, bins: Bins, values: Floats, before: Floats) -> Comparison | None:
    """Compare how often a value is missing; None where it always is, or never."""
    n, trained = values.size, sum(bins.counts)
    gone, missed = int(np.isnan(values).sum()), bins.counts[-1]
    if gone + missed in (0, n + trained):
        return None

    def gap(z: float) -> Estimate:
        return difference(wilson(gone / n, n, z), wilson(missed / trained, trained, z))

    season = before if before.size >= ENOUGH else np.empty(0)
    in_season = gone / n - float(np.isnan(season).mean()) if season.size else None
    then = int(np.isnan(season).sum())
    told = all(few == 0 or few >= LEAST for few in (gone, n - gone, then, season.size - then))
    return Comparison("missing", name, gap(Z95), p_value(gap, 0.0), in_season, told)

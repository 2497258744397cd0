"""Which groups the features give away: a model could treat them apart without being told.

Who is of a group is guessed from the features, by a ridge regression on fifths of each (and on
whether it is there at all), fitted on four fifths of the businesses and held against the others.
The figure is the AUC of the guesses: 0.5 is chance, 1 is certainty. Folds share what they are
fitted on, so what chance alone comes to is found by shuffling who is of which group. A feature that
tells a group is no fault by itself: it may tell risk as well. What lies in features that only
together tell a group is not seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from audit.fairness.cases import NOT_TOLD, Cases, Groups
from audit.fairness.draws import USUAL, Drawing
from audit.fairness.estimate import Estimate, quantile
from audit.fairness.measures import ENOUGH
from audit.fairness.ranking import auc
from audit.fairness.significance import holm
from audit.origins.guessing import Guessing, above, error_of, split
from audit.origins.ranks import rank_sums
from features.rows import Flags, Floats

MOST: Final = 5
"""Features that are named of a group."""


@dataclass(frozen=True)
class Traits:
    """What is known of each application.

    Args:
        names: of the features.
        values: (n, k) of each, NaN where not known.
        businesses: (n,) text, whose application it is; later rows are later applications.
    """

    names: tuple[str, ...]
    values: Floats
    businesses: np.ndarray

    def latest(self) -> Flags:
        """Return (n,) whether it is the last one of its business: groups hardly change."""
        backwards = self.businesses[::-1]
        _, first = np.unique(backwards, return_index=True)
        found = np.zeros(backwards.size, dtype=np.bool_)
        found[backwards.size - 1 - first] = True
        return found


@dataclass(frozen=True)
class Told:
    """A feature by itself: how often the group's value is above one of the rest, 0 … 1.

    It was picked among many for lying far from 0.5, so its interval errs on the far side.
    """

    feature: str
    auc: Estimate


@dataclass(frozen=True)
class Proxy:
    """How well the features tell a group; all None where there is insufficient data.

    Args:
        attribute: the protected attribute.
        group: one of its values, against the rest of those who told.
        auc: of guesses about businesses that were not fitted on.
        by_chance: what it stays below in 39 of 40 cases where the features tell nothing.
        p: one-sided p-value of that they tell nothing; corrected: among all that were asked.
        strongest: features that by themselves differ, beyond chance among all, the most telling
            first.
    """

    attribute: str
    group: str
    auc: Estimate | None = None
    by_chance: float | None = None
    p: float | None = None
    corrected: float | None = None
    strongest: tuple[Told, ...] = ()


def proxies(
    traits: Traits,
    groups: Groups,
    wanted: Sequence[tuple[str, str]],
    error: float = 0.05,
    drawing: Drawing = USUAL,
) -> tuple[Proxy, ...]:
    """Return how well the features tell each group.

    Args:
        traits: of the applications.
        groups: of the same.
        wanted: attribute and group of those that may be told of.
        error: how often at most a feature is named that tells nothing, all together.
        drawing: confidence and seed.
    """
    found: list[_Found] = []
    latest = traits.latest()
    for attribute in dict.fromkeys(name for name, _ in wanted):
        rows = latest & (groups[attribute] != NOT_TOLD)
        names = [group for of, group in wanted if of == attribute]
        inside = np.column_stack([groups[attribute][rows] == name for name in names])
        found += _of_attribute(attribute, names, traits.values[rows], inside, drawing)
    return tuple(_corrected(found, traits.names, error))


@dataclass(frozen=True)
class _Found:
    """A group that is not corrected yet; of each feature how many standard errors it is from 0.5.

    ``first``: the features that lie farthest, by their place, and their AUC.
    """

    bare: Proxy
    apart: Floats
    first: dict[int, Estimate]


def _of_attribute(
    attribute: str, names: Sequence[str], values: Floats, inside: Flags, drawing: Drawing
) -> Iterator[_Found]:
    """Yield the groups of an attribute."""
    enough = np.minimum(inside.sum(axis=0), (~inside).sum(axis=0)) >= ENOUGH
    guessing = Guessing.of(split(values), drawing.seed) if enough.any() else None
    wider = 1.0 if guessing is None else guessing.wider(drawing.seed)
    members = inside.astype(np.float64)
    z = quantile((1 + drawing.confidence) / 2)
    away = np.abs(rank_sums(values, members)[1])
    there = (~np.isnan(values)).astype(np.float64)
    able = np.minimum(there.T @ members, there.T @ (1 - members)) >= ENOUGH
    for at, name in enumerate(names):
        bare = Proxy(attribute, name)
        if guessing is not None and enough[at]:
            bare = _guessed(bare, guessing, members[:, at], wider, drawing.confidence)
        apart = np.where(able[:, at], away[:, at], 0.0)
        first = [int(k) for k in np.argsort(-apart, kind="stable")[:MOST] if apart[k]]
        yield _Found(bare, apart, {k: _by_itself(values[:, k], members[:, at], z) for k in first})


def _by_itself(values: Floats, members: Floats, z: float) -> Estimate:
    """Return the AUC of one feature, among those of whom it is known."""
    there = ~np.isnan(values)
    return auc(Cases.of({}, probability=values[there], bad=members[there]), z)


def _guessed(
    bare: Proxy, guessing: Guessing, members: Floats, wider: float, confidence: float
) -> Proxy:
    """Return what guesses come to about (n,) 1 or 0, beside chance."""
    guesses = guessing.guesses(members[:, None])
    spread = wider * error_of(members)
    away = float(above(guesses, members[:, None])[0] - 0.5) / spread
    z = quantile((1 + confidence) / 2) * wider
    return replace(
        bare,
        auc=auc(Cases.of({}, probability=guesses[:, 0], bad=members), z),
        by_chance=0.5 + quantile(0.975) * spread,
        p=0.5 * math.erfc(away / math.sqrt(2)),
    )


def _corrected(found: Sequence[_Found], names: Sequence[str], error: float) -> Iterator[Proxy]:
    """Yield the groups, with p-values and features as they stand among all."""
    able = [one for one in found if one.bare.p is not None]
    of_groups = iter(holm([one.bare.p or 0.0 for one in able]))
    each = [math.erfc(z / math.sqrt(2)) for one in able for z in one.apart]
    of_features = iter(holm(each).reshape(len(able), len(names)))
    for one in found:
        if one.bare.p is None:
            yield one.bare
            continue
        p, of_each = float(next(of_groups)), next(of_features)
        told = (Told(names[at], of) for at, of in one.first.items() if of_each[at] < error)
        yield replace(one.bare, corrected=p, strongest=tuple(told))

"""Guesses of who is of a group, each by a ridge regression on others than it is about."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from audit.origins.ranks import ranks
from features.rows import Flags, Floats

FOLDS: Final = 5

DIFFERENT: Final = 12
"""Values of a feature up to which each is a column of its own; else its fifths are."""

PENALTY: Final = 4.0
"""The ridge for each column: as where all features together tell a fifth of a group's variance."""

SHUFFLES: Final = 200


@dataclass(frozen=True)
class Guessing:
    """Ridge regressions, each of one fold's guesses from all other folds; they fit any labels.

    Args:
        columns: (n, p) what is guessed from.
        folds: rows of each.
        solved: of each fold (p, rows) what turns the sums of the others into guesses.
    """

    columns: Floats
    folds: list[np.ndarray]
    solved: list[Floats]

    @classmethod
    def of(cls, columns: Floats, seed: int) -> Guessing:
        """Return regressions on (n, p) columns of `split`; folds are drawn by the seed."""
        n, p = columns.shape
        folds = np.array_split(np.random.default_rng([seed, 3]).permutation(n), FOLDS)
        every = columns.T @ columns + PENALTY * p * np.eye(p)
        parts = [columns[rows] for rows in folds]
        return cls(columns, folds, [np.linalg.solve(every - x.T @ x, x.T) for x in parts])

    def guesses(self, labels: Floats) -> Floats:
        """Return (n, m) where each stands in its fold, 0 … 1, by each of (n, m) labels."""
        apart = labels - labels.mean(axis=0)
        every = self.columns.T @ apart
        found = np.empty(labels.shape)
        for rows, solved in zip(self.folds, self.solved, strict=True):
            guessed = solved.T @ (every - self.columns[rows].T @ apart[rows])
            found[rows] = (ranks(guessed) - 0.5) / rows.size
        return found

    def wider(self, seed: int) -> float:
        """Return how much wider figures spread by chance than those of independent guesses, 1 up.

        The guesses of one fold rest on the labels of the others, so folds vary together, whatever
        the size of a group: it is found with halves.
        """
        n = self.columns.shape[0]
        random = np.random.default_rng([seed, 2])
        halves = (np.arange(n) % 2).astype(np.float64)
        shuffled = np.column_stack([random.permutation(halves) for _ in range(SHUFFLES)])
        spread = np.sqrt(np.mean((above(self.guesses(shuffled), shuffled) - 0.5) ** 2))
        return max(1.0, float(spread) / error_of(halves))


def split(values: Floats) -> Floats:
    """Return (n, p) what is guessed from: fifths or values of each feature, on one scale."""
    made = [of for column in values.T for of in _parts(column)]
    varied = np.array([of for of in made if 0 < of.sum() < of.size], dtype=np.float64).T
    if not varied.size:
        return np.zeros((values.shape[0], 1))
    found: Floats = (varied - varied.mean(axis=0)) / varied.std(axis=0)
    return found


def _parts(column: Floats) -> Iterator[Flags]:
    """Yield which applications lie in each fifth of a feature, or have each of its values."""
    there = ~np.isnan(column)
    if not there.any():
        return
    yield ~there
    known = np.unique(column[there])
    if known.size > DIFFERENT:
        known = np.unique(np.quantile(column[there], [0.0, 0.2, 0.4, 0.6, 0.8]))
    place = np.searchsorted(known, column, "right")
    yield from (there & (place == at) for at in range(1, known.size + 1))


def above(guesses: Floats, labels: Floats) -> Floats:
    """Return (m,) how far up guesses place the ones of labels: their AUC within a fold."""
    own = labels.sum(axis=0)
    ones, others = (guesses * labels).sum(axis=0), (guesses * (1 - labels)).sum(axis=0)
    found: Floats = 0.5 + ones / own - others / (labels.shape[0] - own)
    return found


def error_of(members: Floats) -> float:
    """Return the standard error of an AUC of independent guesses by chance (Mann & Whitney)."""
    n, own = members.size, members.sum()
    return math.sqrt((n + 1) / (12 * own * (n - own)))

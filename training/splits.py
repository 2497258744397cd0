"""Out of time and out of business: on which loans a model is fitted, and on which tested.

Four sets tell apart what a model may have learned by heart: the loans it was fitted on;
earlier loans of businesses it did not see; later loans of businesses it knows; and later
loans of businesses it does not. The second needs no loans to be held out: each earlier
loan has a prediction of trees that never saw its business (`training.fitting.fit.out_of_fold`).
docs/decisions/0024 has the reasons.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Final

import numpy as np

from features.errors import BadInput
from features.rows import Flags, Ints
from training.table import TrainingTable, instant

LAST_SHARE: Final = 0.3
"""The share of applications, the latest, tested on when no date is given."""


@dataclass(frozen=True)
class Split:
    """The loans of a training table, parted by an instant.

    Args:
        fit: the earlier loans, those a model is fitted on; both outcomes occur.
        later: the later loans, those the headline figures are of; both outcomes occur.
    """

    fit: TrainingTable
    later: TrainingTable

    @functools.cached_property
    def later_known(self) -> TrainingTable:
        """Return the later loans of businesses with an earlier one; it may be empty."""
        return self.later.part(self._known)

    @functools.cached_property
    def later_new(self) -> TrainingTable:
        """Return the later loans of businesses without an earlier one; it may be empty."""
        return self.later.part(~self._known)

    @property
    def _known(self) -> Flags:
        return np.isin(self.later.businesses, self.fit.businesses)


def out_of_time(table: TrainingTable, test_from: date | None = None) -> Split:
    """Return the applications before *test_from* (UTC midnight), and the rest.

    Without a date, the latest 30% are tested on.

    Raises:
        BadInput: one of the two has no good or no bad loan (``bad-split``).
    """
    if test_from is None:
        bound = int(np.quantile(table.as_of, 1 - LAST_SHARE, method="higher"))
    else:
        midnight = datetime(test_from.year, test_from.month, test_from.day, tzinfo=UTC)
        bound = int(midnight.timestamp()) * 1_000_000
    split = Split(table.part(table.as_of < bound), table.part(table.as_of >= bound))
    for part, name in ((split.fit, "before"), (split.later, "from")):
        if not has_both(part):
            raise _bad_split(part, f"{name} {instant(bound).date()}", "Choose another --test-from")
    return split


def forward_folds(table: TrainingTable, n: int) -> Iterator[tuple[TrainingTable, TrainingTable]]:
    """Yield (earlier, later) *n* times, each later than the one before, for choosing a recipe.

    The window expands: what is earlier is all that came before. A business on the earlier side is
    left out of the later one. Bounds lie so that about as many bad loans are in each of the n + 1
    stretches of time; applications of one instant are never parted.

    Raises:
        BadInput: a side of some fold has no good or no bad loan (``bad-split``).
    """
    for start, end in pairwise(_bounds(table, n)):
        earlier = table.part(table.as_of < start)
        stretch = (table.as_of >= start) & (table.as_of < end)
        later = table.part(stretch & ~np.isin(table.businesses, earlier.businesses))
        for part, name in ((earlier, "before"), (later, "of other businesses from")):
            if not has_both(part):
                said = f"{name} {instant(start).date()}"
                raise _bad_split(part, said, f"Take fewer than {n} folds")
        yield earlier, later


def stretches(table: TrainingTable, n: int) -> Ints:
    """Return (n loans,) in which stretch of time each lies, from 0, about as many bad ones in each.

    There are at most *n*. Loans of one time lie in one stretch; where all have the same, there is
    one.
    """
    bounds = np.quantile(table.as_of[table.bad == 1], np.arange(1, n) / n)
    return np.unique(np.searchsorted(bounds, table.as_of, side="right"), return_inverse=True)[1]


def _bounds(table: TrainingTable, n: int) -> list[int]:
    """Return the *n* beginnings of stretches tested on, and the end of the last."""
    went_bad = np.sort(table.as_of[table.bad == 1])
    if went_bad.size <= n:
        raise _bad_split(table, "in all", f"Take fewer than {n} folds")
    places: Ints = np.arange(1, n + 1) * went_bad.size // (n + 1)
    return [*went_bad[places].tolist(), int(table.as_of.max()) + 1]


def has_both(part: TrainingTable) -> bool:
    """Return whether there are good loans and bad ones."""
    return bool(0 < part.bad.sum() < part.bad.size)


def _bad_split(part: TrainingTable, where: str, advice: str) -> BadInput:
    return BadInput(
        found=f"{part.bad.size} loans, {part.bad.sum()} bad, {where}",
        expected="at least one good and one bad loan on both sides of the date",
        hint=f"{advice}, or a larger data set.",
        code="bad-split",
    )

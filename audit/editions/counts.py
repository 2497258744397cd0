"""Counts of one set of people, of which none may be found that is about fewer than ten.

What is counted are parts of those applications and cases of a period, by whatever they are told
apart by. All of them are held against one linear programme (`audit.cells`): two parts that overlap
cannot give away what each hides. The audit of groups tells how many there are and how many of them
were approved; these *fixed* numbers stand, and what is hidden stays hidden beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from audit.cells import few, publishable
from features.rows import Flags

DEAR: Final = 1e9
"""What it costs to hide a number that is told elsewhere."""


@dataclass(frozen=True)
class Part:
    """Some of those who are counted.

    Args:
        holds: (n,) who is in it.
        of: the part that it is a share of, so that who is not in it counts too; empty for none.
        fixed: whether the number is told elsewhere.
    """

    holds: Flags
    of: str = ""
    fixed: bool = False


Counts = Mapping[str, int | None]
"""Name of a part → how many are in it, None where it is hidden."""


def counts(parts: Mapping[str, Part]) -> Counts:
    """Return how many are in each part, as far as it may be told.

    A number under ten is hidden, and so is one that leaves fewer than ten of what it is a share of.
    Of fewer than ten who are told of as a fixed number nothing else is told; and where all that is
    hidden could still be found beside the fixed numbers, nothing is told but these.

    Args:
        parts: name → who is in it, all of as many.
    """
    named = {name: one for name, one in parts.items() if not _tells_of_few(one, parts)}
    names, rows = list(named), [one.holds for one in named.values()]
    rests = [parts[one.of].holds & ~one.holds for one in named.values() if one.of]
    kinds, people = np.unique(np.array([*rows, *rests]), axis=1, return_counts=True)
    m, k = kinds.shape
    every = np.concatenate([kinds @ people, people])
    fixed = np.zeros(m + k, dtype=bool)
    fixed[: len(names)] = [one.fixed for one in named.values()]
    shown = publishable(
        every,
        np.hstack([-np.eye(m, dtype=np.int64), kinds.astype(np.int64)]),
        meant=np.arange(m + k) < len(names),
        guarded=(np.arange(m + k) < m) & ~fixed,
        worth=np.where(fixed, DEAR, every + 1.0),
    )
    told = shown if shown[fixed].all() else fixed
    return {
        name: int(every[names.index(name)]) if name in named and told[names.index(name)] else None
        for name in parts
    }


def _tells_of_few(one: Part, parts: Mapping[str, Part]) -> bool:
    """Return whether a part tells of some of those few whose number is told elsewhere."""
    if one.fixed:
        return False
    blocks = [other.holds for other in parts.values() if other.fixed]
    rests = [parts[of.of].holds & ~of.holds for of in parts.values() if of.fixed and of.of]
    return any(few(block.sum()) and (block & one.holds).any() for block in blocks + rests)

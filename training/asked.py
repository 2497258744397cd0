"""What is asked of a training run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from training.target import Target


@dataclass(frozen=True)
class Asked:
    """What a training run is asked for.

    Args:
        line: the largest probability of default that the policy recommends, by which groups are
            compared; handed in, since the policy knows of signals and no training may.
        test_from: the first day tested on; the latest 30% of applications when None.
        seed: of every random choice.
        target: what counts as bad; the data set's own, or the standard one, when None.
        trials: how many recipes `training.recipes.tune` tries.
        alternatives: how many recipes `training.recipes.alternatives` tries.
        kept: a file that remembers a search, so that one that was stopped goes on.
    """

    line: float
    test_from: date | None = None
    seed: int = 0
    target: Target | None = None
    trials: int = 0
    alternatives: int = 0
    kept: Path | None = None

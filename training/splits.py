"""Out of time: the model is tested on applications later than any it was fitted on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

import numpy as np

from features.errors import BadInput
from training.table import TrainingTable, instant

LAST_SHARE: Final = 0.3
"""The share of applications, the latest, tested on when no date is given."""


def out_of_time(
    table: TrainingTable, test_from: date | None = None
) -> tuple[TrainingTable, TrainingTable]:
    """Return (fit, test): the applications before *test_from* (UTC midnight), and the rest.

    Without a date, the latest 30% are tested on.

    Raises:
        BadInput: one of the two has no good or no bad loan (``bad-split``).
    """
    if test_from is None:
        bound = int(np.quantile(table.as_of, 1 - LAST_SHARE, method="higher"))
    else:
        midnight = datetime(test_from.year, test_from.month, test_from.day, tzinfo=UTC)
        bound = int(midnight.timestamp()) * 1_000_000
    fit, test = table.part(table.as_of < bound), table.part(table.as_of >= bound)
    for part, name in ((fit, "before"), (test, "from")):
        if not 0 < part.bad.sum() < part.bad.size:
            raise _bad_split(part, name, bound)
    return fit, test


def _bad_split(part: TrainingTable, name: str, bound: int) -> BadInput:
    return BadInput(
        found=f"{part.bad.size} loans, {part.bad.sum()} bad, {name} {instant(bound).date()}",
        expected="at least one good and one bad loan on both sides of the date",
        hint="Choose another --test-from, or a larger data set.",
        code="bad-split",
    )

"""The groups that a programme's floors and limits can be about, and who is of them.

Only owners who agreed that a programme counts them are looked up, and only for a group that the
programme names. The matcher is told who is counted, never why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from features.errors import BadInput
from training.about import read_about
from training.datasets import missing, read_table

YOUNG: Final = 30
"""The young are at most so old in the year of the allocation (UU 40/2009, article 1)."""

GROUPS: Final[Mapping[str, Callable[[date], pl.Expr]]] = {
    "women": lambda _: pl.col("gender") == "female",
    "young": lambda on: on.year - pl.col("birth_year") <= YOUNG,
    "disabled": lambda _: pl.col("disability"),
}
"""Group → who is of it on a day, by the table ``protected``; who did not tell is of none."""


def members(
    data: Path, names: Collection[str], agreed: pl.DataFrame, on: date
) -> dict[str, frozenset[str]]:
    """Return the businesses of each group.

    Args:
        data: the folder of the data set.
        names: of the groups; without any the table is not read.
        agreed: ``business_id`` of those who may be counted.
        on: the day of the allocation.

    Raises:
        BadInput: there is no such group (``unknown-group``).
        BadTable: nothing is known of any group (``missing-table``), or as `read_table`.
    """
    if not names:
        return {}
    if strange := sorted(set(names) - GROUPS.keys()):
        raise BadInput(
            found=f"the group {', '.join(strange)}",
            expected=f"one of {', '.join(GROUPS)}",
            hint="Mend the groups of the programme's limits and floors.",
            code="unknown-group",
        )
    about = read_about(data)
    told = read_table(data, "protected", about)
    if told is None:
        raise missing("protected", ("protected",), about.name)
    counted = told.join(agreed, on="business_id", how="semi")
    return {name: frozenset(counted.filter(GROUPS[name](on))["business_id"]) for name in names}

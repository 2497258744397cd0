"""The features beside decisions: columns that say what a model knew of an applicant."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from audit.origins.proxies import Traits
from features.catalogue import NAMES
from training.benchmarking.columns import numbers

MARK: Final = "feature:"
"""What the name of a feature's column begins with, where it is none of the catalogue's."""

BUSINESS: Final = "business_id"


def traits(table: pl.DataFrame, business: str | None) -> Traits | None:
    """Return the features of a table; None where it has none.

    Args:
        table: of decisions, those of one business in the order of time.
        business: the column of whose application it is; else `BUSINESS` where it is there, or each
            row is a business of its own.
    """
    found = {name.removeprefix(MARK): name for name in table.columns if _is_feature(name)}
    if not found:
        return None
    whose = business or (BUSINESS if BUSINESS in table.columns else None)
    if whose is None:
        businesses = np.arange(table.height).astype(str)
    else:
        businesses = table[whose].cast(pl.String).fill_null("").to_numpy().astype(str)
    values = [numbers(table[name], categorical=False)[0] for name in found.values()]
    return Traits(tuple(found), np.column_stack(values), businesses)


def _is_feature(name: str) -> bool:
    return name.startswith(MARK) or name in NAMES

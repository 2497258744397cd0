"""The same records as data frames, as a pandas user would hold them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from features.records import APPLICATIONS
from features.rows import Columns
from features.sources import SOURCES
from features.table import Table

Frames = Mapping[str, pd.DataFrame]
"""``applications`` and every source → its frame.

Ids and texts are ``str``, categories ``category``; times are integer microseconds, which pandas
subtracts and compares faster than time stamps with a zone, as floats where some are missing;
all else is float. What is missing is NaN.
"""


def frames(applications: Columns, records: Mapping[str, Columns]) -> Frames:
    """Return tables in memory as data frames; a source that is not given has no rows."""
    given = {name: frame(table, records.get(name)) for name, table in SOURCES.items()}
    return {"applications": frame(APPLICATIONS, applications), **given}


def frame(table: Table, columns: Columns | None) -> pd.DataFrame:
    """Return the columns of a table that are there; without any, all of them and no row."""
    there = {name: np.empty(0) for name in table.names} if columns is None else columns
    kinds = {column.name: column for column in table.columns}
    return pd.DataFrame(
        {
            name: _series(values, kinds[name].kind, kinds[name].values)
            for name, values in there.items()
        }
    )


def _series(values: np.ndarray, kind: str, categories: tuple[str, ...]) -> pd.Series:
    if kind in ("id", "text"):
        texts = pd.Series(values, dtype="str")
        return texts.mask(texts == "")
    if kind == "category":
        codes = np.where(np.isnan(values), -1, values).astype(np.int8)
        return pd.Series(
            pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(categories)))
        )
    return pd.Series(values)

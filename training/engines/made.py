"""What an engine makes of a data set: a table of rows that each business gives by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import polars as pl

import features as feature_code
import training
from training.about import DECLARATION
from training.engines.kernel import READ, SCHEMA, feature_rows
from training.resuming import made_with
from training.tables import parts

Rows = Callable[[Mapping[str, pl.DataFrame]], pl.DataFrame]
"""The tables of some businesses → their rows of what is made."""


@dataclass(frozen=True)
class Made:
    """A table that is made of a data set, some businesses at a time.

    Args:
        name: of the table, a word.
        rows: a function of a module, or a partial one, which other processes find: the tables of
            some businesses, as `training.engines.kernel.feature_rows` takes them → their rows in
            order, of the same businesses.
        schema: of the rows.
        told: what the rows depend on beside the data set and the code.
        code: the packages whose code they depend on.
    """

    name: str
    rows: Rows
    schema: Mapping[str, pl.DataType]
    told: Mapping[str, Any] = field(default_factory=dict)
    code: tuple[ModuleType, ...] = (feature_code, training)

    def settings(self, data: Path) -> dict[str, Any]:
        """Return all that the rows depend on."""
        files = [data / DECLARATION, *(file for name in READ for file in parts(data, name))]
        seen = [(str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in files if f.exists()]
        return {"files": seen, "told": dict(self.told), "made with": made_with(*self.code)}


FEATURES: Final = Made("features", feature_rows, SCHEMA)
"""The feature table."""

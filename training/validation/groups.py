"""The protected attributes of those who consented to the fairness audit, beside their loans.

They measure: nothing here reaches a feature, a model or a threshold.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from audit.fairness.cases import NOT_TOLD, Groups
from audit.groups import AGES
from features.rows import Ints
from training.datasets import DataSet
from training.permission import AUDIT, permitted

ATTRIBUTES: Final = ("gender", "age", "disability", "kecamatan")
"""What is audited: the columns of `protected`, the year of birth as an age."""


def groups(data: DataSet, businesses: np.ndarray, as_of: Ints) -> Groups:
    """Return the groups of businesses at the time of an application; nothing without the table.

    Args:
        data: the data set, with every table.
        businesses: (n,) text.
        as_of: (n,) microseconds since 1970 UTC.

    Returns:
        One of `ATTRIBUTES` → (n,) text, `NOT_TOLD` where it was not told, or where the business
        does not consent to the fairness audit.
    """
    protected = permitted(data, AUDIT).tables.get("protected")
    if protected is None:
        return {}
    asked = pl.DataFrame({"business_id": businesses, "as_of": as_of}).with_columns(
        pl.col("business_id").cast(pl.String),
        year=pl.col("as_of").cast(pl.Datetime("us")).dt.year(),
    )
    told = asked.join(protected, on="business_id", how="left", maintain_order="left").select(
        pl.col("gender"),
        _band(pl.col("year") - pl.col("birth_year")).alias("age"),
        pl.when("disability")
        .then(pl.lit("with"))
        .when(~pl.col("disability"))
        .then(pl.lit("without"))
        .alias("disability"),
        pl.col("kecamatan"),
    )
    return {name: told[name].fill_null(NOT_TOLD).to_numpy().astype(str) for name in ATTRIBUTES}


def _band(age: pl.Expr) -> pl.Expr:
    """Return the band of `AGES` an age lies in; missing where it is."""
    band = pl.lit(None, dtype=pl.String)
    for name, end in reversed(AGES.items()):
        band = pl.when(age < end).then(pl.lit(name)).otherwise(band)
    return band

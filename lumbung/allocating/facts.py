"""Facts of a business that products ask about, as a data set has them on the day of an application.

What the data set does not say stays unknown: which papers are held but for a business number,
whether a government programme loan is running, and, where the credit register was not read,
whether a bank's loan is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from features.consents import holds
from features.records import APPLICATIONS, CONSENTS
from training.checks import TYPES
from training.columns import columns, in_order

KBLI: Final = ("kbli2020", "kbli2025")
"""The lists whose codes are KBLI."""

SAID: Final = {
    "started_at": "started_at",
    "kbli": "kbli",
    "kecamatan": "kecamatan",
    "staff": "employees",
    "nib": "nib",
}
"""Fact → the column of the profile that states it; ``kbli`` is the sector where that is one."""

SCHEMA: Final[dict[str, pl.DataType]] = {
    "started_at": TYPES["time"],
    "kbli": pl.String(),
    "kecamatan": pl.String(),
    "staff": pl.Int64(),
    "nib": pl.Boolean(),
    "bank_loans": pl.Int64(),
    "instalments": pl.Int64(),
}
"""The facts; null where not known.

``bank_loans`` counts those the register last reported as running at banks, ``instalments`` is what
is due each month on all that run, and ``staff`` counts the owner in.
"""


def facts(tables: Mapping[str, pl.DataFrame], asked: pl.DataFrame) -> pl.DataFrame:
    """Return the facts of each application *asked*, in its order, shaped as `SCHEMA`.

    Only what was known before an application counts, under the consents of that day.

    Args:
        tables: what of a data set may be used, categories as texts.
        asked: some of its applications.
    """
    found = asked.select("application_id")
    for source, of in (("profile", _stated), ("credit", _owed)):
        if source in tables:
            told = of(_seen(source, tables, asked))
            found = found.join(told, on="application_id", how="left", maintain_order="left")
    absent = [pl.lit(None, kind).alias(n) for n, kind in SCHEMA.items() if n not in found.columns]
    return found.with_columns(absent).select(pl.col(n).cast(kind) for n, kind in SCHEMA.items())


def _seen(source: str, tables: Mapping[str, pl.DataFrame], asked: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a source that were known before each application, in order of time."""
    named = asked.select("application_id", "business_id", "as_of")
    before = (pl.col("occurred_at") < pl.col("as_of")) & (pl.col("known_at") < pl.col("as_of"))
    rows = named.filter(_agreed(source, tables, asked)).join(tables[source], on="business_id")
    return rows.filter(before).sort("occurred_at", maintain_order=True)


def _agreed(source: str, tables: Mapping[str, pl.DataFrame], asked: pl.DataFrame) -> pl.Series:
    """Return (n,) whether scoring by a source was consented to on the day of an application."""
    if "consents" not in tables:
        return pl.repeat(True, asked.height, dtype=pl.Boolean, eager=True)  # noqa: FBT003
    businesses = in_order(asked["business_id"])
    consents = columns(tables["consents"], CONSENTS, businesses)
    who = columns(asked, APPLICATIONS, businesses)
    names, at = who["business_id"], np.asarray(who["as_of"], dtype=np.int64)
    agreed = holds(consents, "scoring", names, at) & holds(consents, source, names, at)
    return pl.Series(agreed)


def _stated(profile: pl.DataFrame) -> pl.DataFrame:
    """Return the last that was stated of each fact."""
    kbli = pl.when(pl.col("sector_scheme").is_in(KBLI)).then(pl.col("sector"))
    last = [pl.col(said).drop_nulls().last().alias(fact) for fact, said in SAID.items()]
    return profile.with_columns(kbli=kbli).group_by("application_id").agg(last)


def _owed(credit: pl.DataFrame) -> pl.DataFrame:
    """Return what the register last reported of the loans that run; none is a report too."""
    months = credit.filter(pl.col("kind") == "month")
    newest = months.group_by("application_id", "facility", maintain_order=True).last()
    running = newest.filter(pl.col("status") == "running")
    at_banks = (pl.col("lender_kind") == "bank").sum().cast(pl.Int64)
    owed = running.group_by("application_id").agg(
        bank_loans=at_banks, instalments=pl.col("instalment").sum()
    )
    read = credit.select("application_id").unique()
    return read.join(owed, on="application_id", how="left").fill_null(0)

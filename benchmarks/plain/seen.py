"""What was known before each of *n* applications, in pandas, and the windows features look at.

The application of a row is a category of all *n*, so what is grouped by it has *n* values in their
order, also where an application has no rows: sums and counts are 0 there, all else NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.joined import DAY, joined

Array = NDArray[Any]

Found = dict[str, pd.Series | Array]
"""Name of a feature → (n,) its values."""


PLACED = ["business_id", "occurred_at", "known_at"]
JOINED = ["application", "as_of", "age"]


def seen(applications: pd.DataFrame, records: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return some columns of the records known before each application, as `joined` does."""
    named = list(dict.fromkeys([*PLACED, *columns]))
    rows = joined(applications, records[named])[[*JOINED, *columns]]
    number = rows["application"].to_numpy()
    every = pd.RangeIndex(len(applications))
    return rows.assign(application=pd.Categorical.from_codes(number, categories=every))


def last(rows: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return the rows of the last *days* days."""
    return rows[rows["age"] <= days * DAY]


def before(rows: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return the rows older than *days* days."""
    return rows[rows["age"] > days * DAY]


def stated(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows that have a value of a column."""
    return rows[rows[name].notna()]


def by_application(rows: pd.DataFrame) -> Any:
    """Return the rows grouped by application."""
    return rows.groupby("application", observed=False)


def by_party(rows: pd.DataFrame, party: str) -> Any:
    """Return the rows grouped by application and another column."""
    return rows.groupby(["application", party], observed=True, sort=False)


def of_parties(values: pd.Series) -> Any:
    """Return the values of parties, or of days, grouped by application."""
    return values.groupby(level="application", observed=False)


def codes(texts: pd.Series) -> Array:
    """Return a number for each text, the same for the same, by which to group; -1 where missing."""
    return pd.factorize(texts)[0]


def day(rows: pd.DataFrame) -> pd.Series:
    """Return how many whole days each row lies back; the latest are of day 0."""
    return (rows["age"] - 1) // DAY


def oldest(rows: pd.DataFrame) -> pd.Series:
    """Return (n,) microseconds from the first row to the application; NaN without rows."""
    ages: pd.Series = by_application(rows)["age"].max()
    return ages


def count(rows: pd.DataFrame) -> pd.Series:
    """Return (n,) how many rows there are."""
    counts: pd.Series = by_application(rows).size()
    return counts


def given(rows: pd.Series, values: pd.Series | Array) -> Array:
    """Return (n,) values; NaN where there are no rows at all, by their count."""
    return np.where(rows > 0, values, np.nan)


def ratio(top: pd.Series | Array, bottom: pd.Series | Array) -> Array:
    """Return (n,) the quotient; NaN where there is nothing to divide by."""
    below = np.asarray(bottom)
    return np.asarray(top) / np.where(below > 0, below, np.nan)


def trend(rows: pd.DataFrame, amount: str) -> Array:
    """Return (n,) the sum of the last 90 days ÷ that of the 90 days before, at most 3."""
    now = by_application(last(rows, 90))[amount].sum()
    then = by_application(before(last(rows, 180), 90))[amount].sum()
    return np.minimum(ratio(now, then), 3.0)


def variation(groups: Any) -> Array:
    """Return (n,) standard deviation ÷ mean of grouped values; NaN below two."""
    return np.where(groups.count() > 1, ratio(groups.std(ddof=0), groups.mean()), np.nan)


def concentration(of_each: pd.Series) -> Array:
    """Return (n,) the Herfindahl index Σ share² of parties, from the sum of each."""
    return ratio(of_parties(of_each**2).sum(), of_parties(of_each).sum() ** 2)


def longest_gap(rows: pd.DataFrame, days: int) -> Array:
    """Return (n,) the longest time without a row within the last *days* days, in days."""
    recent = last(rows, days)[["application", "age"]].sort_values("age")
    ages = by_application(recent)["age"]
    gap = recent.assign(gap=ages.diff().fillna(recent["age"]))
    # Where there are older rows, the time from the edge to the first one inside counts too.
    edge = (days * DAY - ages.max().fillna(0)).where(oldest(rows) > days * DAY)
    longest: Array = np.fmax(by_application(gap)["gap"].max(), edge).to_numpy() / DAY
    return longest

"""The kernel of every engine: from the tables of some businesses to their rows of features.

An engine decides which businesses are worked on together, where and in what order; what is
computed of them is said here, and is the same to the bit whoever else is in the piece.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from features.catalogue import NAMES, compute
from features.known import Known, known_at_application
from features.records import APPLICATIONS, CONSENTS
from features.rows import Floats
from features.sources import SOURCES
from training.checks import TYPES
from training.columns import columns, in_order

KEYS: Final = ("application_id", "business_id", "as_of")
"""The columns of a feature table before the features: whose row it is."""

ORDER: Final = ("business_id", "as_of", "application_id")
"""How the rows of a feature table stand."""

SCHEMA: Final[dict[str, pl.DataType]] = {
    **{name: TYPES[APPLICATIONS.column(name).kind] for name in KEYS},
    **dict.fromkeys(NAMES, pl.Float64()),
}
"""The columns of a feature table: `KEYS`, then the catalogue's features, null where missing."""

READ: Final = ("applications", "consents", *SOURCES)
"""The tables a feature table is made of."""


def feature_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the feature table of the applications given, in `ORDER`, shaped as `SCHEMA`.

    Args:
        tables: of `READ`, those there are, each as `training.datasets.checked` returns it, with
            every row of the businesses that ask. Without a table of consents every record counts.
    """
    asked, vectors = asked_vectors(tables)
    features = pl.DataFrame(vectors, schema=list(NAMES), orient="row").fill_nan(None)
    return pl.concat([asked.select(KEYS), features], how="horizontal")


def asked_vectors(tables: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, Floats]:
    """Return the applications given in `ORDER`, and (n, features) the feature vector of each.

    Args:
        tables: as in `feature_rows`.
    """
    asked = tables["applications"].sort(ORDER)
    return asked, compute(known(tables, asked))


def known(tables: Mapping[str, pl.DataFrame], asked: pl.DataFrame) -> Known:
    """Return what the records said of each application *asked*, in its order."""
    businesses = in_order(asked["business_id"])
    parts = {
        name: columns(tables[name], table, businesses)
        for name, table in {**SOURCES, "consents": CONSENTS}.items()
        if name in tables
    }
    consents = parts.pop("consents", None)
    return known_at_application(columns(asked, APPLICATIONS, businesses), parts, consents)

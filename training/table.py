"""The training table: one feature vector and one label per financed application.

What is good and what is bad is said by a `training.target.Target`. Loans that are
neither are left out of fitting and validation, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import numpy as np
import polars as pl

from features.catalogue import FEATURES, NAMES
from features.errors import BadTable
from features.rows import Floats, Ints
from training.datasets import DataSet, needed
from training.engines.kernel import feature_rows
from training.engines.layout import in_pieces
from training.permission import permitted
from training.target import BAD, GOOD, STANDARD, Target

NEEDED = ("payments", "applications", "outcomes")

DIRECTIONS: Final = tuple(feature.direction for feature in FEATURES)

PER_LOAN: Final = (
    "application_ids",
    "businesses",
    "partners",
    "as_of",
    "amounts",
    "vectors",
    "bad",
    "weights",
)
"""What a `TrainingTable` holds of each loan."""


@dataclass(frozen=True)
class TrainingTable:
    """Labelled feature vectors in order of ``as_of``.

    Args:
        application_ids: (n,) whose rows these are.
        businesses: (n,) text.
        partners: (n,) text, the lender asked; empty where none is named.
        as_of: (n,) microseconds since 1970 UTC.
        amounts: (n,) asked, in minor units.
        vectors: (n, features) in the order of *names*, NaN where missing.
        bad: (n,) 1 where the loan went bad, 0 where it did not.
        weights: (n,) how many loans of the population each stands for, above 0; only ratios count.
        left_out: how many financed applications have no label, by cause.
        names: of the features; the catalogue's when not given.
        directions: their directions of risk, -1, 0 or 1; the catalogue's when not given.
        target: by which definition they are bad.
        categorical: which columns of *vectors* hold whole numbers, 0 or more, that stand for
            categories; none of the catalogue's does.
    """

    application_ids: np.ndarray
    businesses: np.ndarray
    partners: np.ndarray
    as_of: Ints
    amounts: Floats
    vectors: Floats
    bad: Ints
    weights: Floats
    left_out: dict[str, int]
    names: tuple[str, ...] = NAMES
    directions: tuple[int, ...] = DIRECTIONS
    target: Target = STANDARD
    categorical: tuple[int, ...] = ()

    def part(self, rows: np.ndarray) -> TrainingTable:
        """Return the table of some rows, given as a mask or as numbers."""
        return replace(self, **{name: getattr(self, name)[rows] for name in PER_LOAN})


def training_table(data: DataSet, target: Target | None = None) -> TrainingTable:
    """Make the training table of a data set.

    Only businesses that agree to the improvement of models count, with the sources they agree to.

    Args:
        data: the data set.
        target: what counts as bad; what the data set says of it when None, or else the standard.

    Raises:
        BadTable: one of the tables payments, applications and outcomes is missing
            (``missing-table``), or no loan has a label (``no-labels``).
    """
    target = target or data.about.target or STANDARD
    data = permitted(data, "model_improvement")
    for name in NEEDED:
        needed(name, data.tables, NEEDED, data.about.name)
    applications, outcomes = data["applications"], data["outcomes"]
    joined = applications.join(outcomes.with_columns(target.label()), on="application_id")
    joined = joined.sort("as_of", "application_id")
    labelled = joined.filter(pl.col("label").is_in((GOOD, BAD)))
    if set(labelled["label"]) != {GOOD, BAD}:
        raise _no_labels(joined)
    left_out = dict(joined["label"].value_counts().rows())
    left_out["of no application here"] = outcomes.height - joined.height
    return TrainingTable(
        application_ids=labelled["application_id"].to_numpy(),
        businesses=labelled["business_id"].to_numpy(),
        partners=labelled["partner_id"].fill_null("").to_numpy(),
        as_of=labelled["as_of"].to_physical().to_numpy(),
        amounts=labelled["amount"].cast(pl.Float64).to_numpy(),
        vectors=vectors(data, labelled.select(applications.columns)),
        bad=(labelled["label"] == BAD).to_numpy().astype(np.int64),
        weights=labelled["weight"].fill_null(1.0).to_numpy(),
        left_out={k: n for k, n in left_out.items() if n and k not in (GOOD, BAD)},
        target=target,
    )


def vectors(data: DataSet, applications: pl.DataFrame) -> Floats:
    """Return (n, features) the feature vectors of applications, in their order, NaN where missing.

    Args:
        data: what of a data set may be used (`training.permission.permitted`).
        applications: some of its applications.
    """
    tables = {**data.tables, "applications": applications}
    rows = pl.concat([feature_rows(piece) for piece in in_pieces(tables)])
    ordered = applications.select("application_id").join(
        rows, on="application_id", maintain_order="left"
    )
    return ordered.select(NAMES).fill_null(np.nan).to_numpy()


def instant(microseconds: int) -> datetime:
    """Return the UTC time of an ``as_of``."""
    return datetime.fromtimestamp(microseconds / 1_000_000, tz=UTC)


def _no_labels(joined: pl.DataFrame) -> BadTable:
    counted = ", ".join(f"{n} {name}" for name, n in joined["label"].value_counts().rows())
    return BadTable(
        found=f"outcomes that are {counted or 'of no application here'}",
        expected="good loans and bad ones",
        hint="Check application_id, worst_days_past_due, written_off, stated, and the target.",
        code="no-labels",
        where="outcomes",
    )

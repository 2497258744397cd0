"""What of a data set may be used for a purpose: a copy that holds nothing else.

Records reach a training set, an export or a lender only through here, and a feature
only through `features.known`, which asks for the same consents as of each application.
A consent withdrawn is a consent withdrawn: what it covered is left out from then on,
though it held when the record was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from features.sources import SOURCES
from training.about import write_about
from training.datasets import DataSet, read, whole

AUDIT: Final = "fairness_audit"
GROUPS: Final = "programme_groups"


def permitted(data: DataSet, purpose: str, partner_id: str | None = None) -> DataSet:
    """Return the part of a data set whose consents hold now, for the purpose and each source.

    The protected table is there only for the fairness audit and for a programme's groups. A data
    set on another basis than consents comes back as it is, but for the protected table.

    Args:
        data: a data set.
        purpose: one of `features.records.PURPOSES`.
        partner_id: the lender records are shared with, for the purpose ``sharing``.
    """
    return DataSet(data.about, allowed(data.tables, purpose, partner_id), data.digest)


def allowed(
    tables: Mapping[str, pl.DataFrame], purpose: str, partner_id: str | None = None
) -> dict[str, pl.DataFrame]:
    """Return the part of tables in memory that `permitted` returns of a data set.

    Args:
        tables: some of a data set's, the rows of some businesses; scopes of consents as texts.
        purpose: as `permitted` takes it.
        partner_id: likewise.
    """
    tables = dict(tables)
    if purpose not in (AUDIT, GROUPS):
        tables.pop("protected", None)
    if "consents" in tables:
        consents = tables["consents"]
        kept = holders(consents, purpose, partner_id)
        tables = {name: _of(frame, kept, tables) for name, frame in tables.items()}
        for name in SOURCES.keys() & tables.keys():
            tables[name] = _of(tables[name], holders(consents, name, partner_id), tables)
    return tables


def holders(consents: pl.DataFrame, scope: str, partner_id: str | None = None) -> pl.DataFrame:
    """Return the ``business_id`` of those whose consent to a scope holds now, each once."""
    agreed = consents.filter(_covers(partner_id), pl.col("scope") == scope)
    return agreed.select("business_id").unique()


def shared(consents: pl.DataFrame) -> pl.DataFrame:
    """Return with whom each business agrees now to share its records; nothing of who does not.

    ``shared_with`` lists lenders by id, in order; null means every lender.
    """
    agreed = consents.filter(pl.col("withdrawn_at").is_null(), pl.col("scope") == "sharing")
    named = pl.col("partner_id").cast(pl.String)
    return agreed.group_by("business_id").agg(
        shared_with=pl.when(named.null_count() == 0).then(named.unique().sort().implode())
    )


def export(
    folder: Path, out: Path, purpose: str, partner_id: str | None = None
) -> dict[str, tuple[int, int]]:
    """Write what of a data set may be used for a purpose into the new data set *out*.

    A table of which nothing may be used is left out.

    Returns:
        Table → how many rows were kept, and of how many.

    Raises:
        BadInput: as `training.datasets.read`, or *out* is there already (``already-there``).
    """
    data = read(folder)
    kept = permitted(data, purpose, partner_id)
    with whole(out) as making:
        for name, frame in kept.tables.items():
            if frame.is_empty():
                continue
            frame.write_parquet(making / f"{name}.parquet")
        write_about(data.about, making)
    left = {name: frame.clear() for name, frame in data.tables.items()} | dict(kept.tables)
    return {name: (left[name].height, frame.height) for name, frame in data.tables.items()}


def _covers(partner_id: str | None) -> pl.Expr:
    """Return whether a consent holds now, and with this lender."""
    named = pl.col("partner_id")
    anyone = named.is_null() if partner_id is None else named.is_null() | (named == partner_id)
    return pl.col("withdrawn_at").is_null() & anyone


def _of(
    frame: pl.DataFrame, businesses: pl.DataFrame, tables: dict[str, pl.DataFrame]
) -> pl.DataFrame:
    """Return the rows of these businesses; an outcome is its application's."""
    if "business_id" in frame.columns:
        return frame.join(businesses, on="business_id", how="semi")
    asked = tables.get("applications", frame.clear().with_columns(business_id=pl.lit("")))
    theirs = asked.join(businesses, on="business_id", how="semi")
    return frame.join(theirs, on="application_id", how="semi")

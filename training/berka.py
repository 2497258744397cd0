"""What a mapping cannot say of the Berka data (PKDD'99 Discovery Challenge).

The bank coded sex and birth in one number, YYMMDD with 50 added to the month
for women, so the protected table needs a little arithmetic and a join.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from training.tables import parquet

WOMAN_FROM_MONTH = 50


def protected(folder: Path) -> pl.DataFrame:
    """Return one row per account: its owner's gender and year of birth, for the audit only."""
    owners = parquet(folder / "disp.parquet").filter(pl.col("type") == "OWNER")
    born = pl.col("birth_number")
    return owners.join(parquet(folder / "client.parquet"), on="client_id").select(
        pl.col("account_id").cast(pl.String).alias("business_id"),
        pl.when(born // 100 % 100 > WOMAN_FROM_MONTH)
        .then(pl.lit("female"))
        .otherwise(pl.lit("male"))
        .alias("gender"),
        (1900 + born.cast(pl.Int64) // 10_000).alias("birth_year"),
    )

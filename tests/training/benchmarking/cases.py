"""A made-up table of loans with every kind of column, written to a file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

ROWS = 400


def frame(rows: int = ROWS, seed: int = 1) -> pl.DataFrame:
    """Return loans of whose outcome a number, a category and chance decide."""
    random = np.random.default_rng(seed)
    income = random.normal(size=rows)
    shop = random.choice(["stall", "cart", "farm"], rows)
    log_odds = 1.5 * income + 1.5 * (shop == "cart") - 0.5
    bad = random.random(rows) < 1 / (1 + np.exp(-log_odds))
    return pl.DataFrame(
        {
            "income": np.where(random.random(rows) < 0.1, np.nan, income),
            "shop": [None if i % 17 == 0 else str(shop[i]) for i in range(rows)],
            "village": [f"v{random.integers(0, 300)}" for _ in range(rows)],
            "code": random.integers(1, 4, rows),
            "member": random.random(rows) < 0.5,
            "since": [
                date(2015, 1, 1) + timedelta(days=int(d)) for d in random.integers(0, 900, rows)
            ],
            "year": 2010 + np.arange(rows) * 10 // rows,
            "weight": random.integers(1, 5, rows),
            "always": ["same"] * rows,
            "outcome": np.where(bad, "charged off", "paid"),
        }
    )


def write(folder: Path, made: pl.DataFrame | None = None) -> Path:
    """Write the table as Parquet; return the file."""
    file = folder / "loans.parquet"
    (frame() if made is None else made).write_parquet(file)
    return file

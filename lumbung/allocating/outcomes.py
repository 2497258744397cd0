"""The file of outcomes: a row for each application that waited, what it got and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from lumbung.allocating.files import whole
from lumbung.allocating.gathered import Gathered
from matching.allocation.result import Allocation
from serving.telling import allocation_words
from serving.telling.words import wording

SCHEMA: Final[dict[str, pl.DataType]] = {
    "application_id": pl.String(),
    "code": pl.String(),
    "product_id": pl.String(),
    "choice": pl.Int64(),
    "limits": pl.String(),
    "reason": pl.String(),
}
"""A row: the application, what it comes to, what it got and which by its cost, the limits that left
no room for something cheaper, and why, in words."""

SUFFIXES: Final = (".csv", ".parquet")


def write(allocation: Allocation, gathered: Gathered, out: Path, language: str) -> None:
    """Write the outcomes, in order of application, into the file *out*, whole or not at all.

    Args:
        allocation: of the pool.
        gathered: the pool, and who stayed aside.
        out: the file, which ends as one of `SUFFIXES`.
        language: of the reasons.
    """
    rows = [*_allocated(allocation, gathered, language), *_aside(gathered, language)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("application_id")
    with whole(out) as making:
        if out.suffix == ".csv":
            frame.write_csv(making)
        else:
            frame.write_parquet(making)


Row = tuple[str, str, str | None, int | None, str | None, str]


def _allocated(allocation: Allocation, gathered: Gathered, language: str) -> Iterator[Row]:
    names = {product.product_id: product.name for product in gathered.pool.products}
    for one in allocation.outcomes:
        limits = "; ".join(dict.fromkeys(full.limit for full in one.no_room)) or None
        reason = allocation_words.outcome(one, names, language)
        yield one.application_id, one.code, one.product_id, one.choice, limits, reason


def _aside(gathered: Gathered, language: str) -> Iterator[Row]:
    words = wording(language)["outcomes"]
    for name, code in gathered.aside.items():
        yield name, code, None, None, None, words[code]

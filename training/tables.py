"""The files of one table of a data set, and how they are read.

A table is one file, such as ``payments.parquet``, or a folder ``payments/`` of parts,
one for each import. A table that somebody wrote by hand may be CSV or NDJSON.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from features.table import Table
from training.about import About
from training.importing.foreign import LINES, PARQUET, TEXT, Foreign, unreadable
from training.importing.making import make, makers, ours, unread
from training.importing.mapping import ColumnMapping, Mapping, Numbers, Reading, TableMapping

PLAIN = Numbers(decimal=".")
"""How numbers stand in a text file of our own columns."""


def parts(folder: Path, name: str) -> list[Path]:
    """Return the files of a table, in order of name; none where the data set does not have it."""
    alone = [folder / f"{name}{ending}" for ending in (PARQUET, *TEXT, *LINES)]
    return [f for f in alone if f.exists()] + sorted((folder / name).rglob(f"*{PARQUET}"))


def load(file: Path, table: Table, about: About) -> pl.DataFrame:
    """Return a file of our own columns; in a text file times are ISO 8601 and numbers plain."""
    if file.suffix == PARQUET:
        return parquet(file)
    with tempfile.TemporaryDirectory() as work:
        foreign = Foreign(file, Reading(), Path(work))
        texts = pl.concat([_no_texts(foreign), *foreign.batches(set(foreign.names))])
    if foreign.damaged:
        line, what = foreign.damaged[0]
        raise unreadable(file, ValueError(f"line {line}: {what}"))
    named = {name: ColumnMapping(source=name, plain=True) for name in _known(table, foreign)}
    how = TableMapping(table=table.name, file=file.name, numbers=PLAIN, columns=named)
    columns = makers(how, Mapping(dataset=about, table=(how,)), texts.schema, None)
    made = make(texts, columns)
    if (wrong := unread(made, columns).drop_nulls()).len():
        raise unreadable(file, ValueError(wrong[0]))
    strangers = [name for name in foreign.names if name not in named]
    return pl.concat([ours(made, columns), texts.select(strangers)], how="horizontal")


def _no_texts(foreign: Foreign) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(foreign.names, pl.String()))


def _known(table: Table, foreign: Foreign) -> list[str]:
    return [name for name in foreign.names if name in table.names]


def parquet(file: Path, first: int = 0, rows: int | None = None) -> pl.DataFrame:
    """Read so many rows of a Parquet file from the *first* on, all that follow if not said.

    Raises:
        BadTable: it is damaged or none (``unreadable-file``).
    """
    try:
        return pl.scan_parquet(file, glob=False).slice(first, rows).collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise unreadable(file, error) from error

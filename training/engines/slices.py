"""The rows of a data set's tables, in slices that anyone who is free may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow.parquet as pq

from features.records import TABLES
from training.about import About, read_about
from training.checks import TYPES, shaped
from training.datasets import checked, needed, no_consents
from training.engines.kernel import READ
from training.importing.foreign import PARQUET, unreadable
from training.tables import load, parquet, parts

TEXT_ROW: Final = 60
"""Bytes of a row in a text file, to guess how many there are."""


@dataclass(frozen=True)
class Slice:
    """Some rows of one file of a table.

    Args:
        table: its name.
        file: where the rows are; a text file is always read whole.
        first: the number of the first row in the file.
        rows: how many; a guess for a text file.
        number: of the slice in the data set, in the order of tables, files and rows.
    """

    table: str
    file: Path
    first: int
    rows: int
    number: int


def slices(data: Path, most: int) -> list[Slice]:
    """Return the slices of all tables that a feature table is made of.

    Args:
        data: the folder of the data set.
        most: rows of a slice, at most; Parquet files are cut between row groups where they can be.

    Raises:
        BadInput: there is no readable ``dataset.toml`` (``bad-dataset``), or neither a table of
            consents nor another basis for using the records (``no-consents``).
        BadTable: a file cannot be read (``unreadable-file``), or there is no table of
            applications (``missing-table``).
    """
    about = read_about(data)
    files = {name: found for name in READ if (found := parts(data, name))}
    needed("applications", files, ("applications",), about.name)
    if "consents" not in files and about.basis is None:
        raise no_consents(data)
    cuts = ((n, f, *cut) for n, found in files.items() for f in found for cut in _cuts(f, most))
    return [Slice(*cut, number) for number, cut in enumerate(cuts)]


def _cuts(file: Path, most: int) -> Iterator[tuple[int, int]]:
    """Yield the first row of each slice of a file, and how many there are."""
    if file.suffix != PARQUET:
        yield 0, file.stat().st_size // TEXT_ROW
        return
    try:
        metadata = pq.read_metadata(file)
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from error
    if not metadata.num_rows:
        yield 0, 0  # to be read, and found empty
    groups = (metadata.row_group(n).num_rows for n in range(metadata.num_row_groups))
    begin = rows = 0
    for group in groups:
        if rows and rows + group > most:
            yield begin, rows
            begin, rows = begin + rows, 0
        rows += group
        while rows > most:
            yield begin, most
            begin, rows = begin + most, rows - most
    if rows:
        yield begin, rows


def loaded(part: Slice, about: About, names: list[str] | None = None) -> pl.DataFrame:
    """Return the rows of a slice, shaped as declared, or some columns of them alone.

    Raises:
        BadTable: as `training.tables.load` and `training.checks.shaped`.
    """
    table = TABLES[part.table]
    if part.file.suffix != PARQUET:
        frame = shaped(load(part.file, table, about), table, part.file.name)
        return frame if names is None else frame.select(names)
    if names is None:
        return shaped(parquet(part.file, part.first, part.rows), table, part.file.name)
    found = parquet(part.file, part.first, part.rows, names)
    return found.cast({name: TYPES[table.column(name).kind] for name in names})


def sound(part: Slice, about: About) -> pl.DataFrame:
    """Return the rows of a slice, shaped and each of them checked.

    Raises:
        BadTable: as `loaded`, or a row is wrong; with its number in the file.
    """
    return checked(loaded(part, about), TABLES[part.table], part.file.name, part.first)

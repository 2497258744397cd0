"""A data set: a folder of tables with a ``dataset.toml`` beside them.

Reading checks every table against its declaration and refuses the whole data
set if one row is wrong, saying which and why; writing makes the whole folder or
nothing. `training.tables` knows the files of a table.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from features.errors import BadInput, BadTable
from features.records import TABLES
from features.rows import Columns
from features.table import Table
from training.about import DECLARATION, About, read_about
from training.checks import FAULT, faults, repeated, shaped
from training.tables import load, parts


@dataclass(frozen=True)
class DataSet:
    """A data set in memory: what it is, its checked tables, and the digest of its files.

    ``tables`` maps a table's name to its frame, shaped as declared; ``digest`` is SHA-256.
    """

    about: About
    tables: Mapping[str, pl.DataFrame]
    digest: str

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.tables[name]


def read(folder: Path) -> DataSet:
    """Read and check a data set.

    Raises:
        BadInput: there is no readable ``dataset.toml`` (``bad-dataset``), or neither a table of
            consents nor another basis for using the records (``no-consents``).
        BadTable: a file cannot be read (``unreadable-file``), a table is not shaped as declared,
            or a row is wrong (the row's own code).
    """
    about = read_about(folder)
    tables: dict[str, pl.DataFrame] = {}
    digest = hashlib.sha256((folder / DECLARATION).read_bytes())
    for name, table in TABLES.items():
        if files := parts(folder, name):
            for file in files:
                with file.open("rb") as opened:
                    digest.update(hashlib.file_digest(opened, "sha256").digest())
            frames = [shaped(load(file, table, about), table, file.name) for file in files]
            where = files[0].name if len(files) == 1 else name
            tables[name] = checked(pl.concat(frames), table, where)
    if "consents" not in tables and about.basis is None:
        raise no_consents(folder)
    return DataSet(about, tables, digest.hexdigest())


def no_consents(folder: Path) -> BadInput:
    """Return the fault of a data set that says on no ground why its records may be used."""
    return BadInput(
        found="neither a table of consents nor a basis",
        expected=f"consents.parquet, or `basis` in {DECLARATION}",
        hint='State why these records may be used, such as `basis = "published research data"`.',
        code="no-consents",
        where=folder.name,
    )


def checked(frame: pl.DataFrame, table: Table, where: str, first: int = 0) -> pl.DataFrame:
    """Return the frame; raises BadTable for its first faulty row, with the row's number.

    ``first`` is the number of the frame's first row, where it is a part of *where*.
    """
    marked = repeated(faults(frame, table), table).with_row_index("row", first)
    wrong = marked.filter(pl.col(FAULT).is_not_null())
    if wrong.is_empty():
        return frame
    code, _, found = wrong[FAULT][0].partition(": ")
    raise BadTable(
        found=f"{wrong.height} wrong rows, the first at row {wrong['row'][0]}: {found}",
        expected=f"every row of {table.name} as declared",
        hint="Mend the source, or import it with a mapping that sets such rows aside.",
        code=code,
        where=where,
    )


@contextlib.contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes *folder* when all went well, else vanishes.

    Raises:
        BadInput: *folder* is already there (``already-there``).
    """
    refuse_existing(folder)
    with staging(folder) as making:
        yield making
        making.chmod(0o755)
        making.rename(folder)


@contextlib.contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Give an empty hidden folder beside *folder*, on the same disk, that vanishes at the end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield making
    finally:
        shutil.rmtree(making, ignore_errors=True)


def refuse_existing(folder: Path) -> None:
    """Raise BadInput (``already-there``) when there is such a folder."""
    if folder.exists():
        raise BadInput(
            found=f"{folder.name} already there",
            expected="a folder that does not exist yet",
            hint="Name another with --out, or remove it first.",
            code="already-there",
        )


def columns(frame: pl.DataFrame, table: Table) -> Columns:
    """Return a checked frame as the columns `features.known` joins."""
    return {column.name: _array(frame[column.name], column.values) for column in table.columns}


def _array(values: pl.Series, categories: tuple[str, ...]) -> np.ndarray:
    if isinstance(values.dtype, pl.Datetime):
        return values.to_physical().to_numpy()
    if categories:
        codes = {category: float(code) for code, category in enumerate(categories)}
        return values.replace_strict(codes, default=None, return_dtype=pl.Float64).to_numpy()
    if values.dtype == pl.String():
        return values.fill_null("").to_numpy().astype(np.str_)
    return values.cast(pl.Float64).to_numpy()

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
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features.errors import BadInput, BadTable
from features.records import TABLES
from features.table import Table
from training.about import DECLARATION, About, read_about
from training.checks import FAULT, faults, is_sound, shaped
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
    for name in TABLES:
        for file in parts(folder, name):
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
        if (frame := read_table(folder, name, about)) is not None:
            tables[name] = frame
    if "consents" not in tables and about.basis is None:
        raise no_consents(folder)
    return DataSet(about, tables, digest.hexdigest())


def read_table(folder: Path, name: str, about: About) -> pl.DataFrame | None:
    """Read and check one table of a data set; None where it does not have it.

    Raises:
        BadTable: as `read`.
    """
    table, files = TABLES[name], parts(folder, name)
    if not files:
        return None
    frames = [shaped(load(file, table, about), table, file.name) for file in files]
    where = files[0].name if len(files) == 1 else name
    return unique(checked(pl.concat(frames), table, where), table, where)


def no_consents(folder: Path) -> BadInput:
    """Return the fault of a data set that does not say why its records may be used."""
    return BadInput(
        found="neither a table of consents nor a basis",
        expected=f"consents.parquet, or `basis` in {DECLARATION}",
        hint='State why these records may be used, such as `basis = "published research data"`.',
        code="no-consents",
        where=folder.name,
    )


def checked(frame: pl.DataFrame, table: Table, where: str, first: int = 0) -> pl.DataFrame:
    """Return the frame; raises BadTable for its first faulty row, with the row's number.

    Args:
        frame: as `training.checks.shaped` returns it.
        table: its declaration.
        where: what the rows were read from.
        first: the number of the frame's first row there.
    """
    if is_sound(frame, table):
        return frame
    return _refusing(faults(frame, table), table, where, first)


def unique(frame: pl.DataFrame, table: Table, where: str) -> pl.DataFrame:
    """Return the frame; raises BadTable (``duplicate-id``) when two rows share the table's key."""
    # Texts that are equal have equal hashes, and to count these takes a quarter of the time.
    if frame[table.key].hash().n_unique() < frame.height:
        twice = frame[table.key].is_duplicated()
        if twice.any():
            raise _wrong(
                int(twice.sum()), f"{table.key} stands twice", "duplicate-id", table, where
            )
    return frame


def _refusing(marked: pl.DataFrame, table: Table, where: str, first: int) -> pl.DataFrame:
    """Return a frame marked by `faults` without its marks, if there are none."""
    if marked[FAULT].null_count() < marked.height:
        wrong = marked.with_row_index("row", first).filter(pl.col(FAULT).is_not_null())
        code, _, found = wrong[FAULT][0].partition(": ")
        found = f"the first at row {wrong['row'][0]}: {found}"
        raise _wrong(wrong.height, found, code, table, where)
    return marked.drop(FAULT)


def _wrong(rows: int, found: str, code: str, table: Table, where: str) -> BadTable:
    return BadTable(
        found=f"{rows} wrong rows, {found}",
        expected=f"every row of {table.name} as declared",
        hint="Mend the source, or import it with a mapping that sets such rows aside.",
        code=code,
        where=where,
    )


def needed(name: str, there: Collection[str], all_of: Sequence[str], where: str) -> None:
    """Raise BadTable (``missing-table``) when a table is not among those *there*."""
    if name not in there:
        raise missing(name, all_of, where)


def missing(name: str, all_of: Sequence[str], where: str) -> BadTable:
    """Return the fault (``missing-table``) of a data set without a table that is needed."""
    return BadTable(
        found=f"no table {name}",
        expected=" and ".join(all_of),
        hint=f"Add {name}.parquet to the data set.",
        code="missing-table",
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


def refuse_existing(out: Path) -> None:
    """Raise BadInput (``already-there``) when there is such a folder or file."""
    if out.exists():
        raise BadInput(
            found=f"{out.name} already there",
            expected="a name that is not taken yet",
            hint="Name another with --out, or remove it first.",
            code="already-there",
        )

"""A data set: a folder of Parquet tables with a ``dataset.toml`` beside them.

Reading checks every table against its declaration and refuses the whole data
set if one row is wrong, saying which and why; writing makes the whole folder or
nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
import tomllib
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pydantic

from features.errors import BadInput, BadTable
from features.known import Columns
from features.records import TABLES
from features.table import CURRENCIES, Table
from training.checks import FAULT, faults, shaped

DECLARATION: Final = "dataset.toml"


class About(pydantic.BaseModel):
    """What ``dataset.toml`` says.

    Args:
        name: of the data set.
        currency: of every amount, ISO 4217; amounts count its minor units.
        time_zone: where the business days are; times are stored in UTC.
        source: where the records come from.
        licence: under which terms.
        simulated: whether the records were simulated.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    currency: str
    time_zone: str
    source: str
    licence: str
    simulated: bool = False

    @pydantic.field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        if value not in CURRENCIES:
            raise ValueError(f"unknown currency {value}; known are {', '.join(sorted(CURRENCIES))}")
        return value

    @pydantic.field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, value: str) -> str:
        try:
            zoneinfo.ZoneInfo(value)
        except (KeyError, OSError, ValueError) as error:
            raise ValueError(f"unknown time zone {value}; one is Asia/Jakarta") from error
        return value


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
        BadInput: there is no readable ``dataset.toml`` (``bad-dataset``).
        BadTable: a file cannot be read (``unreadable-file``), a table is not shaped as declared,
            or a row is wrong (the row's own code).
    """
    about = _about(folder)
    tables: dict[str, pl.DataFrame] = {}
    digest = hashlib.sha256((folder / DECLARATION).read_bytes())
    for name, table in TABLES.items():
        if files := _files(folder, name):
            for file in files:
                digest.update(hashlib.sha256(file.read_bytes()).digest())
            frame, where = pl.concat([parquet(file) for file in files]), files[0].name
            tables[name] = checked(shaped(frame, table, where), table, where)
    return DataSet(about, tables, digest.hexdigest())


def _files(folder: Path, name: str) -> list[Path]:
    """Return the file of a table, or the parts of its folder; nothing when there is no table."""
    file = folder / f"{name}.parquet"
    return [file] if file.exists() else sorted((folder / name).glob("*.parquet"))


def _about(folder: Path) -> About:
    file = folder / DECLARATION
    try:
        return About.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, ValueError) as error:
        gone = isinstance(error, FileNotFoundError)
        raise BadInput(
            found=f"no {DECLARATION}" if gone else " ".join(str(error).split()),
            expected=f"a folder with a {DECLARATION} that gives {', '.join(About.model_fields)}",
            hint="Make a data set with `lumbung import` or `lumbung simulate`.",
            code="bad-dataset",
            where=folder.name,
        ) from error


def parquet(file: Path) -> pl.DataFrame:
    """Read a Parquet file; raises BadTable (``unreadable-file``) when it is damaged or none."""
    try:
        return pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadTable(
            found=" ".join(str(error).split())[:200],
            expected="a whole Parquet file",
            hint="Copy the file again; it may have been cut short on its way.",
            code="unreadable-file",
            where=file.name,
        ) from error


def checked(frame: pl.DataFrame, table: Table, where: str) -> pl.DataFrame:
    """Return the frame; raises BadTable for its first faulty row, with the row's number."""
    marked = faults(frame, table).with_row_index("row")
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
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield making
        making.chmod(0o755)
        making.rename(folder)
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


def write_about(about: About, folder: Path) -> None:
    """Write ``dataset.toml`` into *folder*."""
    # A JSON string or boolean is a TOML one too.
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in about.model_dump().items()]
    (folder / DECLARATION).write_text("".join(lines), encoding="utf-8")


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

"""Foreign files as tests need them: the samples, written by hand, and what is made of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from features.records import TABLES
from training import tables
from training.checks import FAULT
from training.importing import importer
from training.importing.mapping import Mapping, load
from training.importing.pseudonyms import Pseudonyms
from training.importing.report import Report
from training.importing.source import ROW

SAMPLES = Path(__file__).parent / "samples"
SECRET = "a secret of the tests, 32 bytes or more"
KEY = Pseudonyms(SECRET)
WIB = timedelta(hours=7)
"""How far the clocks of western Indonesia are ahead of UTC, in summer and winter."""


BILLS = {
    "bill_id": '{ from = "id" }',
    "business_id": '{ from = "shop", hash = true }',
    "occurred_at": '{ from = "when" }',
    "kind": '{ from = "kind" }',
    "prepaid": "{ constant = true }",
    "amount": '{ from = "sum" }',
    "quantity": '{ from = "kwh", numbers = { decimal = "." } }',
}
SHARED = ("business_id", "occurred_at")


def wib(day: str, clock: str = "00:00:00") -> datetime:
    """Return the instant at which clocks in western Indonesia show this."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC) - WIB


def hashed(text: str) -> str:
    """Return a pseudonym as RFC 2104 makes it, without the program."""
    inner, outer = (bytes(pad ^ k for k in SECRET.encode().ljust(64, b"\0")) for pad in (54, 92))
    inside = hashlib.sha256(inner + text.encode()).digest()
    return hashlib.sha256(outer + inside).hexdigest()[:32]


def workbook(rows: Iterable[Sequence[Any]], sheet: str = "Laporan") -> bytes:
    """Return an Excel file of these rows; None leaves a cell empty."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2025, 4, 1, tzinfo=UTC)})
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        page = book.add_worksheet(sheet)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(i, j, cell, days)
                elif cell is not None:
                    page.write(i, j, cell)
    return written.getvalue()


def tolerant(name: str, most: float = 0.5) -> Mapping:
    """Return one of our mappings that sets aside more than it would."""
    return load(name).model_copy(update={"most_rejected": most})


def mapping(folder: Path, read: str = "{}", **columns: str) -> Mapping:
    """Write and load a mapping of bills, or of support where its columns are named."""
    support = "event_id" in columns
    base = {name: BILLS[name] for name in SHARED} if support else BILLS
    said = [
        "most_rejected = 1.0",
        '[dataset]\nname = "d"\ncurrency = "IDR"\ntime_zone = "Asia/Jakarta"',
        'source = "s"\nlicence = "l"',
        f'[[table]]\ntable = "{"support" if support else "bills"}"',
        f"read = {read}",
        'numbers = { decimal = "." }' if support else "",
        "[table.columns]",
        *(f"{name} = {made}" for name, made in {**base, **columns}.items()),
    ]
    file = folder / "mapping.toml"
    file.write_text("\n".join(said), encoding="utf-8")
    return load(str(file))


def imported(
    mapping: Mapping, source: Path, out: Path | None, key: Pseudonyms | None = KEY
) -> list[Report]:
    """Import without a progress bar."""
    return importer.run(mapping, source, out, key, lambda *_: None)


def stored(out: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table of a data set, without values that are missing."""
    parts = tables.parts(out, table)
    rows = [row for part in parts for row in pl.read_parquet(part).iter_rows(named=True)]
    assert all(tuple(row) == TABLES[table].names for row in rows)
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def set_aside(out: Path, table: str) -> list[tuple[str, str]]:
    """Return (where it stood, its fault) of each row set aside, in order."""
    folder = out / "rejected" / table
    files = sorted(folder.rglob("*.parquet"))
    return [row for file in files for row in pl.read_parquet(file).select(ROW, FAULT).rows()]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, hidden ones too, with what it holds."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}

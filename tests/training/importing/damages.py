"""Kinds of damage that foreign files come with, and what must become of each."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tests.training.cases import utc
from tests.training.importing.exports import wib, workbook

HEADER = "id,shop,when,kind,sum,kwh"
NIK = "3325014502800003"

SEPARATED = {"numbers": '{ thousands = "." }'}
COMMA = {"numbers": '{ decimal = "," }'}


@dataclass(frozen=True)
class Damage:
    """A damaged file, how the mapping differs for it, and what is due.

    Args:
        content: the file.
        kind: its ending.
        read: the mapping's ``read``.
        columns: columns of the mapping that differ.
        kept: the ids that are kept, in order.
        rejects: code of a fault → how many rows are set aside for it.
        repeated: rows that stood there to the letter before.
        values: column → what it holds in the rows kept.
        where: line or row of the first that is set aside.
        refused: the code of the error, where the whole file is refused; then
        said: a part of its message.
    """

    content: bytes
    kind: str = ".csv"
    read: str = "{}"
    columns: dict[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    rejects: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    values: dict[str, list[Any]] = field(default_factory=dict)
    where: str | None = None
    refused: str | None = None
    said: str = ""


def row(number: object = 1, **changed: object) -> str:
    """Return a line that is right in every way but those *changed*."""
    good = {"id": number, "shop": "S", "when": "2025-03-01", "kind": "electricity"}
    return ",".join(str(cell) for cell in ({**good, "sum": 1250000, "kwh": 1.5} | changed).values())


def lines(*rows: str, header: str = HEADER, end: str = "\n") -> bytes:
    """Return a CSV file."""
    return "".join(line + end for line in (header, *rows)).encode()


def second(**changed: object) -> bytes:
    """Return a CSV file of two rows, of which the second is *changed*."""
    return lines(row(1), row(2, **changed))


def nd(*rows: str) -> bytes:
    """Return a file of JSON objects, one a line."""
    return "\n".join([*rows, ""]).encode()


def obj(number: int, **changed: str) -> str:
    """Return a JSON object that is right in every way but those *changed*."""
    good = {"id": number, "shop": '"S"', "when": '"2025-03-01"', "kind": '"electricity"'}
    cells = {**good, "sum": 5, "kwh": "1.5", **changed}
    return "{" + ", ".join(f'"{name}": {value}' for name, value in cells.items()) + "}"


def parquet(**changed: list[Any]) -> bytes:
    """Return a Parquet file of two rows."""
    cells: dict[str, list[Any]] = {
        "id": [1, 2],
        "shop": ["S", "S"],
        "when": ["2025-03-01", "2025-03-02"],
        "kind": ["electricity", "electricity"],
        "sum": [5, 6],
        "kwh": [1.5, 2.5],
        **changed,
    }
    written = io.BytesIO()
    pl.DataFrame(cells).write_parquet(written)
    return written.getvalue()


def book(*changes: dict[str, Any], header: str = HEADER) -> bytes:
    """Return an Excel file with a row for each of *changes*, so changed."""
    good = {"shop": "S", "when": "2025-03-01", "kind": "electricity", "sum": 5, "kwh": 1.5}
    rows = [list(({"id": i} | good | changed).values()) for i, changed in enumerate(changes, 1)]
    return workbook([header.split(","), *rows])


UNREAD = {"unread-value": 1}
GOOD = lines(row(1), row(2))
PARQUET = parquet()
BOOK = book({}, {})
FORMATS = {"occurred_at": '{ from = "when", format = ["%Y-%m-%d", "%d/%m/%Y"] }'}
SHORT_YEAR = {"occurred_at": '{ from = "when", format = ["%Y-%m-%d", "%d/%m/%y"] }'}
EXCEL = {"occurred_at": '{ from = "when", format = ["%Y-%m-%d", "excel"] }'}
UNIX = {"occurred_at": '{ from = "when", format = ["%Y-%m-%d", "unix"] }'}
MILLISECONDS = {"occurred_at": '{ from = "when", format = ["%Y-%m-%d", "unix_ms"] }'}
FIRST = utc(2025, 2, 28, 17)

ENCODING: dict[str, Damage] = {
    "windows-1252 read as utf-8": Damage(
        lines(row(1), row(2, shop="Café"), row(3)).decode().encode("windows-1252"),
        kept=("1", "3"),
        rejects={"damaged-line": 1},
        where="damaged.csv line 3",
    ),
    "windows-1252 declared": Damage(
        lines(row("é")).decode().encode("windows-1252"),
        read='{ encoding = "windows-1252" }',
        kept=("é",),
    ),
    "UTF-16 undeclared": Damage(
        GOOD.decode().encode("utf-16"), refused="unreadable-file", said="text in UTF-16"
    ),
    "UTF-16 declared": Damage(
        GOOD.decode().encode("utf-16"), read='{ encoding = "utf-16" }', kept=("1", "2")
    ),
    "UTF-16 cut within a letter": Damage(
        GOOD.decode().encode("utf-16")[:-1],
        read='{ encoding = "utf-16" }',
        refused="unreadable-file",
        said="truncated data",
    ),
    "UTF-8 with a byte order mark": Damage(b"\xef\xbb\xbf" + GOOD, kept=("1", "2")),
    "a byte order mark before a quoted name": Damage(
        b"\xef\xbb\xbf" + GOOD.replace(b"id,", b'"id",'), kept=("1", "2")
    ),
    "NUL bytes in an id": Damage(lines(row(1), row("2\0")), kept=("1",), rejects=UNREAD),
    "NUL bytes in what is hashed": Damage(second(shop="S\0"), kept=("1",), rejects=UNREAD),
    "NUL bytes in a number": Damage(second(sum="5\0"), kept=("1",), rejects=UNREAD),
    "a block of NUL bytes at the end": Damage(
        GOOD + b"\0" * 4096, kept=("1", "2"), rejects={"damaged-line": 1}
    ),
}

NUMBERS: dict[str, Damage] = {
    "thousands undeclared": Damage(second(sum="1.250.000"), kept=("1",), rejects=UNREAD),
    "one sign that may be either": Damage(second(sum="1.250"), kept=("1",), rejects=UNREAD),
    "thousands declared": Damage(
        second(sum="1.250.000"),
        columns={"amount": '{ from = "sum", numbers = { thousands = "." } }'},
        kept=("1", "2"),
        values={"amount": [1_250_000, 1_250_000]},
    ),
    "thousands in wrong groups": Damage(
        lines(row(1), row(2, sum="12.50.000"), row(3, sum="1.25"), row(4, sum=".500")),
        columns={"amount": '{ from = "sum", numbers = { thousands = "." } }'},
        kept=("1",),
        rejects={"unread-value": 3},
    ),
    "a decimal comma undeclared": Damage(second(kwh='"66,40"'), kept=("1",), rejects=UNREAD),
    "a decimal comma declared": Damage(
        lines(row(1, kwh='"66,40"'), row(2, kwh="3")),
        columns={"quantity": '{ from = "kwh", numbers = { decimal = "," } }'},
        kept=("1", "2"),
        values={"quantity": [66.4, 3.0]},
    ),
    "Rp undeclared": Damage(second(sum="Rp1.250.000"), kept=("1",), rejects=UNREAD),
    "Rp declared": Damage(
        second(sum="Rp 1.250.000"),
        columns={"amount": '{ from = "sum", numbers = { thousands = ".", without = ["Rp"] } }'},
        kept=("1", "2"),
        values={"amount": [1_250_000, 1_250_000]},
    ),
    "a negative amount": Damage(second(sum="-5"), kept=("1",), rejects={"bad-amount": 1}),
    "a fraction of a rupiah": Damage(second(sum="5.5"), kept=("1",), rejects=UNREAD),
    "a fraction that is none": Damage(
        second(sum="5.0"),
        columns={"amount": '{ from = "sum", numbers = { decimal = "." } }'},
        kept=("1", "2"),
        values={"amount": [1_250_000, 5]},
    ),
    "amounts past 2^53 as whole numbers": Damage(
        second(sum=2**53 + 1),
        kept=("1", "2"),
        values={"amount": [1_250_000, 9_007_199_254_740_993]},
    ),
    "amounts past 2^53 with a decimal sign": Damage(
        second(sum=2**53 + 1),
        columns={"amount": '{ from = "sum", numbers = { decimal = "." } }'},
        kept=("1",),
        rejects=UNREAD,
    ),
    "amounts past 64 bits": Damage(second(sum=2**63), kept=("1",), rejects=UNREAD),
    "NaN as a quantity": Damage(second(kwh="NaN"), kept=("1",), rejects=UNREAD),
    "inf as a quantity": Damage(second(kwh="inf"), kept=("1",), rejects=UNREAD),
    "NaN in Parquet": Damage(
        parquet(kwh=[1.5, float("nan")]), ".parquet", kept=("1",), rejects={"bad-amount": 1}
    ),
    "an exponent": Damage(second(sum="1e3"), kept=("1",), rejects=UNREAD),
    "an unknown word of a category": Damage(
        second(kind="gas"), kept=("1",), rejects={"unknown-value": 1}
    ),
}

TIMES: dict[str, Damage] = {
    "mixed dates undeclared": Damage(second(when="03/04/2025"), kept=("1",), rejects=UNREAD),
    "mixed dates declared": Damage(
        lines(row(1), row(2, when="02/03/2025"), row(3, when="13/25/2025")),
        columns=FORMATS,
        kept=("1", "2"),
        rejects=UNREAD,
        values={"occurred_at": [FIRST, wib("2025-03-02")]},
    ),
    "mixed forms of ISO 8601": Damage(
        lines(
            row(1, when="2025-03-01T10:00:00+07:00"),
            row(2, when="2025-03-01 10:00"),
            row(3, when="2025/03/01"),
            row(4, when="2025-03-01T03:00:00.5Z"),
        ),
        kept=("1", "2", "3", "4"),
        values={
            "occurred_at": [
                utc(2025, 3, 1, 3),
                utc(2025, 3, 1, 3),
                FIRST,
                utc(2025, 3, 1, 3).replace(microsecond=500_000),
            ]
        },
    ),
    "a day that may be in two months": Damage(
        lines(row(1, when="03/04/2025"), row(2)), kept=("2",), rejects=UNREAD
    ),
    "a day that is in no month": Damage(
        second(when="31/02/2025"), columns=FORMATS, kept=("1",), rejects=UNREAD
    ),
    "a year of two digits read as four": Damage(
        second(when="28/02/25"), columns=FORMATS, kept=("1",), rejects={"ancient-date": 1}
    ),
    "a year of two digits declared": Damage(
        second(when="01/03/25"),
        columns=SHORT_YEAR,
        kept=("1", "2"),
        values={"occurred_at": [FIRST, FIRST]},
    ),
    "what programs write for no date": Damage(
        lines(row(1), row(2, when="0001-01-01"), row(3, when="1899-12-30 00:00:00")),
        kept=("1",),
        rejects={"ancient-date": 2},
    ),
    "a date of zeros": Damage(second(when="0000-00-00"), kept=("1",), rejects=UNREAD),
    "an Excel date undeclared": Damage(second(when="45717"), kept=("1",), rejects=UNREAD),
    "an Excel date declared": Damage(
        lines(row(1), row(2, when="45717.5"), row(3, when="1e300")),
        columns=EXCEL,
        kept=("1", "2"),
        rejects=UNREAD,
        values={"occurred_at": [FIRST, utc(2025, 3, 1, 5)]},
    ),
    "unix times declared": Damage(
        second(when="1740798000"),
        columns=UNIX,
        kept=("1", "2"),
        values={"occurred_at": [FIRST, utc(2025, 3, 1, 3)]},
    ),
    "milliseconds read as seconds": Damage(
        second(when="1740798000000"), columns=UNIX, kept=("1",), rejects={"future-date": 1}
    ),
    "seconds read as milliseconds": Damage(
        second(when="1740798000"), columns=MILLISECONDS, kept=("1",), rejects=UNREAD
    ),
    "a date in the future": Damage(
        second(when="2999-01-01"), kept=("1",), rejects={"future-date": 1}
    ),
    "a year beyond the calendar": Damage(second(when="99999-01-01"), kept=("1",), rejects=UNREAD),
}

BINARY: dict[str, Damage] = {
    "half a Parquet file": Damage(
        PARQUET[: len(PARQUET) // 2], ".parquet", refused="unreadable-file", said="PAR1"
    ),
    "a Parquet file without its middle": Damage(
        PARQUET[:60] + PARQUET[-60:], ".parquet", refused="unreadable-file", said="parquet"
    ),
    "CSV named Parquet": Damage(
        GOOD, ".parquet", refused="unreadable-file", said="a whole parquet file"
    ),
    "Parquet named CSV": Damage(PARQUET, refused="unreadable-file", said="a Parquet file"),
    "Excel named CSV": Damage(BOOK, refused="unreadable-file", said="a zip archive"),
    "gzip named CSV": Damage(gzip.compress(GOOD), refused="unreadable-file", said="a gzip archive"),
    "half a gzip archive": Damage(
        gzip.compress(GOOD)[:40], ".csv.gz", refused="unreadable-file", said="ends in .gz"
    ),
    "half an Excel file": Damage(
        BOOK[: len(BOOK) // 2], ".xlsx", refused="unreadable-file", said="a whole xlsx file"
    ),
    "CSV named Excel": Damage(GOOD, ".xlsx", refused="unreadable-file", said="a whole xlsx file"),
    "an Excel file without the sheet": Damage(
        BOOK, ".xlsx", '{ sheet = "Mei" }', refused="missing-sheet", said="one of Laporan"
    ),
    "an empty Excel file": Damage(workbook([]), ".xlsx", refused="bad-header", said="no name"),
    "an Excel file of titles only": Damage(
        BOOK, ".xlsx", "{ skip = 9 }", refused="unreadable-file", said="Too many rows skipped"
    ),
    "an Excel file with a name twice": Damage(
        book({"more": 6}, header=f"{HEADER},sum"),
        ".xlsx",
        refused="bad-header",
        said="sum more than once",
    ),
    "an Excel file with a column without a name": Damage(
        book({"more": 6}, header=f"{HEADER},"), ".xlsx", kept=("1",)
    ),
    "text far down in an Excel column of numbers": Damage(
        book(*[{}] * 1400, {"sum": "1.250x"}),
        ".xlsx",
        kept=tuple(str(i) for i in range(1, 1401)),
        rejects=UNREAD,
        where="damaged.xlsx row 1401",
    ),
    "blank rows in an Excel file": Damage(
        book({}, dict.fromkeys(("id", *HEADER.split(",")))), ".xlsx", kept=("1",)
    ),
    "a kind of file we do not know": Damage(
        GOOD, ".doc", refused="unreadable-file", said="ends in .doc"
    ),
    "an ending in capitals": Damage(GOOD, ".CSV", kept=("1", "2")),
}

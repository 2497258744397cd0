"""A program of its own that reads an upload: a file in, a line out for each row, whatever comes.

It runs beside the service with little memory and time, no files and no settings, and needs nothing
of the house. Parquet and packed files meet only this; what it writes is lines of JSON, which the
service holds against the schema as it does a request. A line out is a row's number and its JSON,
or the number alone where the row is too long; the last is ``.``, or ``!`` and what is wrong.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

PIECE: Final = 64 * 2**10
"""Bytes that are read or unpacked at a time."""

BATCH: Final = 500
"""Rows of Parquet that are unpacked together."""

FEW: Final = 25
"""Of these, how many become objects together."""

PAGE: Final = os.sysconf("SC_PAGE_SIZE")
"""Bytes."""

FILES: Final = 16
"""That it may have open."""


@dataclass(frozen=True)
class Limits:
    """What a file may ask for.

    Args:
        rows: of a file.
        line: bytes of a row as JSON.
        plain: bytes of a file once it is unpacked.
        ratio: so many times as long as the packed file, once it is longer than `line`.
        columns: of Parquet.
        memory: bytes on top of what the program has before it begins to read.
        seconds: of work.
    """

    rows: int = 1_000_000
    line: int = 64 * 2**10
    plain: int = 512 * 2**20
    ratio: int = 200
    columns: int = 64
    memory: int = 512 * 2**20
    seconds: int = 300


class Unreadable(Exception):
    """The file cannot be read; its text is the code of why."""


Row = tuple[int, bytes | None]
"""A row's number from 1 on, and its JSON; None where that is too long."""

Form = Callable[[Iterator[bytes], Limits], Iterator[Row]]


def rows(form: str, pieces: Iterator[bytes], limits: Limits) -> Iterator[Row]:
    """Yield the rows of a file.

    Args:
        form: one of `FORMS`.
        pieces: the file, some bytes at a time.
        limits: what it may ask for.

    Raises:
        Unreadable: it cannot be read (``bad-gzip``, ``bad-parquet``) or asks for too much
            (``too-many-rows``, ``unpacks-too-far``).
    """
    for count, row in enumerate(FORMS[form](pieces, limits), 1):
        if count > limits.rows:
            raise Unreadable("too-many-rows")
        yield row


def lines(pieces: Iterator[bytes], limits: Limits) -> Iterator[Row]:
    """Yield the lines of a file by their numbers, without the empty ones."""
    number, rest, over = 1, b"", False
    for piece in pieces:
        *whole, last = (rest + piece).split(b"\n")
        for line in whole:
            if said := line.strip():
                yield number, None if over or len(said) > limits.line else said
            number, over = number + 1, False
        over = over or len(last) > limits.line
        rest = b"-" if over else last
    if said := rest.strip():
        yield number, None if over else said


def unpacked(pieces: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """Yield what gzip packed; raises Unreadable (``bad-gzip``, ``unpacks-too-far``)."""
    came, made, member = 0, 0, zlib.decompressobj(31)
    try:
        for piece in pieces:
            came, rest, full = came + len(piece), piece, False
            while rest or full:
                if member.eof:
                    member = zlib.decompressobj(31)
                plain = member.decompress(rest, PIECE)
                rest, full = member.unconsumed_tail or member.unused_data, len(plain) == PIECE
                made += len(plain)
                if made > limits.plain or made > limits.line + limits.ratio * came:
                    raise Unreadable("unpacks-too-far")
                yield plain
    except zlib.error as error:
        raise Unreadable("bad-gzip") from error
    if not member.eof:
        raise Unreadable("bad-gzip")


def packed_lines(pieces: Iterator[bytes], limits: Limits) -> Iterator[Row]:
    """Yield the lines of a packed file."""
    return lines(unpacked(pieces, limits), limits)


def parquet(pieces: Iterator[bytes], limits: Limits) -> Iterator[Row]:
    """Yield the rows of a file of Parquet; what it says of itself is looked at before it is read.

    Raises Unreadable (``bad-parquet``, ``too-many-rows``, ``unpacks-too-far``).
    """
    import pyarrow as pa  # noqa: PLC0415  only who reads Parquet waits for it
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415

    try:
        file = ParquetFile(pa.BufferReader(b"".join(pieces)))
        _look(file, limits)
        yield from enumerate(_counted(_rows(file), limits), 1)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # whatever the library finds, the file is at fault
        raise Unreadable("bad-parquet") from error


FORMS: Final[Mapping[str, Form]] = {
    "ndjson": lines,
    "ndjson+gzip": packed_lines,
    "parquet": parquet,
}
"""Format of a file, and how it is packed → what reads it."""


def _look(file: Any, limits: Limits) -> None:
    """Refuse what says itself that it is too much, or is no plain table."""
    about = file.metadata
    if about.num_rows > limits.rows:
        raise Unreadable("too-many-rows")
    groups = [about.row_group(i) for i in range(about.num_row_groups)]
    if sum(max(group.total_byte_size, 0) for group in groups) > limits.plain:
        raise Unreadable("unpacks-too-far")
    flat = len(file.schema_arrow.names) == about.num_columns <= limits.columns
    plain = all("." not in file.schema.column(i).path for i in range(about.num_columns))
    if not flat or not plain or len(set(file.schema_arrow.names)) < about.num_columns:
        raise Unreadable("bad-parquet")


def _rows(file: Any) -> Iterator[dict[str, Any]]:
    """Yield rows, few at a time: a word that is packed once may stand in each of them."""
    for batch in file.iter_batches(BATCH, use_threads=False):
        for start in range(0, batch.num_rows, FEW):
            yield from batch.slice(start, FEW).to_pylist()


def _counted(rows: Iterator[dict[str, Any]], limits: Limits) -> Iterator[bytes | None]:
    """Yield rows as JSON, None for one too long; raises Unreadable (``unpacks-too-far``)."""
    made = 0
    for row in rows:
        size = sum(len(value) for value in row.values() if isinstance(value, str | bytes))
        said = None if size > limits.line else _written(row)
        made += size if said is None else len(said)
        if made > limits.plain:
            raise Unreadable("unpacks-too-far")
        yield None if said is None or len(said) > limits.line else said


def _written(row: dict[str, Any]) -> bytes:
    said = {name: value for name, value in row.items() if value is not None}
    return json.dumps(said, default=_plain).encode()


def _plain(value: object) -> object:
    """Return what JSON can say of a value."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value.decode() if isinstance(value, bytes) else str(value)


def confine(limits: Limits) -> None:
    """Let this process have no more than the limits say, and write no file."""
    held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * PAGE
    for what, most in (
        (resource.RLIMIT_AS, held + limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def answer(form: str, pieces: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """Yield the lines out, the last of which says how it ended."""
    try:
        for number, said in rows(form, pieces, limits):
            yield b"%d %s\n" % (number, said or b"")
        yield b".\n"
    except Unreadable as error:
        yield f"!{error}\n".encode()
    except MemoryError:
        yield b"!unpacks-too-far\n"


def main() -> None:
    """Read from standard input what the arguments say."""
    form, limits = sys.argv[1], Limits(**json.loads(sys.argv[2]))
    if form == "parquet":
        import pyarrow.parquet  # noqa: PLC0415, F401  before its memory is counted
    confine(limits)
    with suppress(BrokenPipeError):
        for line in answer(form, iter(lambda: sys.stdin.buffer.read(PIECE), b""), limits):
            sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    sys.stderr.close()


if __name__ == "__main__":
    main()

"""Reading times: of which text, number or date an instant can be made, and which.

Without a format only texts that begin with the year are read, as ISO 8601 writes them:
``03/04/2025`` is a day in March in one country and in April in another, and which is for
the mapping to say.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

UTC: Final = pl.Datetime("us", "UTC")

EXCEL_EPOCH_DAYS: Final = 25_569
"""Days from Excel's day 0 (30 December 1899) to 1970."""

DAY_MICROSECONDS: Final = 86_400_000_000

PER_UNIT: Final = {"excel": DAY_MICROSECONDS, "unix": 1_000_000, "unix_ms": 1000}
"""Format of numbers that are times → microseconds in one."""

LEAST_UNIX: Final = 365 * DAY_MICROSECONDS
"""Microseconds from 1970 to 1971; seconds read as milliseconds fall before."""

ZONE: Final = r"(?:Z|[+-]\d\d:?\d\d)"
DAY: Final = r"\d{4}-\d{1,2}-\d{1,2}"
ISO: Final = (
    (rf"^{DAY} \d\d?:\d\d:\d\d$", "%Y-%m-%d %H:%M:%S"),
    (rf"^{DAY}$", "%Y-%m-%d"),
    (rf"^{DAY} \d\d?:\d\d$", "%Y-%m-%d %H:%M"),
    (rf"^{DAY} \d\d?:\d\d:\d\d\.\d+$", "%Y-%m-%d %H:%M:%S%.f"),
    (rf"^{DAY} \d\d?:\d\d:\d\d(?:\.\d+)?{ZONE}$", "%Y-%m-%d %H:%M:%S%.f%#z"),
    (rf"^{DAY} \d\d?:\d\d{ZONE}$", "%Y-%m-%d %H:%M%#z"),
)
"""What texts look like that need no format → the format, most usual first."""


def instants(raw: pl.Expr, kind: pl.DataType, form: str | None, zone: str) -> pl.Expr:
    """Return the times that one format reads, UTC; null where it reads none.

    Args:
        raw: the foreign values.
        kind: their type.
        form: as a mapping's ``format``; None for texts that begin with the year.
        zone: the time zone of times that state none.
    """
    if form in PER_UNIT:
        return _of_numbers(raw, str(form), zone)
    if isinstance(kind, pl.Datetime) and kind.time_zone is not None:
        return raw.cast(UTC)
    if kind.is_temporal():
        return placed(raw.cast(pl.Datetime("us")), zone)
    text = raw.cast(pl.String)
    if form is None:
        return text.map_batches(lambda texts: _of_iso(texts, zone), UTC)
    return _read(text, form, zone)


def end_of_day(instant: pl.Expr, zone: str) -> pl.Expr:
    """Return the last microsecond of the day, in a time zone, that instants lie in."""
    there = instant.dt.convert_time_zone(zone)
    last = there.dt.truncate("1d").dt.offset_by("1d").dt.convert_time_zone("UTC")
    return last - pl.duration(microseconds=1)


def placed(local: pl.Expr, zone: str) -> pl.Expr:
    """Return times of a zone's clock in UTC; an hour that was skipped there is unreadable."""
    there = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return there.dt.convert_time_zone("UTC")


def _of_numbers(raw: pl.Expr, form: str, zone: str) -> pl.Expr:
    since = raw.cast(pl.Float64, strict=False)
    since = since - EXCEL_EPOCH_DAYS if form == "excel" else since
    micros = (since * PER_UNIT[form]).round().cast(pl.Int64, strict=False)
    if form == "excel":
        return placed(micros.cast(pl.Datetime("us")), zone)
    believable = pl.when(micros >= LEAST_UNIX).then(micros)
    return believable.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _read(text: pl.Expr, form: str, zone: str) -> pl.Expr:
    if re.search(r"%[:#]*z|%\+", form):
        return text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
    return placed(text.str.to_datetime(form, time_unit="us", strict=False), zone)


def _of_iso(texts: pl.Series, zone: str) -> pl.Series:
    """Return the times of texts as ISO 8601 writes them, each in any of its forms."""
    plain = texts.str.replace_all("/", "-", literal=True).str.replace("T", " ", literal=True)
    found = pl.Series([None] * texts.len(), dtype=UTC)
    for pattern, form in ISO:
        fits = plain.str.contains(pattern)
        if fits.any():
            these = pl.when(fits).then(plain)
            found = pl.select(pl.coalesce(found, _read(these, form, zone))).to_series()
    return found

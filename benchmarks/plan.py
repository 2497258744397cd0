"""What scoring a whole nation takes, from what was measured of one of its parts.

A nation's businesses are data sets of their own, a regency or city each, since no business is of
two: so the work is as many runs as there are parts, in any order and on any number of machines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

HOUR: Final = 3600.0
GB: Final = 1e9
MONTHS: Final = 12


@dataclass(frozen=True)
class Nation:
    """Whose businesses are scored.

    Args:
        businesses: how many, with one application each.
        records: of each, in a year.
        parts: data sets they are kept in.
        passes: how often in a year everyone is scored, from the year's records.
    """

    businesses: int
    records: int
    parts: int
    passes: int = 1


@dataclass(frozen=True)
class Units:
    """What was measured.

    Args:
        start: processor seconds of a run before and after its records.
        record: processor seconds of a record, from file to features.
        application: processor seconds of an application, from features to score with reasons.
        stored: bytes of a record in Parquet; scored: of an application's scores.
        shuffled: bytes of a record between machines.
        busy: share of the cores' time that is work, above 0, at most 1.
    """

    start: float
    record: float
    application: float
    stored: float
    scored: float
    shuffled: float
    busy: float


@dataclass(frozen=True)
class Prices:
    """In US dollars.

    Args:
        core_hour: an hour of a core.
        gb_month: a gigabyte (10⁹ bytes) kept for a month.
    """

    core_hour: float
    gb_month: float


@dataclass(frozen=True)
class Plan:
    """What a nation takes.

    Args:
        core_hours: of processor, of one pass; paid_core_hours: with the time that cores wait.
        hours: of one pass by the clock, on the cores asked about.
        stored_gb: a year's records and the rows of one pass.
        shuffled_gb: of one pass, in all; part_shuffled_gb: of one part, kept on disk meanwhile.
        computing: dollars a year; keeping: dollars a year, the year's records kept throughout.
    """

    core_hours: float
    paid_core_hours: float
    hours: float
    stored_gb: float
    shuffled_gb: float
    part_shuffled_gb: float
    computing: float
    keeping: float


def seconds(businesses: int, records: int, units: Units) -> float:
    """Return processor seconds of one run on *businesses* with *records* each."""
    return units.start + businesses * (records * units.record + units.application)


def plan(nation: Nation, units: Units, prices: Prices, cores: int) -> Plan:
    """Return what a nation takes on so many cores."""
    everyone, records = nation.businesses, nation.businesses * nation.records
    starts = (nation.parts - 1) * units.start
    core_hours = (seconds(everyone, nation.records, units) + starts) / HOUR
    paid = core_hours / units.busy
    stored = (records * units.stored + everyone * units.scored) / GB
    shuffled = records * units.shuffled / GB
    return Plan(
        core_hours=core_hours,
        paid_core_hours=paid,
        hours=paid / cores,
        stored_gb=stored,
        shuffled_gb=shuffled,
        part_shuffled_gb=shuffled / nation.parts,
        computing=nation.passes * paid * prices.core_hour,
        keeping=MONTHS * stored * prices.gb_month,
    )


def otherwise(
    nation: Nation, units: Units, prices: Prices, cores: int
) -> Iterator[tuple[str, Plan]]:
    """Yield the plan where one thing is other than measured or assumed, named by it."""
    dearer: Mapping[str, Units] = {
        "a record takes twice the processor": replace(units, record=2 * units.record),
        "scoring takes twice the processor": replace(units, application=2 * units.application),
        "a run takes twice as long to start": replace(units, start=2 * units.start),
        "a record takes twice the bytes": replace(units, stored=2 * units.stored),
        "cores wait twice as long": replace(units, busy=1 / (1 + 2 * (1 / units.busy - 1))),
    }
    for what, other in dearer.items():
        yield what, plan(nation, other, prices, cores)
    yield (
        "twice the records",
        plan(replace(nation, records=2 * nation.records), units, prices, cores),
    )
    yield "twice the parts", plan(replace(nation, parts=2 * nation.parts), units, prices, cores)
    doubled = Prices(2 * prices.core_hour, 2 * prices.gb_month)
    yield "twice the prices", plan(nation, units, doubled, cores)
    yield "twice the cores", plan(nation, units, prices, 2 * cores)

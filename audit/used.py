"""What was read of each source: how many records counted, and of which days."""

from __future__ import annotations

from audit.days import day_of
from audit.decision import DataUsed
from features.known import Known
from features.sources import SOURCES


def used_of(known: Known) -> tuple[DataUsed, ...]:
    """Return what counted of the one application, in the order of the sources.

    Records that were not known before it, or are older than two years, do not count. A source
    of which none counted is left out.
    """
    return tuple(_used(known, source) for source in SOURCES if known.sources[source].any)


def _used(known: Known, source: str) -> DataUsed:
    ages = known.sources[source].age
    first, last = (day_of(known.as_of.item() - ages.item(place)) for place in (0, -1))
    return DataUsed(source, ages.size, first, last)

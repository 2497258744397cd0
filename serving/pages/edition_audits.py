"""The tables of an edition that hold an audit: who fares how, beside all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from audit.editions.sections import Audited
from audit.fairness.measures import MEASURES, PARITY
from serving.pages.edition_columns import Table, table

HEADS: Final = (
    "group:group measure:word counted:tally own:level others:level gap:gap p_of_all:p verdict:word"
)
"""Of comparisons."""

ORDER: Final = (PARITY.name, *(one.name for one in MEASURES if one != PARITY))
"""Measures in the order in which they are told."""


def audited(of: Audited) -> Iterator[Table]:
    """Yield a table of each attribute, and of those looked at together; measure by measure."""
    by_attribute: dict[str, list[tuple[Any, ...]]] = {}
    rows = [one for one in of.report["comparisons"] if one["group"] is not None]
    for one in sorted(rows, key=lambda one: ORDER.index(one["measure"])):
        place = place_of(one, "against")
        row = (
            place,
            f"measure_{one['measure']}",
            *(one[name] for name in ("counted", "group", "others", "gap", "p_of_all")),
            f"verdict_{one['verdict']}",
        )
        by_attribute.setdefault("-".join(place), []).append(row)
    for attribute, own in by_attribute.items():
        yield table(f"of-{attribute}", HEADS, own, "own")


def place_of(row: Mapping[str, Any], until: str) -> dict[str, str]:
    """Return attribute → group of a row of an audit, which stand before all else."""
    names = list(row)
    return {name: str(row[name]) for name in names[: names.index(until)]}

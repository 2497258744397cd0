"""The tables of an edition that hold drift: the alarms, then everything compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from audit.drift.comparison import BY_FEATURE
from audit.editions.sections import Drifted
from serving.pages.edition_columns import Table, Unit, table

BOUNDS: Final = ("value", "low", "high")

UNITS: Final[dict[str, Unit]] = {"feature": "plain", "missing": "points"}
"""Measure by feature → how what is found reads."""


def drifted(of: Drifted) -> Iterator[Table]:
    """Yield the tables of drift; of features the farthest stand first."""
    found, limits = of.found["compared"], of.found["limits"]
    alarms = [(one["code"], f"level_{one['level']}", one["feature"]) for one in of.found["alarms"]]
    yield table("alarms", "alarm:alarm level:word feature:feature", alarms)
    whole = [
        (f"drift_{one['measure']}", _figures(one), limits[one["code"]]["look"], *_judged(one))
        for one in found
        if one["measure"] not in BY_FEATURE
    ]
    yield table("whole", "measured:word found:plain look:figure p_of_all:p level:word", whole)
    for measure in BY_FEATURE:
        own = [one for one in found if one["measure"] == measure]
        limit = next((limits[one["code"]]["look"] for one in own), None)
        own.sort(key=lambda one: -abs(one["value"] or 0.0))
        rows = [(one["feature"], _figures(one), *_judged(one)) for one in own]
        heads = f"feature:feature found:{UNITS[measure]} p_of_all:p level:word"
        yield table(f"compared-{measure}", heads, rows, "found", limit)


def _figures(one: Mapping[str, Any]) -> dict[str, float] | None:
    """Return what was found; None where it may not be told."""
    return None if one["value"] is None else {name: one[name] for name in BOUNDS}


def _judged(one: Mapping[str, Any]) -> tuple[float | None, str]:
    return one["p_of_all"], f"level_{one['level'] or 'none'}"

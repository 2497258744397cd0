"""The tables of an edition that hold where gaps come from: more of what its audit found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from audit.editions.sections import Audited
from audit.fairness.measures import PARITY, PAST_ANSWERS
from audit.fairness.study import GAPS
from serving.pages.edition_audits import place_of
from serving.pages.edition_columns import Table, table
from serving.pages.sections import WORSE

Row = Mapping[str, Any]

LEVELS: Final = ("group", "others", "gap")


def origins(of: Audited) -> Iterator[Table]:
    """Yield where the gaps of an audit come from; what is not known of a report is left out."""
    report = of.report
    yield _by_reason("parts", report["parts"], "plain", "plain")
    yield _by_reason("named", report["named"], "share", "points")
    if (same := _same_risk(report["comparisons"])).rows:
        yield same
    if report["cutoffs"] is not None:
        yield from _cutoffs(report["cutoffs"])
    if report["proxies"]:
        yield _proxies(report["proxies"], report["error"])
        yield _telling(report["proxies"])
    yield _widest(report["widest"])
    yield _needed(report["needed"])


def _by_reason(name: str, rows: list[Row], level: str, gap: str) -> Table:
    """Return gaps by group and reason, those that are shown against a group first."""
    known = [one for one in rows if one["gap"] is not None]
    known.sort(key=lambda one: (one["verdict"] not in WORSE, one["gap"]["value"]))
    heads = (
        f"group:place reason:reason own:{level} others:{level} gap:{gap} p_of_all:p verdict:word"
    )
    cells = [(place_of(one, "against"), one["measure"], *_levels(one), *_judged(one))
             for one in known]  # fmt: skip
    return table(name, heads, cells, "gap", 0.0)


def _same_risk(compared: list[Row]) -> Table:
    """Return gaps in shares approved, as they are and among those of the same risk."""
    raw = {_key(one): one["gap"] for one in compared if one["measure"] == PARITY.name}
    rows = [
        (place_of(one, "against"), raw.get(_key(one)), one["gap"], *_judged(one))
        for one in compared
        if one["measure"] == PAST_ANSWERS.name and one["gap"] is not None
    ]
    heads = "group:place raw:points at_same_risk:points p_of_all:p verdict:word"
    return table("same_risk", heads, rows, "at_same_risk", 0.0)


def _cutoffs(of: Row) -> Iterator[Table]:
    """Yield what other cut-offs would do, to all and by group, and the answers between them."""
    cut = "risk" if of["figure"] == "probability" else "tally"
    lines = [(one["cut"], one["approved"], one["expected_bad"]) for one in of["all"]]
    yield table("cutoffs", f"cut:{cut} approved:share expected_bad:share", lines, "approved")
    groups = [
        (place_of(one, "cut"), f"measure_{one['measure']}", one["cut"], *_levels(one))
        for one in of["groups"]
        if one["gap"] is not None
    ]
    heads = f"group:place measure:word cut:{cut} own:level others:level gap:gap"
    yield table("cutoffs_by_group", heads, groups)
    bands = [
        (place_of(one, "from"), one["from"], one["to"], *_levels(one))
        for one in of["bands"]
        if one["gap"] is not None
    ]
    heads = f"group:place from:{cut} to:{cut} own:share others:share gap:points"
    yield table("bands", heads, bands)


def _proxies(of: list[Row], error: float) -> Table:
    """Return how well the data of businesses tell each group."""
    rows = [
        (_group(one), one["auc"], one["by_chance"], one["corrected"], _told(one, error))
        for one in of
    ]
    heads = "group:place proxy_auc:plain chance:figure p_of_all:p verdict:word"
    return table("proxies", heads, rows, "proxy_auc", 0.5)


def _telling(of: list[Row]) -> Table:
    """Return which data do."""
    rows = [(_group(one), told["feature"], told["auc"]) for one in of for told in one["strongest"]]
    return table("telling", "group:place feature:feature proxy_higher:plain", rows)


def _group(one: Row) -> dict[str, str]:
    return {one["attribute"]: one["group"]}


def _told(one: Row, error: float) -> str:
    if one["corrected"] is None:
        return "verdict_insufficient"
    return "proxy_told" if one["corrected"] < error else "verdict_not_shown"


def _widest(of: list[Row]) -> Table:
    rows = [
        (one["attribute"], f"width_{one['figure']}", one["found"], one["by_chance"])
        for one in of
        if one["found"] is not None
    ]
    return table("widest", "attribute:attribute figure:word apart:plain chance:figure", rows)


def _needed(of: list[Row]) -> Table:
    names = {f"see_{100 * gap:g}": f"{gap:g}" for gap in GAPS}
    rows = [
        (place_of(one, "n"), one["n"], *(one["to_see"].get(gap) for gap in names.values()))
        for one in of
    ]
    heads = " ".join(f"{name}:tally" for name in names)
    return table("needed", f"group:place there:count {heads}", rows)


def _key(one: Row) -> tuple[tuple[str, str], ...]:
    return tuple(place_of(one, "against").items())


def _levels(one: Row) -> Iterator[Any]:
    return (one[name] for name in LEVELS)


def _judged(one: Row) -> tuple[float | None, str]:
    return one["p_of_all"], f"verdict_{one['verdict']}"

"""The race of allocations as a table and a picture: ``python -m benchmarks.pictured FILE``.

FILE is what `benchmarks.allocation` kept. The table is put between the two marks in
``docs/allocation.md``, the picture in ``docs/images/allocation.svg``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.turns import Figures

PAGE: Final = Path("docs/allocation.md")
PICTURE: Final = Path("docs/images/allocation.svg")
MARKS: Final = ("<!-- figures -->", "<!-- end of figures -->")

NAMES: Final = {
    "lumbung": "Lumbung",
    "greedy": "greedy",
    "deferred_acceptance": "deferred acceptance",
    "matching": "*matching* 1.4.3",
    "cp_sat": "OR-Tools CP-SAT",
    "scip": "OR-Tools SCIP",
    "highs": "OR-Tools HiGHS",
    "glop": "OR-Tools GLOP, relaxed",
    "pdlp": "OR-Tools PDLP, relaxed",
}
GREEN, GREY, RED = "#2e6f40", "#6b6b6b", "#b3462d"
BILLION: Final = 1e9

GOALS: Final = ((10_000, 30.0), (100_000, 300.0))
"""Applicants, and the seconds within which they are to be allocated."""


def table(figures: Figures) -> str:
    """Return the tables of the page in Markdown."""
    return "\n".join([*map(_contest, figures["contests"]), _growth(figures["growth"])])


def _contest(one: Figures) -> str:
    bound = "none was proven" if one["bound"] is None else f"{one['bound'] / BILLION:,.3f} billion"
    head = (
        f"**{one['applicants']:,} applications x 50 products**, {one['pairs']:,} pairs that fit,"
        f" {one['limits']} limits; least proven bound: {bound}\n\n"
        "| method | expected back, billion rupiah | gap | seconds | MiB | businesses |"
        " rupiah lent, billion | blocking pairs | limits broken |\n|---|" + "--:|" * 8 + "\n"
    )
    return head + "".join(_row(name, each) for name, each in one["methods"].items())


def _row(name: str, one: Figures) -> str:
    cells = [f"{one['seconds']:,.1f}" + (" (ended)" if one.get("ended") else "")]
    cells.append(f"{one['mib']:,.0f}" if "mib" in one else "-")
    if "worth" not in one:
        return f"| {NAMES[name]} | - | - | {' | '.join(cells)} | - | - | - | - |\n"
    worth = [f"{one['worth'] / BILLION:,.3f}", "-" if one["gap"] is None else f"{one['gap']:.2%}"]
    sums = [f"{one['served']:,}", f"{one['lent'] / BILLION:,.3f}", f"{one['blocking_pairs']:,}"]
    return f"| {NAMES[name]} | {' | '.join([*worth, *cells, *sums, str(len(one['broken']))])} |\n"


def _growth(grown: list[Figures]) -> str:
    head = "| applications | gap | seconds | with reasons and comparisons | MiB |\n"
    head += "|--:|--:|--:|--:|--:|\n"
    return head + "".join(
        f"| {one['applicants']:,} | {_percent(ours.get('gap'))} | {ours['seconds']:,.1f}"
        f" | {ours.get('told', 0):,.1f} | {ours.get('mib', 0):,.0f} |\n"
        for one in grown
        for ours in [one["methods"]["lumbung"]]
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"


def picture(figures: Figures) -> Figure:
    """Return one picture: worth against seconds for the largest contest, and our growth."""
    drawn = Figure(figsize=(11, 4.6), layout="constrained")
    race, growth = drawn.subplots(1, 2)
    _race(race, figures["contests"][-1])
    _grow(growth, [one for one in figures["growth"] if "told" in one["methods"]["lumbung"]])
    return drawn


def _race(axes: Axes, one: Figures) -> None:
    for name, each in one["methods"].items():
        if "worth" in each:
            colour = RED if each["broken"] else GREEN if name == "lumbung" else GREY
            x, y = max(each["seconds"], 0.01), each["worth"] / BILLION
            axes.plot(x, y, "x" if each["broken"] else "o", color=colour)
            place, side = ((-6, 6), "right") if name == "lumbung" else ((6, -9), "left")
            axes.annotate(
                NAMES[name].replace("*", ""), (x, y), place, ha=side, textcoords="offset points"
            )
    if one["bound"] is not None:
        axes.axhline(one["bound"] / BILLION, color=GREY, linestyle=":")
    axes.set(xscale="log", xlabel="seconds", ylabel="expected back, billion rupiah")
    axes.set_title(
        f"{one['applicants']:,} made-up applications x 50 products\n"
        "dotted: least proven bound; cross: breaks limits",
        fontsize=10,
    )
    axes.margins(x=0.4, y=0.15)


def _grow(axes: Axes, grown: list[Figures]) -> None:
    n = [one["applicants"] for one in grown]
    ours = [one["methods"]["lumbung"] for one in grown]
    axes.plot(n, [one["seconds"] for one in ours], "o-", color=GREEN, label="allocated")
    axes.plot(n, [one["told"] for one in ours], "o--", color=GREY, label="and every reason told")
    for many, seconds in GOALS:
        axes.plot(many, seconds, "v", color=RED, label="at most" if many == GOALS[0][0] else None)
    axes.set(xscale="log", yscale="log", xlabel="applications", ylabel="seconds")
    axes.set_title("Lumbung, from small to large", fontsize=10)
    axes.legend(frameon=False)


def placed(page: str, figures: str) -> str:
    """Return the page with what stands between its marks replaced."""
    before, rest = page.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    return f"{before}{MARKS[0]}\n\n{figures}\n{MARKS[1]}{after}"


def draw(figures: Figures, file: Path) -> None:
    """Write the picture as SVG, the same bytes from the same figures."""
    with mpl.rc_context({"svg.hashsalt": "lumbung", "svg.fonttype": "none"}):
        picture(figures).savefig(file, format="svg", metadata={"Date": None})


def main() -> None:
    """Write the table and the picture."""
    figures = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    PAGE.write_text(placed(PAGE.read_text(encoding="utf-8"), table(figures)), encoding="utf-8")
    draw(figures, PICTURE)


if __name__ == "__main__":
    main()

"""docs/benchmarks.md of the figures that were kept: ``python -m benchmarks.page``.

Every file of docs/benchmarks/ is what a benchmark kept by ``--keep``. Of each the page has a
section: what is compared, the command that makes it, the machine, a picture where there is one, and
its figures; and above all whether what was aimed at was reached. `benchmarks.sections` says what
is particular to one of them. A test holds the page against the files.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.goals import GOALS, Goal
from benchmarks.sections import SECTIONS, Section, cell
from benchmarks.turns import ROOT, Figures

KEPT: Final = "docs/benchmarks"
PAGE: Final = "docs/benchmarks.md"
IMAGES: Final = "docs/images/benchmarks"

PROVENANCE: Final = ("command", "date", "commit", "machine")
"""What `benchmarks.turns.tell` adds to figures."""

TOP: Final = """\
<!-- Written by `python -m benchmarks.page` from docs/benchmarks/; run a benchmark, keep its figures
there, and write this anew. -->

# Benchmarks

How fast Lumbung is and how much it takes, beside what people would use instead: in one run, in
turns, on one machine. How well it tells loans apart is another matter: [benchmark](benchmark.md).
`lumbung bench all` makes all of this again, and the
[README of benchmarks](../benchmarks/README.md) says what each program does. A median is told with
the smallest and the largest turn; *times* are taken turn by turn. Data are simulated or made up.
"""


def results(root: Path = ROOT) -> dict[str, Figures]:
    """Return what was kept, by benchmark, in the order of the sections and then by name."""
    files = {file.stem: file for file in (root / KEPT).glob("*.json")}
    order = [*(name for name in SECTIONS if name in files), *sorted(set(files) - set(SECTIONS))]
    return {name: json.loads(files[name].read_text("utf-8")) for name in order}


def page(found: Mapping[str, Figures]) -> str:
    """Return the page in Markdown."""
    return "\n".join([TOP, _goals(found), *(_section(*one) for one in found.items())])


def pictures(found: Mapping[str, Figures]) -> dict[str, str]:
    """Return file → SVG of every picture of the page."""
    drawn = {name: SECTIONS[name].picture for name in found if name in SECTIONS}
    return {
        f"{IMAGES}/{name}.svg": draw(found[name])
        for name, draw in drawn.items()
        if draw is not None
    }


def _goals(found: Mapping[str, Figures]) -> str:
    rows = [_goal(goal, found) for goal in GOALS]
    return "## What was aimed at\n\n| | aim | found | |\n|---|--:|--:|---|\n" + "".join(rows)


def _goal(goal: Goal, found: Mapping[str, Figures]) -> str:
    value = goal.found(found)
    if value is None:
        return f"| {goal.what} | {goal.aim} | | not measured yet |\n"
    met = "reached" if goal.met(value) else "**missed**"
    return f"| {goal.what} | {goal.aim} | {cell(value)} {goal.unit} | {met} |\n"


def _section(name: str, figures: Figures) -> str:
    said = SECTIONS.get(name) or Section(*_said(name), table=_any)
    shown = f"![{said.title}](images/benchmarks/{name}.svg)\n\n" if said.picture else ""
    made = _made(figures)
    return f"## {said.title}\n\n{said.text}\n\n{shown}{said.table(figures)}\n{made}\n"


def _said(name: str) -> tuple[str, str]:
    """Return the first sentence of a benchmark, and what it says next."""
    text = ast.get_docstring(ast.parse((ROOT / "benchmarks" / f"{name}.py").read_text("utf-8")))
    title, *rest = (text or name).replace("``", "`").split("\n\n")
    return title.rstrip("."), "\n\n".join(rest)


def _made(figures: Figures) -> str:
    on = figures["machine"]
    load = " / ".join(f"{one:g}" for one in on["load_before"])
    versions = ", ".join(f"{name} {said}" for name, said in on["versions"].items())
    return (
        f"`{figures['command']}`, {figures['date']}, commit `{figures['commit']}`: {on['cores']} "
        f"cores of {on['processor']}, {on['memory_gib']:g} GiB, load before {load}; {versions}."
    )


def _any(figures: Figures) -> str:
    """Return a table of whatever figures there are."""
    rows = [
        row
        for name, value in figures.items()
        if name not in PROVENANCE
        for row in _rows(name, value)
    ]
    return "| | |\n|---|--:|\n" + "".join(rows)


def _rows(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict) and "median" not in value:
        for inner, one in value.items():
            yield from _rows(f"{name} · {inner}", one)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, one in enumerate(value, 1):
            yield from _rows(f"{name} {number}", one)
    elif not isinstance(value, list):
        yield f"| {name.replace('_', ' ')} | {cell(value)} |\n"


def main() -> None:
    """Write the page and its pictures; no picture of before stays."""
    found = results()
    folder = ROOT / IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.svg"):
        file.unlink()
    for name, drawn in pictures(found).items():
        (ROOT / name).write_text(drawn, encoding="utf-8")
    (ROOT / PAGE).write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()

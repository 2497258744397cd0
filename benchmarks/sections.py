"""Tables and pictures of single benchmarks, for docs/benchmarks.md; others get a plain table."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.turns import Figures

GREEN, GREY = "#2e6f40", "#6b6b6b"
WIDTH: Final = 7.2

NAMES: Final = {
    "lumbung": "Lumbung, {few:,} payments kept",
    "lumbung_more": "Lumbung, {more:,} payments kept",
    "lumbung_sent": "Lumbung, {more:,} payments sent",
    "naive": "naive, {few:,} payments in tables",
    "naive_sent": "naive, {more:,} payments sent",
    "bare": "bare, a feature vector sent",
}
"""Candidate → what it is called, with the payments of a business."""

DOES: Final = {
    "lumbung": "score, reasons, next steps, offers, durable, sealed, in the ledger",
    "lumbung_more": "the same",
    "lumbung_sent": "the same",
    "naive": "score, reasons, durable; no next steps, offers, keys, sealing",
    "naive_sent": "the same; no records but the payments",
    "bare": "score, SHAP; no records, features, database or keys",
}


@dataclass(frozen=True)
class Section:
    """What the page says of a benchmark.

    Args:
        title: of the section.
        text: what is compared, in Markdown.
        table: makes tables of its figures, in Markdown.
        picture: draws them as SVG; None where nothing is drawn.
    """

    title: str
    text: str
    table: Callable[[Figures], str]
    picture: Callable[[Figures], str] | None = None


def cell(value: Any) -> str:
    """Return a figure as a table has it; of a spread its median and how far it reaches."""
    if isinstance(value, dict):
        return f"{cell(value['median'])} ({cell(value['min'])} to {cell(value['max'])})"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or abs(value) >= 100:  # noqa: PLR2004  three digits are enough
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table whose first column is text and whose others are figures."""
    lines = [" | ".join(head), " | ".join(["---", *["--:"] * (len(head) - 1)])]
    lines += [" | ".join([row[0], *map(cell, row[1:])]) for row in rows]
    return "".join(f"| {line} |\n" for line in lines)


def _named(figures: Figures) -> dict[str, str]:
    few, more = figures["payments"]
    return {name: said.format(few=few, more=more) for name, said in NAMES.items()}


def serving(figures: Figures) -> str:
    """Return the tables of `benchmarks.serving`."""
    named, held = _named(figures), figures["candidates"]
    head = ["", "p50 ms", "p99 ms", "answers/s", "CPU ms each", "request KB", "answer KB"]
    rows = [
        [
            named[name],
            one["p50_ms"],
            one["p99_ms"],
            one["many"]["per_second"],
            one["many"]["cpu_ms"]["median"],
            one["request_bytes"] / 1000,
            one["answer_bytes"] / 1000,
        ]
        for name, one in held.items()
    ]
    does = "".join(f"- {named[name]}: {DOES[name]}\n" for name in held)
    client = max(one["many"]["client_cpu_ms"] for one in held.values())
    top = (
        f"p50 and p99 on one connection, answers a second on {figures['connections']}; "
        f"{figures['workers']} workers each, {figures['products']} products. CPU is the server's; "
        f"the client, on the same cores, took {client:.2f} ms at most.\n"
    )
    ratios, memory = _ratios(figures, named), _memory(figures)
    return "\n".join([top, table(head, rows), does, ratios, memory, _one_row(figures["one_row"])])


def _ratios(figures: Figures, named: Mapping[str, str]) -> str:
    head = ["ours beside", "answers/s, times as many", "its p50 in ours", "its CPU in ours"]
    rows = [
        [named[name], one["per_second"], one["p50"], one["cpu"]]
        for name, one in figures["times"].items()
    ]
    return table(head, rows)


def _memory(figures: Figures) -> str:
    rows = [
        [name, max(one["rss_mib"]), max(one["uss_mib"])] for name, one in figures["memory"].items()
    ]
    return table(["the larger worker after the run", "resident MiB", "its own alone"], rows)


def _one_row(one: Figures) -> str:
    ours, theirs = one["cpu_us"]["lumbung"], one["cpu_us"]["predict_proba"]
    return (
        f"In one process, one row: our trees {cell(ours)} µs of processor, "
        f"`LGBMClassifier.predict_proba(DataFrame)` {cell(theirs)} µs, "
        f"{cell(one['times'])} times as much.\n"
    )


def growth(figures: Figures) -> str:
    """Return the table of `benchmarks.growth`: the power by which each curve grows."""
    rows = [
        [
            f"{one['along']}, {one['points'][0]['size']:,} to {one['points'][-1]['size']:,}",
            one["points"][0]["cpu_ms"]["median"],
            one["points"][-1]["cpu_ms"]["median"],
            f"{_power(one['exponent'])}",
            one["exponent"]["told"],
        ]
        for one in figures["curves"]
    ]
    head = ["along", "ms at the least", "ms at the most", "grows by the power", ""]
    return table(head, rows)


def _power(found: Figures) -> str:
    return f"{found['value']:.2f} ({found['low']:.2f} to {found['high']:.2f})"


def nation(figures: Figures) -> str:
    """Return the table of `benchmarks.nation`: what was run, and how far its plan was off."""
    rows = [
        [
            f"one of {scale:,}",
            one["businesses"],
            one["businesses"] * one["records"],
            one["cpu_seconds"],
            one["seconds"],
            one["peak_mib"],
        ]
        for scale, one in zip(figures["scales"], figures["runs"], strict=True)
    ]
    head = ["", "businesses", "records", "s of processor", "s by the clock", "MiB"]
    off = (
        f"\nThe last was planned from the others: off by {figures['check']['off']:+.0%} of "
        "processor time. The plan of the whole is [a page of its own](nation.md).\n"
    )
    return table(head, rows) + off


def _drawn(figure: Figure) -> str:
    """Return a picture as SVG, the same text from the same figures."""
    out = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "lumbung", "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def serving_drawn(figures: Figures) -> str:
    """Return bars: milliseconds on one connection, and answers a second on sixteen."""
    named, held = _named(figures), figures["candidates"]
    drawn = Figure(figsize=(WIDTH, 3.2), layout="constrained")
    alone, many = drawn.subplots(1, 2, sharey=True)
    names = list(held)
    _bars(alone, names, [held[name]["p50_ms_by_turn"] for name in names])
    _bars(many, names, [held[name]["many"]["per_second"] for name in names])
    alone.set(xlabel="ms, one connection\n(less is better)", xscale="log")
    many.set(xlabel="answers a second, many\n(more is better)", xscale="log")
    alone.set_yticks(range(len(names)), [named[name] for name in names])
    alone.invert_yaxis()
    return _drawn(drawn)


def _bars(axes: Axes, names: Sequence[str], spreads: Sequence[Mapping[str, float]]) -> None:
    """Draw bars of medians with their reach, and write the medians beside them."""
    medians = [one["median"] for one in spreads]
    reach = [
        [one["median"] - one["min"] for one in spreads],
        [one["max"] - one["median"] for one in spreads],
    ]
    colours = [GREEN if name.startswith("lumbung") else GREY for name in names]
    axes.barh(range(len(names)), medians, color=colours, xerr=reach, ecolor="black")
    for place, one in enumerate(spreads):
        at = (one["max"], place)
        axes.annotate(cell(one["median"]), at, (4, 0), va="center", textcoords="offset points")
    axes.set_xlim(min(medians) / 3, max(one["max"] for one in spreads) * 10)


def growth_drawn(figures: Figures) -> str:
    """Return every curve of `benchmarks.growth` on scales of powers, with a slope of one."""
    curves = figures["curves"]
    rows = (len(curves) + 1) // 2
    drawn = Figure(figsize=(WIDTH, 2.6 * rows), layout="constrained")
    for place, curve in enumerate(curves, 1):
        _curve(drawn.add_subplot(rows, 2, place), curve)
    return _drawn(drawn)


def _curve(axes: Axes, curve: Figures) -> None:
    sizes = [point["size"] for point in curve["points"]]
    medians = [point["cpu_ms"]["median"] for point in curve["points"]]
    whole = curve["each"] == "business"  # of a data set, all of it
    costs = [size * one if whole else one for size, one in zip(sizes, medians, strict=True)]
    axes.plot(sizes, costs, "o-", color=GREEN, label="Lumbung")
    line = [costs[-1] * size / sizes[-1] for size in sizes]
    axes.plot(sizes, line, "--", color=GREY, label="linear")
    axes.set(xscale="log", yscale="log", xlabel=curve["along"])
    axes.set_ylabel("ms for all" if whole else f"ms a {curve['each']}")
    axes.set_ylim(bottom=min(costs) / 3)
    axes.legend(frameon=False, fontsize=9)


SECTIONS: Final = {
    "serving": Section(
        "Scoring over HTTP",
        "Services on loopback answer the same applications of the same simulated businesses by the "
        "same trees; they are timed only since their scores are the same. *Naive* is what most "
        "teams write: FastAPI, pandas group-bys, scikit-learn's wrapper, a `shap.TreeExplainer` "
        "made once, an insert through SQLAlchemy. *Bare* is the floor to stay near.",
        serving,
        serving_drawn,
    ),
    "growth": Section(
        "How cost grows",
        "Of each curve the power of its size that processor time grows by, over the upper half of "
        "sizes: 1 is linear.",
        growth,
        growth_drawn,
    ),
    "nation": Section(
        "A nation",
        "Scores with reasons on Spark, of parts of a nation's businesses with made-up payments, on "
        "a standalone cluster on one machine.",
        nation,
    ),
}
"""Benchmark → its section, in the order of the page."""

"""docs/nation.md of what `benchmarks.nation` kept: ``python -m benchmarks.planned``.

The figures lie in docs/benchmarks/nation.json; a test holds the page against them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.plan import Nation, Plan, Prices, Units, otherwise, plan
from benchmarks.turns import ROOT, Figures

KEPT: Final = ROOT / "docs/benchmarks/nation.json"
PAGE: Final = ROOT / "docs/nation.md"

CORES: Final = (16, 64, 256, 1_024)

TOP: Final = """\
<!-- Written by `python -m benchmarks.planned` from docs/benchmarks/nation.json. -->

# A nation overnight

What it takes to score every micro, small and medium business of Indonesia once, from a year of its
records, on [Apache Spark](engines.md): planned from what was measured of a small part, and the plan
held against a larger part. **Nothing here ran on more than one machine**, and the records are made
up: payments in order of time. [Why so](decisions/0059-nation.md).
"""

COUNTED: Final = (
    "https://databoks.katadata.co.id/pasar/statistik/cdcfe12b8f8af2b/"
    "usaha-mikro-tetap-merajai-umkm-berapa-jumlahnya"
)
PRICED: Final = "https://go-cloud.io/ec2-instance-costs/"

SOURCES: Final = f"""\
Businesses: 64.2 million in 2021, by the Ministry of Cooperatives ([Databoks]({COUNTED})).
Parts: 416 regencies and 98 cities. A core is what a cloud sells as one, a hardware thread: an
*m5.large* of Amazon EC2 has two, for 0.096 dollars an hour on demand in Virginia
([go-cloud.io]({PRICED})); a gigabyte kept for a month is assumed at 0.023 dollars, about what
object stores ask. Both are assumptions to be replaced: `lumbung bench nation --core-hour …
--gb-month …`. What is left out: memory beyond a few gigabytes a core, traffic into and out of a
cloud, people, and the collecting of the records.
"""


def page(figures: Figures) -> str:
    """Return the page in Markdown."""
    parts = (TOP, _plan(figures), _units(figures), _check(figures), _otherwise(figures), SOURCES)
    return "\n".join([*parts, _made(figures)])


def _read(figures: Figures) -> tuple[Nation, Units, Prices]:
    return (
        Nation(**figures["nation"]),
        Units(**figures["units"]),
        Prices(**figures["prices"]),
    )


def _plan(figures: Figures) -> str:
    nation, units, prices = _read(figures)
    one = plan(nation, units, prices, CORES[0])
    head = (
        f"## The plan\n\n{nation.businesses:,} businesses with {nation.records:,} records each in "
        f"{nation.parts} data sets, everyone scored {nation.passes} x a year:\n\n"
    )
    rows = [
        ("work, hours of one core", f"{one.core_hours:,.0f}"),
        ("with the time that cores wait", f"{one.paid_core_hours:,.0f}"),
        *(
            (
                f"hours by the clock on {cores:,} cores",
                _few(plan(nation, units, prices, cores).hours),
            )
            for cores in CORES
        ),
        ("records of a year and the scores, GB", f"{one.stored_gb:,.0f}"),
        ("between machines, GB", f"{one.shuffled_gb:,.0f}"),
        ("of that on disk at a time, of one part, GB", f"{one.part_shuffled_gb:,.1f}"),
        ("computing, dollars a year", f"{one.computing:,.0f}"),
        ("keeping, dollars a year", f"{one.keeping:,.0f}"),
    ]
    return head + _table(("", "in all"), rows)


def _units(figures: Figures) -> str:
    _, units, prices = _read(figures)
    rows = [
        (
            "processor of a record, all but the score, µs",
            f"{1e6 * units.record:.2f}",
        ),
        ("processor of a score with reasons, µs", f"{1e6 * units.application:.0f}"),
        ("processor of a run beside its records, s", f"{units.start:.0f}"),
        ("bytes of a record in Parquet", f"{units.stored:.0f}"),
        ("bytes of an application's scores", f"{units.scored:.0f}"),
        ("bytes of a record between machines", f"{units.shuffled:.0f}"),
        ("share of the cores' time that is work", f"{units.busy:.0%}"),
        ("dollars for an hour of a core", f"{prices.core_hour:g}"),
        ("dollars for a gigabyte and month", f"{prices.gb_month:g}"),
    ]
    said = (
        "## What it is made of\n\nMeasured, but for the prices. A record's cost is what a larger "
        "run took more than a smaller one, for each record more.\n\n"
    )
    return said + _table(("", ""), rows)


def _check(figures: Figures) -> str:
    check = figures["check"]
    runs = zip(figures["scales"], figures["runs"], strict=True)
    head = ("one of", "businesses", "records", "s of processor", "s by the clock", "busy", "MiB")
    rows = [
        (
            f"{scale:,}",
            f"{one['businesses']:,}",
            f"{one['businesses'] * one['records']:,}",
            f"{one['cpu_seconds']:,.0f}",
            f"{one['seconds']:,.0f}",
            f"{one['busy']:.0%}",
            f"{one['peak_mib']:,.0f}",
        )
        for scale, one in runs
    ]
    said = (
        "\nFrom the smaller two the largest was planned: "
        f"{check['planned_cpu_seconds']:,.0f} s of processor, and it took "
        f"{check['took_cpu_seconds']:,.0f}: the plan was off by {check['off']:+.1%}. By the clock, "
        f"which all else on the machine changes, {check['planned_seconds']:,.0f} s against "
        f"{check['took_seconds']:,.0f} ({check['clock_off']:+.1%}).\n"
    )
    top = (
        "## Held against what was run\n\nScores with reasons, from the records in one pass, on a "
        "standalone cluster on one machine: a master, and two workers of a core each.\n\n"
    )
    return top + _table(head, rows) + said


def _otherwise(figures: Figures) -> str:
    nation, units, prices = _read(figures)
    usual = plan(nation, units, prices, figures["cores"])
    rows = [("as planned", *_amounts(usual))]
    rows += [
        (what, *_amounts(other))
        for what, other in otherwise(nation, units, prices, figures["cores"])
    ]
    head = ("", "core-hours", f"hours on {figures['cores']} cores", "GB", "dollars a year")
    return "## If it is otherwise\n\n" + _table(head, rows)


def _amounts(one: Plan) -> tuple[str, ...]:
    money = one.computing + one.keeping
    return (
        f"{one.paid_core_hours:,.0f}",
        _few(one.hours),
        f"{one.stored_gb:,.0f}",
        f"{money:,.0f}",
    )


def _few(value: float) -> str:
    return f"{value:,.1f}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines: Iterator[str] = (" | ".join(row) for row in (head, *rows))
    first = next(lines)
    ruled = "|".join(["---", *["--:"] * (len(head) - 1)])
    return "".join(f"| {line} |\n" for line in (first, ruled, *lines))


def _made(figures: Figures) -> str:
    on = figures["machine"]
    load = " / ".join(f"{one:g}" for one in on["load_before"])
    return (
        f"Measured by `{figures['command']}` on {figures['date']}, commit `{figures['commit']}`, "
        f"on {on['cores']} cores of {on['processor']} with {on['memory_gib']:g} GiB; load before "
        f"{load}.\n"
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(json.loads(KEPT.read_text("utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()

"""What scoring a nation on Apache Spark takes: planned from measured parts, and the plan checked.

``python -m benchmarks.nation`` makes data sets of made-up businesses with 1,000 payments each, in
order of time, and scores them with reasons by the engine on Spark, in one pass from the records, on
a standalone cluster of a master and two workers with a core each, on loopback. Two small ones give
the unit costs; from these it plans the one that is a thousandth of a nation, scores that, and says
by how much the plan was off. What of an application's cost is its score, and not its records, is
measured in batches in this process. The nation is planned from the two largest, and
`benchmarks.planned` makes docs/nation.md of it. The model is fitted on simulated loans.

It prints a table, and one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psutil

from benchmarks import export
from benchmarks.cluster import cluster
from benchmarks.plan import Nation, Prices, Units, otherwise, plan, seconds
from benchmarks.review import champion
from benchmarks.turns import Figures, parser, tell, timed
from benchmarks.watched import family
from benchmarks.worlds import vectors, world
from models.reasons import take_apart
from models.risk import RiskModel
from training.engines import spark
from training.scoring import scores

BUSINESSES: Final = 64_000_000
"""Micro, small and medium businesses of Indonesia: 64.2 million in 2021."""

REGENCIES: Final = 514
"""Regencies and cities of Indonesia: each is a data set."""

SCALES: Final = (100_000, 10_000, 1_000)
"""One of so many of the nation's businesses: two to learn from, and the one that is planned."""

BATCH: Final = 2_000
"""Applications scored at a time."""

SPARK: Final = """\
spark.eventLog.enabled true
spark.eventLog.dir {events}
spark.eventLog.compress false
spark.eventLog.rolling.enabled false
"""


@dataclass(frozen=True)
class Run:
    """The scores of one data set, made on the cluster.

    Args:
        businesses: of the data set.
        records: of each.
        cpu_seconds, seconds: of driver, workers and executors, their starts with them.
        peak_mib: of all processes at once, what they share counted for each.
        stored: bytes of the records; scored: of the scores; shuffled: between executors.
    """

    businesses: int
    records: int
    cpu_seconds: float
    seconds: float
    peak_mib: float
    stored: int
    scored: int
    shuffled: int

    @property
    def busy(self) -> float:
        """Return the share of the cores' time that was work."""
        return self.cpu_seconds / (self.seconds * (psutil.cpu_count() or 1))


def run(folder: Path, businesses: int, records: int, model: RiskModel) -> Run:
    """Make a data set, and its scores on a cluster of its own."""
    data, out, events = (folder / name for name in ("data", "scores.parquet", "events"))
    export.write(data, businesses, records)
    for made in (events, folder / "cluster"):
        made.mkdir()
    (folder / "spark-defaults.conf").write_text(SPARK.format(events=events.as_uri()), "utf-8")
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_CONF_DIR": str(folder)}
    with cluster(folder / "cluster", workers=2) as started, family() as took:
        rows = spark.make(scores(model, "1"), data, out, started.master)
    if rows != businesses:
        raise SystemExit(f"{rows} scores of {businesses} businesses")
    stored = sum(file.stat().st_size for file in data.rglob("*") if file.is_file())
    return Run(
        businesses,
        records,
        **took,
        stored=stored,
        scored=out.stat().st_size,
        shuffled=_shuffled(events),
    )


def _shuffled(events: Path) -> int:
    """Return the bytes that tasks wrote for others, as Spark's log of events has them."""
    lines = (line for log in events.iterdir() for line in log.read_text("utf-8").splitlines())
    ends = (json.loads(line) for line in lines if '"SparkListenerTaskEnd"' in line)
    metrics = (end.get("Task Metrics") or {} for end in ends)
    return sum(one["Shuffle Write Metrics"]["Shuffle Bytes Written"] for one in metrics if one)


def scoring(model: RiskModel, businesses: int) -> float:
    """Return processor seconds that probability, score and reasons of an application take."""
    rows = vectors(world(businesses, 18, 12).tables)
    batches = [rows[first : first + BATCH] for first in range(0, len(rows), BATCH)]

    def score() -> None:
        for batch in batches:
            model.probability(batch)
            for points in take_apart(model, batch):
                points.reasons()

    score()
    return min(timed(score).cpu_seconds for _ in range(3)) / len(rows)


def units(small: Run, large: Run, application: float) -> Units:
    """Return unit costs: of processor time what grows with records, and what does not."""
    fewer, many = small.businesses * small.records, large.businesses * large.records
    own = [one.cpu_seconds - one.businesses * application for one in (small, large)]
    record = max(own[1] - own[0], 0.0) / (many - fewer)
    return Units(
        start=max(own[1] - record * many, 0.0),
        record=record,
        application=application,
        stored=large.stored / many,
        scored=large.scored / large.businesses,
        shuffled=large.shuffled / many,
        busy=min(large.busy, 1.0),
    )


def checked(runs: Sequence[Run], application: float) -> Figures:
    """Return what was planned of the largest run from the others, beside what it took."""
    small, large, whole = runs
    learnt = units(small, large, application)
    planned = seconds(whole.businesses, whole.records, learnt)
    by_the_clock = planned / learnt.busy / (psutil.cpu_count() or 1)
    return {
        "planned_cpu_seconds": planned,
        "took_cpu_seconds": whole.cpu_seconds,
        "off": planned / whole.cpu_seconds - 1,
        "planned_seconds": by_the_clock,
        "took_seconds": whole.seconds,
        "clock_off": by_the_clock / whole.seconds - 1,
    }


def measured(model: RiskModel, asked: argparse.Namespace) -> Iterator[Run]:
    """Yield a run of each scale."""
    for scale in asked.scales:
        with tempfile.TemporaryDirectory() as name:
            yield run(Path(name), max(1, asked.nation // scale), asked.records, model)


def planned(runs: Sequence[Run], application: float, asked: argparse.Namespace) -> Figures:
    """Return the runs, how far the plan of the largest was off, and the plan of the nation."""
    nation = Nation(asked.nation, asked.records, asked.parts, asked.passes)
    prices = Prices(asked.core_hour, asked.gb_month)
    learnt = units(runs[-2], runs[-1], application)
    others = otherwise(nation, learnt, prices, asked.cores)
    return {
        "scales": list(asked.scales),
        "runs": [{**asdict(one), "busy": one.busy} for one in runs],
        "check": checked(runs, application),
        "nation": asdict(nation),
        "units": asdict(learnt),
        "prices": asdict(prices),
        "cores": asked.cores,
        "plan": asdict(plan(nation, learnt, prices, asked.cores)),
        "otherwise": {what: asdict(other) for what, other in others},
    }


def told(one: Run) -> str:
    """Return a run in a line."""
    records = one.businesses * one.records
    return (
        f"{one.businesses:,} businesses, {records:,} records: {one.cpu_seconds:,.1f} s of"
        f" processor, {one.seconds:,.1f} s by the clock, {one.peak_mib:,.0f} MiB,"
        f" {one.shuffled / records:.0f} bytes of a record between machines"
    )


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what was asked for."""
    asking = parser(__doc__)
    asking.add_argument("--nation", type=int, default=BUSINESSES, help="businesses")
    asking.add_argument("--records", type=int, default=1_000, help="of a business in a year")
    asking.add_argument("--parts", type=int, default=REGENCIES, help="data sets of a nation")
    asking.add_argument("--passes", type=int, default=1, help="in a year")
    asking.add_argument("--scales", type=int, nargs=3, default=SCALES)
    asking.add_argument("--learnt", type=int, default=3_000, help="businesses the model is of")
    asking.add_argument("--cores", type=int, default=64, help="by the clock on so many")
    asking.add_argument("--core-hour", type=float, default=0.048, help="US dollars")
    asking.add_argument("--gb-month", type=float, default=0.023, help="US dollars")
    return asking.parse_args(given)


def main() -> None:
    """Measure, plan and print."""
    asked, runs = arguments(), []
    model = champion(world(asked.learnt, 18, 11))
    for one in measured(model, asked):
        runs.append(one)
        print(told(one), flush=True)
    found = planned(runs, scoring(model, asked.learnt), asked)
    print("\n".join(f"{name:<20} {value:,.3f}" for name, value in found["check"].items()))
    print("\n".join(f"{name:<20} {value:,.1f}" for name, value in found["plan"].items()))
    tell("nation", found, keep=asked.keep)


if __name__ == "__main__":
    main()

"""How the cost of a decision grows: with payments, businesses, products and trees.

``python -m benchmarks.growth`` decides by `audit.decide.decide`, in one process, on made-up records
of more and more payments, under more and more products, and by models of more and more trees; and
makes the feature table of data sets of more and more businesses by ``lumbung features``, which
streams them, with the most memory of all its processes. The sizes of a curve take turns.

Of each curve it fits the power of its size that the cost grows by, over the upper half of sizes.
It prints a table, and one JSON object as its last line. The models are fitted on simulated loans.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from threadpoolctl import threadpool_limits

from audit.decide import decide
from audit.decision import Application
from audit.rules import Rules
from benchmarks import export
from benchmarks.applicants import applicants
from benchmarks.exponent import Exponent, exponent
from benchmarks.features import decoded
from benchmarks.made_up import AS_OF, made_up
from benchmarks.ranking import shelf
from benchmarks.review import champion
from benchmarks.steps import STAMP, rules_of
from benchmarks.turns import Figures, Took, in_turns, parser, spread, tell, timed
from benchmarks.watched import watched
from benchmarks.worlds import world
from features.rows import Columns
from features.sources import SOURCES
from models.risk import RiskModel
from training.datasets import DataSet
from training.recipes.recipe import STANDING, trees
from training.table import training_table

PAYMENTS: Final = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
PRODUCTS: Final = (10, 20, 50, 100, 200, 500, 1_000)
TREES: Final = (50, 100, 200, 500, 1_000, 2_000)
BUSINESSES: Final = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
NATION: Final = 10_000_000

OF_EACH: Final = 20
"""Payments of each business of a data set."""

ASKING: Final = 6
"""Applicants that are decided on in turn, so that nothing kept of one answers another."""

SECONDS: Final = 0.1
"""A turn goes on for so long, over whole rounds of its applicants."""

LEARNING_RATE: Final = 0.01
"""Of trees so many that the usual rate would leave the later ones nothing to learn."""

Asked = tuple[Application, dict[str, Columns]]


@dataclass(frozen=True)
class Cost:
    """What one of those counted took in one turn.

    Args:
        cpu, wall: seconds.
        mib: most memory of all processes; None where that is not looked at.
    """

    cpu: float
    wall: float
    mib: float | None = None


@dataclass(frozen=True)
class Curve:
    """Costs by size.

    Args:
        along: what the size counts.
        each: what the cost is of.
        costs: size → its cost in every turn.
    """

    along: str
    each: str
    costs: dict[int, list[Cost]]

    @property
    def exponent(self) -> Exponent:
        """Return the power of the size that processor time for a whole of that size grows by.

        Of a data set it is the time for all of it: a business costs the same where that is 1.
        """
        by_size = {n: [one.cpu for one in costs] for n, costs in self.costs.items()}
        if self.each == "business":
            by_size = {n: [n * cpu for cpu in costs] for n, costs in by_size.items()}
        return exponent(by_size)

    def told(self) -> Figures:
        """Return the curve as figures: milliseconds, MiB, and the exponent."""
        found = self.exponent
        return {
            "along": self.along,
            "each": self.each,
            "points": [_point(size, costs) for size, costs in sorted(self.costs.items())],
            "exponent": {**asdict(found), "told": found.told},
        }


def _point(size: int, costs: Sequence[Cost]) -> Figures:
    mib = [one.mib for one in costs if one.mib is not None]
    return {
        "size": size,
        "cpu_ms": spread([1000 * one.cpu for one in costs]),
        "wall_ms": spread([1000 * one.wall for one in costs]),
        **({"peak_mib": max(mib)} if mib else {}),
    }


def repeated(asked: Sequence[Asked], rules: Rules) -> Cost:
    """Return what a decision takes: of whole rounds of applicants, the median."""
    taken: list[Took] = []
    while not taken or sum(took.seconds for took in taken) < SECONDS:
        taken.append(timed(lambda: [decide(*one, rules, STAMP) for one in asked]))
    cpu, wall = zip(*((took.cpu_seconds, took.seconds) for took in taken), strict=True)
    return Cost(statistics.median(cpu) / len(asked), statistics.median(wall) / len(asked))


def grown(along: str, of_size: Mapping[int, tuple[Sequence[Asked], Rules]], turns: int) -> Curve:
    """Return the curve of decisions on these applicants by these rules; a first turn warms up."""
    each = {str(size): partial(repeated, *one) for size, one in of_size.items()}
    found: dict[str, list[Cost]] = in_turns(each, turns + 1)
    return Curve(along, "decision", {int(size): costs[1:] for size, costs in found.items()})


def with_payments(sizes: Sequence[int], rules: Rules, turns: int, seed: int) -> Curve:
    """Decide on a business with more and more payments within two years."""
    return grown("payments", {size: ([_paid(size, seed)], rules) for size in sizes}, turns)


def _paid(payments: int, seed: int) -> Asked:
    _, records = made_up(1, {"payments": payments}, seed)
    only = {source: decoded(SOURCES[source], columns) for source, columns in records.items()}
    asked = next(applicants(world(1, 6, seed).tables)).application
    return replace(asked, as_of=datetime.fromtimestamp(AS_OF / 1e6, UTC)), only


def with_products(sizes: Sequence[int], asked: Sequence[Asked], rules: Rules, turns: int) -> Curve:
    """Decide under more and more products, no two the same."""
    of_size = {n: (asked, replace(rules, products=tuple(shelf(n)))) for n in sizes}
    return grown("products", of_size, turns)


def with_trees(
    sizes: Sequence[int], asked: Sequence[Asked], rules: Rules, turns: int, data: DataSet
) -> Curve:
    """Decide by more and more trees: the first of the largest model's."""
    assert isinstance(rules.model, RiskModel)  # noqa: S101  the champion
    recipe = replace(STANDING, rounds=max(sizes), learning_rate=LEARNING_RATE)
    whole = trees(training_table(data), recipe, seed=0)
    of_size = {n: replace(rules.model, text=whole.model_to_string(num_iteration=n)) for n in sizes}
    return grown("trees", {n: (asked, replace(rules, model=m)) for n, m in of_size.items()}, turns)


def with_businesses(sizes: Sequence[int], turns: int) -> Curve:
    """Make the feature table of more and more businesses, in streams."""
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            export.write(Path(name) / f"{size}", size, OF_EACH)
        of_size = {str(size): partial(_streamed, Path(name), size) for size in sizes}
        found: dict[str, list[Cost]] = in_turns(of_size, turns)
    return Curve("businesses", "business", {int(size): costs for size, costs in found.items()})


def _streamed(folder: Path, size: int) -> Cost:
    out = folder / "out.parquet"
    run = watched(
        [
            sys.executable,
            "-m",
            "lumbung",
            "features",
            f"--data={folder / str(size)}",
            f"--out={out}",
        ]
    )
    out.unlink()
    return Cost(run.cpu_seconds / size, run.seconds / size, run.mib)


def curves(asked: Any) -> Iterator[Curve]:
    """Yield the curves that were asked for."""
    learnt = world(asked.learnt, 18, asked.seed)
    rules = rules_of(champion(learnt))
    those = world(ASKING, 18, asked.seed + 1).tables
    few = [(one.application, one.columns()) for one in itertools.islice(applicants(those), ASKING)]
    largest = asked.largest
    with threadpool_limits(1):
        yield with_payments(up_to(largest, PAYMENTS), rules, asked.turns, asked.seed)
        yield with_products(up_to(largest, PRODUCTS), few, rules, asked.turns)
        yield with_trees(up_to(largest, TREES), few, rules, asked.turns, learnt)
    sizes = up_to(asked.businesses, (*BUSINESSES, NATION))
    if sizes:
        yield with_businesses(sizes, asked.runs)


def up_to(largest: int, sizes: Sequence[int]) -> tuple[int, ...]:
    """Return the sizes that are no larger."""
    return tuple(size for size in sizes if size <= largest)


def figures(told: list[Figures]) -> Figures:
    """Return curves with how many of them are not told to grow in proportion or less."""
    fine = ("better than linear", "linear")
    faster = sum(one["exponent"]["told"] not in fine for one in told)
    return {"payments_of_a_business": OF_EACH, "not_linear": faster, "curves": told}


def lines(curve: Figures) -> Iterator[str]:
    """Yield the table of a curve as it was told."""
    found = curve["exponent"]
    yield (
        f"| {curve['along']} | ms of processor for a {curve['each']} | least, most"
        " | ms by the clock | MiB |"
    )
    yield "|--:|--:|--:|--:|--:|"
    for point in curve["points"]:
        cpu, wall = point["cpu_ms"], point["wall_ms"]["median"]
        mib = f"{point['peak_mib']:,.0f}" if "peak_mib" in point else ""
        reach = f"{cpu['min']:.3f}, {cpu['max']:.3f}"
        yield f"| {point['size']:,} | {cpu['median']:.3f} | {reach} | {wall:.3f} | {mib} |"
    power = f"{found['value']:.2f} [{found['low']:.2f}, {found['high']:.2f}]"
    yield f"From {found['above']:,.0f} on it grows by the power {power}: {found['told']}.\n"


def main() -> None:
    """Measure, fit and print."""
    asking = parser(__doc__)
    asking.add_argument("--turns", type=int, default=7, help="of decisions")
    asking.add_argument("--runs", type=int, default=3, help="turns of data sets")
    asking.add_argument("--learnt", type=int, default=3_000, help="businesses the model is of")
    asking.add_argument("--largest", type=int, default=100_000, help="size of a decision")
    asking.add_argument(
        "--businesses", type=int, default=BUSINESSES[-1], help=f"of a data set, to {NATION:,}"
    )
    asking.add_argument("--seed", type=int, default=11)
    asked = asking.parse_args()
    told = []
    for curve in curves(asked):
        told.append(curve.told())
        print("\n".join(lines(told[-1])), flush=True)
    tell("growth", figures(told), keep=asked.keep)


if __name__ == "__main__":
    main()

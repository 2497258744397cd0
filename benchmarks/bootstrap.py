"""How long intervals of fairness figures take, beside Fairlearn's bootstrap of the same figures.

``python -m benchmarks.bootstrap`` makes up 5,000 decisions on 30 groups and asks both for six
figures of each group and of the widest gap among them, with intervals of 1,000 samples each.
Both take turns, ours three times in each; Fairlearn's runs take minutes, so ``--theirs`` says how
many samples it draws where that is too long, and its time is then told for as many as ours draws.
First both must find the same figures.

It prints a table, and one JSON object as its last line.
"""

from __future__ import annotations

import statistics
import warnings
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
from fairlearn import metrics

from audit.fairness.cases import Cases
from audit.fairness.draws import Drawing
from audit.fairness.widest import Rate, Width, widest
from benchmarks.turns import in_turns, parser, spread, tell, timed, times

FIGURES: Final[dict[str, tuple[Rate, Callable[[Any, Any], float]]]] = {
    "selection rate": (
        Rate(lambda c: c.approved, lambda c: c.approved >= 0),
        metrics.selection_rate,
    ),
    "true positive rate": (
        Rate(lambda c: c.approved, lambda c: c.bad == 0),
        metrics.true_positive_rate,
    ),
    "false positive rate": (
        Rate(lambda c: c.approved, lambda c: c.bad == 1),
        metrics.false_positive_rate,
    ),
    "true negative rate": (
        Rate(lambda c: 1 - c.approved, lambda c: c.bad == 1),
        metrics.true_negative_rate,
    ),
    "false negative rate": (
        Rate(lambda c: 1 - c.approved, lambda c: c.bad == 0),
        metrics.false_negative_rate,
    ),
    "mean prediction": (
        Rate(lambda c: c.approved, lambda c: c.approved <= 1),
        metrics.mean_prediction,
    ),
}
"""Name → ours and Fairlearn's; a good loan is its positive class."""

CLOSE: Final = 1e-9


def made_up(n: int, groups: int, seed: int) -> Cases:
    """Return decisions on applications of groups of different sizes, each enough to be compared."""
    random = np.random.default_rng(seed)
    sizes = random.uniform(2, 4, groups)
    return Cases.of(
        {"group": random.choice([f"g{g:02}" for g in range(groups)], n, p=sizes / sizes.sum())},
        approved=random.binomial(1, 0.6, n).astype(np.float64),
        bad=random.binomial(1, 0.4, n).astype(np.float64),
    )


def ours(cases: Cases, draws: int) -> dict[str, float]:
    """Return the widest gap of each figure, each with an interval."""
    widths = [Width(name, (rate,)) for name, (rate, _) in FIGURES.items()]
    found = widest(cases, widths, Drawing(draws))
    return {one.width.name: one.found.value for one in found if one.found is not None}


def theirs(cases: Cases, draws: int) -> dict[str, float]:
    """Return the same by Fairlearn, with the intervals that it makes by quantiles."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of samples in which a group has nobody
        frame = metrics.MetricFrame(
            metrics={name: of for name, (_, of) in FIGURES.items()},
            y_true=pd.Series(1 - cases.bad),
            y_pred=pd.Series(cases.approved),
            sensitive_features=pd.Series(cases.groups["group"]),
            n_boot=draws,
            ci_quantiles=[0.025, 0.975],
            random_state=0,
        )
        frame.difference_ci(method="between_groups")
        difference = frame.difference(method="between_groups")
    return {name: float(difference[name]) for name in FIGURES}


def main() -> None:
    """Hold both against each other, then time them in turns, and print."""
    asks = parser(__doc__)
    asks.add_argument("--decisions", type=int, default=5_000)
    asks.add_argument("--groups", type=int, default=30)
    asks.add_argument("--draws", type=int, default=1_000)
    asks.add_argument("--theirs", type=int, help="samples that Fairlearn draws")
    asks.add_argument("--times", type=int, default=1, help="turns")
    asked = asks.parse_args()
    cases = made_up(asked.decisions, asked.groups, 1)
    own, other = ours(cases, 10), theirs(cases, 2)
    apart = max(abs(own[name] - other[name]) for name in FIGURES)
    if apart > CLOSE:
        raise AssertionError(f"the figures differ by {apart}")
    fewer = asked.theirs or asked.draws
    took = in_turns(
        {
            "lumbung": lambda: statistics.median(
                timed(lambda: ours(cases, asked.draws)).seconds for _ in range(3)
            ),
            "fairlearn": lambda: timed(lambda: theirs(cases, fewer)).seconds * asked.draws / fewer,
        },
        asked.times,
    )
    mine, fairlearns = spread(took["lumbung"]), spread(took["fairlearn"])
    ratio = times(took)["fairlearn"]
    found = {
        "decisions": asked.decisions,
        "groups": asked.groups,
        "figures": len(FIGURES),
        "draws": asked.draws,
        "draws_of_fairlearn": fewer,
        "ours_seconds": mine["median"],
        "ours_range": [mine["min"], mine["max"]],
        "fairlearn_seconds": fairlearns["median"],
        "fairlearn_range": [fairlearns["min"], fairlearns["max"]],
        "fairlearn_takes_times": ratio["median"],
        "fairlearn_takes_times_range": [ratio["min"], ratio["max"]],
        "largest_difference_of_figures": apart,
    }
    for name, value in found.items():
        print(f"{name:>32}  {value}")
    tell("bootstrap", found, keep=asked.keep)


if __name__ == "__main__":
    main()

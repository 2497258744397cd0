"""Scoring many: reasons beside the ``shap`` package, a million without, and a data set from disk.

``python -m benchmarks.scoring`` fits the standing recipe on one *simulated* world and scores the
applicants of another.

- *Reasons*: rows per second of ours, with points and reasons (``lumbung``) and of the SHAP values
  alone (``lumbung_shap``), beside ``shap.TreeExplainer`` as it comes, which asks LightGBM
  (``shap``), the same by the package's own arithmetic (``shap_own``), and LightGBM's
  ``pred_contrib`` (``lightgbm``); with one thread each, and with all cores: ours by a process
  for each, theirs by threads. Nothing is timed unless all agree to 1e-9.
- *Without reasons*: seconds for a million feature vectors, probability and score, beside
  ``LGBMClassifier.predict_proba`` of data frames.
- *From disk*: applications per second of ``lumbung score``, beside ``lumbung features`` of the same
  data set, and the most memory of the process tree.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import lightgbm
import numpy as np
import pandas as pd
import shap
from threadpoolctl import threadpool_limits

from benchmarks.review import champion
from benchmarks.steps import by_shap
from benchmarks.turns import Figures, Took, in_turns, parser, spread, tell, timed, times
from benchmarks.watched import Run as Watched
from benchmarks.watched import watched
from benchmarks.worlds import vectors, world
from features.catalogue import NAMES
from features.rows import Floats, Ints
from models.reasons import apart
from models.risk import RiskModel
from training.run import Run
from training.simulating import Plan, write
from training.tracking import Tracker

CLOSE: Final = 1e-9
BLOCK: Final = 100_000
"""Vectors at a time where there are a million: what memory holds beside a data frame of them."""

Candidates = Mapping[str, Callable[[], object]]

_READY: dict[str, tuple[RiskModel, Floats]] = {}


def reasons(model: RiskModel, rows: Floats) -> Ints:
    """Return the reasons of each row, with all its points made on the way."""
    return apart(model, rows).reasons()


def explained(text: str, rows: Floats) -> dict[str, Callable[[], Floats]]:
    """Return who else gives SHAP values of the trees, by name."""
    booster = lightgbm.Booster(model_str=text)
    return {
        "shap": partial(_usual, shap.TreeExplainer(booster), rows),
        "shap_own": partial(by_shap, text, rows),
        "lightgbm": lambda: np.asarray(booster.predict(rows, pred_contrib=True))[:, :-1],
    }


def _usual(explainer: shap.TreeExplainer, rows: Floats) -> Floats:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "LightGBM binary classifier with TreeExplainer")
        return np.asarray(explainer.shap_values(rows, check_additivity=False))


def refuse_to_differ(found: Mapping[str, Floats]) -> float:
    """Return how far apart SHAP values are at most; end this program where that is too far."""
    first, *others = found.values()
    far = max(float(np.abs(first - other).max()) for other in others)
    if far > CLOSE:
        raise SystemExit(f"SHAP values are {far} apart")
    return far


def explaining(model: RiskModel, rows: Floats, turns: int) -> Figures:
    """Race reasons, with one thread each and with all cores."""
    others = explained(model.text, rows)
    first = rows[:200]
    values = {name: one() for name, one in explained(model.text, first).items()}
    far = refuse_to_differ({"ours": model.trees.contributions(first)[:, :-1], **values})
    alone: Candidates = {
        "lumbung": partial(reasons, model, rows),
        "lumbung_shap": partial(model.contributions, rows),
        **others,
    }
    with threadpool_limits(1):
        one = raced(alone, turns, len(rows))
    with shared(model, rows) as ours:
        del others["shap_own"]  # it knows no threads
        every = raced({**ours, **others}, turns, len(rows))
    return {"rows": len(rows), "apart": far, "one_thread": one, "all_cores": every}


@contextmanager
def shared(model: RiskModel, rows: Floats) -> Iterator[Candidates]:
    """Give ours by a process for each core, as `lumbung score` works, each with its rows ready."""
    cores = len(os.sched_getaffinity(0))
    parts = np.array_split(rows, cores)
    with ProcessPoolExecutor(cores, get_context("spawn"), _prepare, (model, parts)) as pool:
        yield {name: partial(_all_parts, pool, name, cores) for name in ("lumbung", "lumbung_shap")}


def _prepare(model: RiskModel, parts: list[Floats]) -> None:
    _READY.update({str(number): (model, rows) for number, rows in enumerate(parts)})


def _all_parts(pool: ProcessPoolExecutor, name: str, cores: int) -> int:
    return sum(pool.map(partial(_part, name), range(cores)))


def _part(name: str, number: int) -> int:
    model, rows = _READY[str(number)]
    return len(reasons(model, rows) if name == "lumbung" else model.contributions(rows))


def raced(candidates: Candidates, turns: int, rows: int) -> Figures:
    """Return rows per second of each, and how many times those of the others ours are.

    ``times`` is of ours with points and reasons, ``shap_times`` of the SHAP values alone.
    """
    for candidate in candidates.values():
        candidate()
    took = in_turns({name: partial(timed, one) for name, one in candidates.items()}, turns)
    speed = {name: [rows / one.seconds for one in each] for name, each in took.items()}
    return {
        "per_second": {name: spread(values) for name, values in speed.items()},
        "times": times(speed, most=True),
        "shap_times": times(speed, "lumbung_shap", most=True),
    }


def million(model: RiskModel, rows: Floats, many: int, turns: int) -> Figures:
    """Race probability and score of many vectors, a block at a time, with one thread each."""
    block = np.resize(rows, (min(BLOCK, many), rows.shape[1]))
    frame = pd.DataFrame(block, columns=list(NAMES))
    theirs = classifier(model.text)
    margin = -np.log(1 / np.asarray(theirs.predict_proba(frame[:100]))[:, 1] - 1)
    if np.abs(margin - model.margin(block[:100])).max() > CLOSE:
        raise SystemExit("the margins are not the same")
    blocks = -(-many // len(block))
    candidates = {
        "lumbung": lambda: [model.judged(block) for _ in range(blocks)],
        "sklearn": lambda: [theirs.predict_proba(frame) for _ in range(blocks)],
    }
    with threadpool_limits(1):
        took = in_turns({name: partial(timed, one) for name, one in candidates.items()}, turns)
    seconds = {name: _seconds(each) for name, each in took.items()}
    return {
        "rows": blocks * len(block),
        "seconds": {name: spread(values) for name, values in seconds.items()},
        "times": times(seconds),
    }


def _seconds(took: Sequence[Took | Watched]) -> list[float]:
    return [one.seconds for one in took]


def classifier(text: str) -> lightgbm.LGBMClassifier:
    """Return LightGBM's class for scikit-learn with the very trees of a model."""
    made = lightgbm.LGBMClassifier(n_jobs=1, verbose=-1)
    two = pd.DataFrame(np.zeros((2, len(NAMES))), columns=list(NAMES))
    made.fit(two, [0, 1])
    made._Booster = lightgbm.Booster(model_str=text)  # noqa: SLF001  it takes no trees but those it grew
    return made


def from_disk(model: RiskModel, plan: Plan, turns: int) -> Figures:
    """Race ``lumbung score`` of a simulated data set beside ``lumbung features`` of it."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        write(plan, home / "data", workers=1)
        Tracker(f"sqlite:///{home}/mlflow.db", home / "runs").keep(model, Run({}, {}, [], {}, {}))
        command = ["env", f"LUMBUNG_HOME={home}", sys.executable, "-m", "lumbung"]
        data = ["--data", str(home / "data"), "--out"]
        candidates = {
            "lumbung": partial(_made, [*command, "score", "--model", "1", *data], home / "score"),
            "features": partial(_made, [*command, "features", *data], home / "features"),
        }
        took = in_turns(candidates, turns)
    return {
        "applications": plan.businesses,
        "cores": os.cpu_count(),
        "per_second": {
            name: spread([plan.businesses / one.seconds for one in each])
            for name, each in took.items()
        },
        "takes_times_features": spread(
            [one.seconds / two.seconds for one, two in zip(*took.values(), strict=True)]
        ),
        "peak_mib": {name: max(one.mib for one in each) for name, each in took.items()},
    }


def _made(command: list[str], out: Path) -> Watched:
    out.unlink(missing_ok=True)
    return watched([*command, str(out)])


def told(figures: Figures) -> str:
    """Return tables of the figures."""
    lines = []
    for title, part in figures.items():
        if not isinstance(part, dict):
            continue
        for name, each in part.items():
            shown = each.items() if isinstance(each, dict) else [("", each)]
            lines += [f"| {title} {name} {key} | {_shown(one)} |" for key, one in shown]
    return "\n".join(["| simulated | |", "|---|---|", *lines])


def _shown(value: object) -> str:
    if isinstance(value, dict) and "median" in value:
        return "{median:,.3g} [{min:,.3g}, {max:,.3g}]".format(**value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    return f"{value:,.3g}" if isinstance(value, float) else str(value)


def main() -> None:
    """Fit, hold against each other, race, and print."""
    asks = parser(__doc__)
    asks.add_argument("--businesses", type=int, nargs=2, default=[3000, 3000], help="fit, score")
    asks.add_argument("--seeds", type=int, nargs=2, default=[11, 12], help="fit, score")
    asks.add_argument("--months", type=int, default=18)
    asks.add_argument("--rows", type=int, default=3000, help="with reasons")
    asks.add_argument("--many", type=int, default=1_000_000, help="without reasons")
    asks.add_argument("--disk", type=int, default=20_000, help="businesses on disk; 0 for none")
    asks.add_argument("--turns", type=int, default=5)
    asked = asks.parse_args()
    (few, more), (learn, other) = asked.businesses, asked.seeds
    model = champion(world(few, asked.months, learn))
    rows = np.resize(vectors(world(more, asked.months, other).tables), (asked.rows, len(NAMES)))
    figures = {
        "trees": model.text.count("\nTree="),
        "features": len(NAMES),
        "reasons": explaining(model, rows, asked.turns),
        "without_reasons": million(model, rows, asked.many, min(asked.turns, 3)),
    }
    if asked.disk:
        plan = Plan(asked.disk, asked.months, other)
        figures["from_disk"] = from_disk(model, plan, min(asked.turns, 3))
    print(told(figures))
    tell("scoring", figures, keep=asked.keep)


if __name__ == "__main__":
    main()

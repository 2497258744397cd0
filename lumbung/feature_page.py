"""docs/features.md: every feature, what is declared of it, and a picture of its values.

Nothing on the page is written twice: the declaration is the feature's own, its sources are
seen by watching it, its label is the one people read, and the values are computed of the
*simulated* businesses of ``lumbung demo``, as they are when it trains.
"""

from __future__ import annotations

import functools
import inspect
import math
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Final

import numpy as np

from features.catalogue import FEATURES, MODULES, NAMES, fingerprint
from features.feature import Feature
from features.rows import Floats
from lumbung.demo_seed import PLAN
from lumbung.histogram import TAIL, described, histogram
from serving.telling.words import said
from training import datasets, simulating
from training.table import TrainingTable, training_table

PICTURES: Final = "images/features"
"""The folder of the pictures, in docs/."""

DIRECTIONS: Final = {1: "`+`", 0: "`0`", -1: "`-`"}


LEGEND: Final = """\
- *Sources* are the [records](records.md) it reads; a missing source leaves them missing, not zero.
- *Unit*: `money` in rupiah, `share` from 0 to 1, `ratio` one thing ÷ another.
- *Risk*: `+` a higher value never lowers it, `-` never raises it, `0` not constrained.
- *Reason*: what it speaks for, and the applicant's words for it. The labels are worded in
  [English](../serving/wording/en.toml) and [Indonesian](../serving/wording/id.toml).
- *To change*: within how many days a person could change it.
- *Missing*: what that means, and the share of the loans without a value.
"""


def page() -> str:
    """Return the page."""
    size = f"Catalogue `{fingerprint()}`, {len(FEATURES)} features."
    top = f"# Features\n\n{size} Each is declared once, beside its arithmetic.\n"
    return "\n".join([top, LEGEND, _about_the_pictures(), *map(_chapter, MODULES)])


def picture(feature: Feature) -> str:
    """Return a feature's picture, SVG."""
    return histogram(feature, _labels(feature)[0], _values(feature), _loans().bad)


@functools.cache
def _loans() -> TrainingTable:
    """Return the training table of the demonstration's simulated data."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        simulating.write(PLAN, data, workers=1)
        return training_table(datasets.read(data))


def _about_the_pictures() -> str:
    bad = _loans().bad
    return (
        f"Pictures and shares are of *simulated* data: the {bad.size:,} loans that ended good or "
        f"bad, of those of the {PLAN.businesses:,} businesses of `make demo` that agreed to the "
        f"improvement of models. **Green, upwards: the {np.sum(bad == 0):,} good loans. Red, "
        f"downwards: the {bad.sum():,} bad ones.** Heights are shares of each kind. A picture "
        f"reaches from the value that {TAIL}% of the loans lie below to the one that {TAIL}% lie "
        "above, and those stand in its outermost bars; where these two are one, from the smallest "
        "to the largest.\n"
    )


def _chapter(module: ModuleType) -> str:
    name = module.__name__.split(".")[1]
    first, _, _ = (inspect.getdoc(module) or "").partition(".\n")
    sentence = " ".join(first.split()).rstrip(".") + "."
    rows = [_row(f) for f in FEATURES if f.compute.__module__ == module.__name__]
    return "\n".join(
        [
            f"## {name}\n",
            f"{sentence} [`features/{name}.py`](../features/{name}.py)\n",
            "| feature | what it is |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def _row(feature: Feature) -> str:
    """Return a feature's row: beside what it is called and its picture, all that is known of it."""
    named = [f"`{feature.name}`", *_labels(feature), _shown(feature)]
    known = [f"*{fact}*: {value}" for fact, value in _facts(feature).items()]
    return f"| {'<br>'.join(named)} | {'<br>'.join([feature.meaning, *known])} |"


def _facts(feature: Feature) -> dict[str, str]:
    """Return word of the legend → what it says of a feature."""
    missing, reason = feature.missing, feature.reason
    return {
        "Sources": ", ".join(feature.sources) or "what is asked",
        "Unit": f"{feature.unit}, {_range(feature)}",
        "Risk": DIRECTIONS[feature.direction],
        "Reason": f"[{reason}](reasons.md#{reason.lower()})",
        "To change": _time(feature),
        "Missing": missing if missing == "never" else f"{missing}: {_absent(feature)}",
    }


def _labels(feature: Feature) -> list[str]:
    """Return the label in English, which is the page's own language, then in Indonesian."""
    labels = said("features", feature.name)
    return [labels["en"], f"*{labels['id']}*"]


def _shown(feature: Feature) -> str:
    alt = f"Simulated: {described(feature, _values(feature))}"
    return f"![{alt}]({PICTURES}/{feature.name}.svg)"


def _values(feature: Feature) -> Floats:
    return _loans().vectors[:, NAMES.index(feature.name)]


def _absent(feature: Feature) -> str:
    return f"{np.isnan(_values(feature)).mean():.0%}"


def _range(feature: Feature) -> str:
    """Return which values are possible, in words."""
    low, high = feature.low, feature.high
    if math.isinf(high):
        return "any" if math.isinf(low) else f"{low:g} or more"
    return f"up to {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"


def _time(feature: Feature) -> str:
    days = feature.days_to_change
    if days is None:
        return "not in their hands"
    return f"{days} days" if days else "at once"

"""Gates a model must pass before it may be champion, each with a stable code.

A gate is *red* when the evidence is against the model, *amber* when a value is
off but its interval does not rule the goal out, and *green* otherwise. Only red
stops a promotion. docs/gates.md explains each code.

========  =====================================================================
G01       no single feature gives the outcome away (leak)
G02       every application tested on is later than all that were fitted on
G03       probabilities fit the outcomes (observed ÷ expected, calibration slope)
G04       the score moves with each constrained feature as the catalogue says
G07       there are enough bad loans on both sides to say anything
G08       the model carries this catalogue's fingerprint
G09       fitted twice, the model is the same to the byte
========  =====================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from features.catalogue import FEATURES, NAMES, fingerprint
from features.rows import Floats
from models.risk import RiskModel
from training.evaluate import Figure, auc
from training.table import TrainingTable, instant

Colour = Literal["green", "amber", "red"]

LEAK_AUC: Final = 0.95
CALIBRATED: Final = (0.8, 1.2)
FEWEST_BAD: Final = 30
GRID: Final = 25


@dataclass(frozen=True)
class Gate:
    """What one gate found, against what it expected."""

    code: str
    title: str
    colour: Colour
    found: str
    expected: str


def gates(
    fitted: TrainingTable,
    tested: TrainingTable,
    figures: dict[str, Figure],
    model: RiskModel,
    again: RiskModel,
) -> list[Gate]:
    """Return every gate's finding.

    Args:
        fitted: what the model was fitted on.
        tested: what it was tested on.
        figures: of `training.evaluate`, on *tested*.
        model: the model.
        again: the model fitted a second time, from the same table and seed.
    """
    return [
        leak(fitted),
        time_order(fitted, tested),
        calibration(figures),
        monotone(model, tested),
        enough(fitted, tested),
        catalogue(model),
        reproducible(model, again),
    ]


def leak(fitted: TrainingTable) -> Gate:
    """G01: the largest AUC that one feature reaches on its own, either way round."""
    alone = {name: _alone(fitted.vectors[:, i], fitted) for i, name in enumerate(NAMES)}
    name = max(alone, key=alone.__getitem__)
    colour: Colour = "red" if alone[name] >= LEAK_AUC else "green"
    found = f"{name} alone reaches AUC {alone[name]:.3f}"
    return Gate("G01", "No feature gives the outcome away", colour, found, f"below {LEAK_AUC}")


def _alone(values: Floats, table: TrainingTable) -> float:
    there = ~np.isnan(values)
    bad = table.bad[there]
    if not 0 < bad.sum() < bad.size:
        return 0.5
    reached = auc(values[there], bad)
    return max(reached, 1 - reached)


def time_order(fitted: TrainingTable, tested: TrainingTable) -> Gate:
    """G02: the latest application fitted on lies before the earliest tested on."""
    latest, earliest = int(fitted.as_of.max()), int(tested.as_of.min())
    found = f"fitted until {instant(latest):%Y-%m-%d}, tested from {instant(earliest):%Y-%m-%d}"
    colour: Colour = "green" if latest < earliest else "red"
    return Gate("G02", "Tested on later applications only", colour, found, "the first before")


def calibration(figures: dict[str, Figure]) -> Gate:
    """G03: observed ÷ expected and the calibration slope, each against 0.8 … 1.2."""
    low, high = CALIBRATED
    both = {name: figures[name] for name in ("observed_to_expected", "calibration_slope")}
    colour: Colour = "green"
    if any(not low <= figure.value <= high for figure in both.values()):
        colour = "amber"
    if any(figure.high < low or figure.low > high for figure in both.values()):
        colour = "red"
    said = (
        f"{n.replace('_', ' ')} {f.value:.2f} [{f.low:.2f}, {f.high:.2f}]" for n, f in both.items()
    )
    expected = f"{low} to {high}"
    return Gate("G03", "Probabilities fit the outcomes", colour, ", ".join(said), expected)


def monotone(model: RiskModel, tested: TrainingTable) -> Gate:
    """G04: each constrained feature is moved over its range with all else held, on a grid.

    The grid is 25 quantiles of the feature on at most 50 applications.
    """
    rows = tested.vectors[:50]
    against = [
        feature.name
        for i, feature in enumerate(FEATURES)
        if feature.direction and _worst_step(model, rows, i, feature.direction) > 0
    ]
    constrained = sum(1 for feature in FEATURES if feature.direction)
    found = f"{', '.join(against) or 'none'} of {constrained} against its direction"
    colour: Colour = "red" if against else "green"
    return Gate("G04", "Constrained features keep their direction", colour, found, "none")


def _worst_step(model: RiskModel, rows: Floats, feature: int, direction: int) -> float:
    """Return by how much the log-odds move against *direction* at worst; 0 or less is right."""
    values = rows[:, feature][~np.isnan(rows[:, feature])]
    if values.size == 0:
        return 0.0
    grid = np.quantile(values, np.linspace(0, 1, GRID))
    moved = np.repeat(rows, GRID, axis=0)
    moved[:, feature] = np.tile(grid, len(rows))
    steps = np.diff(model.log_odds(moved).reshape(len(rows), GRID), axis=1)
    return float(np.max(-direction * steps))


def enough(fitted: TrainingTable, tested: TrainingTable) -> Gate:
    """G07: at least 30 bad loans fitted on, and as many tested on."""
    counts = int(fitted.bad.sum()), int(tested.bad.sum())
    found = f"{counts[0]} bad loans fitted on, {counts[1]} tested on"
    colour: Colour = "green" if min(counts) >= FEWEST_BAD else "red"
    return Gate("G07", "Enough bad loans", colour, found, f"at least {FEWEST_BAD} each")


def catalogue(model: RiskModel) -> Gate:
    """G08: the model's fingerprint is that of the catalogue in this release."""
    found = model.identity.fingerprint
    colour: Colour = "green" if found == fingerprint() else "red"
    return Gate("G08", "Trained with this catalogue", colour, found, fingerprint())


def reproducible(model: RiskModel, again: RiskModel) -> Gate:
    """G09: the digests of the model and of its second fit are equal."""
    colour: Colour = "green" if model.digest == again.digest else "red"
    expected = model.digest[:16]
    return Gate("G09", "The same bytes again", colour, again.digest[:16], expected)


def red(found: Iterable[Gate]) -> list[Gate]:
    """Return the gates that stop a promotion."""
    return [gate for gate in found if gate.colour == "red"]

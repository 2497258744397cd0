"""The search for less discriminatory alternatives: as good a model with smaller gaps, if any.

Other recipes are held against the standing one inside the loans fitted on, in order of time, each
validated on later loans of businesses it has not seen; the loans tested on stay unseen. Protected
attributes measure: they are no input and set no threshold. Chance alone makes some recipe look
fairer than another, so the standing one is kept unless the improvement is beyond its noise, with
the number of recipes tried counted in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from audit.fairness.cases import Cases, Groups
from audit.fairness.estimate import quantile
from features.rows import Floats, Ints
from models.risk import probability_of
from training.fitting.calibrating import platt
from training.recipes.gaps import Compared, aucs, comparable, gaps
from training.recipes.recipe import STANDING, Recipe, trees
from training.recipes.variants import variants
from training.table import TrainingTable

LOSS: Final = 0.005
"""How much AUC an alternative may cost."""

STARTS: Final = (0.4, 0.6, 0.8)
"""Shares of the loans, in order of time, at which validation begins; each until the next."""

DRAWS: Final = 200
"""Bootstrap samples of the validation loans, the same ones for every recipe."""

FAMILY_WISE: Final = 0.05
"""How often at most an alternative is chosen that is no better, all tried together."""

_Figures = tuple[Floats, dict[str, Floats]]


@dataclass(frozen=True)
class Point:
    """One recipe that was tried, on validation.

    Args:
        name: what differs from the standing recipe.
        recipe: the recipe.
        auc: of the pooled validation loans.
        loss: AUC of the standing recipe - its own.
        loss_error: its standard error, by a bootstrap of both in the same samples.
        gap: the largest gap of any group and measure, in units of what is tolerated: 0 is none.
        gained: gap of the standing recipe - its own.
        gained_error: its standard error, likewise.
        gaps: measure → its largest gap, in the same units.
    """

    name: str
    recipe: Recipe
    auc: float
    loss: float
    loss_error: float
    gap: float
    gained: float
    gained_error: float
    gaps: dict[str, float]

    def row(self) -> dict[str, str | float]:
        """Return the point as one flat row for a table."""
        said = asdict(self)
        recipe = {name: str(value) for name, value in said.pop("recipe").items()}
        of_each = {f"gap_{name}": value for name, value in said.pop("gaps").items()}
        return {**said, **of_each, **recipe}


@dataclass(frozen=True)
class Search:
    """What a search came to.

    Args:
        points: every recipe tried, the standing one first; none where nothing could be measured.
        chosen: the recipe to fit.
        reason: why it was chosen.
    """

    points: tuple[Point, ...]
    chosen: Recipe
    reason: str

    def front(self) -> tuple[Point, ...]:
        """Return the points of which no other has as much AUC and as small a gap (Pareto)."""
        return tuple(one for one in self.points if not any(_better(p, one) for p in self.points))

    def told(self) -> tuple[Point, ...]:
        """Return the front, the standing recipe and the chosen one, the smallest gap first."""
        shown = [*self.front(), *self.points[:1], *filter(self.is_chosen, self.points)]
        return tuple(sorted({one.name: one for one in shown}.values(), key=lambda one: one.gap))

    def is_chosen(self, one: Point) -> bool:
        """Return whether a point is that of the recipe to fit."""
        return one.recipe == self.chosen

    def rows(self) -> list[dict[str, str | float]]:
        """Return every recipe tried as a flat row: whether it is of the front, and the chosen."""
        front = self.front()
        return [
            {**one.row(), "front": one in front, "chosen": self.is_chosen(one)}
            for one in self.points
        ]


@dataclass(frozen=True)
class Validation:
    """The loans that recipes are compared on.

    Args:
        folds: rows to fit on, and later rows of other businesses.
        cases: the latter, one fold after another, before a model has scored them.
        compared: the comparisons there is enough data for.
        draws: (1 + `DRAWS`, n) how often each counts: as they are, then re-drawn.
        is_enough: whether groups can be compared, and every part has good and bad loans.
    """

    folds: list[tuple[Ints, Ints]]
    cases: Cases
    compared: Compared
    draws: Floats
    is_enough: bool


def search(
    table: TrainingTable,
    groups: Groups,
    seed: int,
    tries: int,
    line: float,
    standing: Recipe = STANDING,
    step: Callable[[str], None] = lambda _: None,
) -> Search:
    """Try recipes beside the standing one, and choose.

    Args:
        table: the loans fitted on, in order of time; never those tested on.
        groups: of `training.validation.groups.groups`, for the same loans.
        seed: of the trees, the recipes and the samples.
        tries: how many alternatives.
        line: the largest probability of default that the policy recommends.
        standing: the recipe the others differ from.
        step: told the name of each recipe before it is tried, for a progress display.
    """
    on = validation(table, groups, seed)
    if not on.is_enough:
        return Search((), standing, "standing recipe kept: insufficient data to compare groups")
    points: list[Point] = []
    usual: _Figures | None = None
    for name, recipe in variants(table, groups, standing, tries, seed).items():
        step(name)
        found = _figures(table, recipe, seed, line, on)
        usual = usual or found
        points.append(_point(name, recipe, found, usual))
    chosen, reason = choice(points)
    return Search(tuple(points), chosen.recipe, reason)


def validation(table: TrainingTable, groups: Groups, seed: int) -> Validation:
    """Return the loans that recipes are compared on, each later than all fitted on for it."""
    parts = folds(table)
    rows = np.concatenate([held_out for _, held_out in parts])
    bad, weights = table.bad[rows].astype(np.float64), table.weights[rows]
    theirs = {name: of[rows] for name, of in groups.items()}
    unscored = np.full(rows.size, 0.5)
    cases = Cases.of(theirs, bad=bad, weights=weights, probability=unscored)
    random = np.random.default_rng(seed)
    samples = random.multinomial(rows.size, np.full(rows.size, 1 / rows.size), DRAWS)
    draws = np.vstack([np.ones(rows.size), samples]) * weights
    compared = comparable(cases)
    learnable = all(_both_kinds(b) for b in (bad, *(table.bad[seen] for seen, _ in parts)))
    return Validation(parts, cases, compared, draws, compared.any and learnable)


def folds(table: TrainingTable) -> list[tuple[Ints, Ints]]:
    """Return (rows to fit on, rows to validate on), out of time and out of business."""
    n = table.bad.size
    ends = [round(share * n) for share in (*STARTS, 1.0)]
    parts = []
    for start, end in pairwise(ends):
        later = np.arange(start, end)
        new = ~np.isin(table.businesses[later], table.businesses[:start])
        parts.append((np.arange(start), later[new]))
    return parts


def choice(points: list[Point]) -> tuple[Point, str]:
    """Return the point to take, and why.

    Of the recipes that keep the directions and lose at most `LOSS`, that with the smallest gap,
    if its gain is beyond its noise: one-sided, `FAMILY_WISE` shared among all that may be chosen.

    Args:
        points: the standing recipe first.
    """
    standing, *others = points
    able = [one for one in others if one.recipe.monotone and one.loss <= LOSS]
    if not able:
        return standing, f"standing recipe kept: none of {len(others)} loses at most {LOSS} AUC"
    best = min(able, key=lambda one: one.gap)
    if best.gap >= standing.gap:
        own = f"its own, {standing.gap:.2f} of what is tolerated"
        return standing, f"standing recipe kept: no gap of {len(able)} is smaller than {own}"
    bound = best.gained - quantile(1 - FAMILY_WISE / len(able)) * best.gained_error
    said = (
        f"of {len(able)} within {LOSS} AUC, {best.name} has the smallest gap, {best.gap:.2f} of "
        f"what is tolerated against {standing.gap:.2f}; it gains at least {bound:.2f}"
    )
    if bound > 0:
        return best, f"{best.name} chosen: {said}"
    return standing, f"standing recipe kept, the gain may be chance: {said}"


def _figures(
    table: TrainingTable, recipe: Recipe, seed: int, line: float, on: Validation
) -> _Figures:
    """Return AUC and gaps of a recipe, (1 + `DRAWS`,) each: as they are, then of each sample."""
    margins = [
        trees(table.part(seen), recipe, seed).predict(table.vectors[held_out], raw_score=True)
        for seen, held_out in on.folds
    ]
    margin, bad, weights = np.concatenate(margins), on.cases.bad, on.cases.weights
    calibration = platt(margin, bad.astype(np.int64), weights)
    probability = probability_of(calibration.intercept + calibration.slope * margin)
    approved = (probability <= line).astype(np.float64)
    scored = replace(on.cases, probability=probability, approved=approved)
    found = {m.name: of for m, of in gaps(scored, on.compared, on.draws).items()}
    return aucs(margin, bad, on.draws), found


def _point(name: str, recipe: Recipe, found: _Figures, standing: _Figures) -> Point:
    """Return the point of a recipe, beside the standing one in the same samples."""
    largest, usual = (np.max(list(of.values()), axis=0) for _, of in (found, standing))
    loss, gained = standing[0] - found[0], usual - largest
    return Point(
        name=name,
        recipe=recipe,
        auc=float(found[0][0]),
        loss=float(loss[0]),
        loss_error=float(loss[1:].std(ddof=1)),
        gap=float(largest[0]),
        gained=float(gained[0]),
        gained_error=float(gained[1:].std(ddof=1)),
        gaps={measure: float(of[0]) for measure, of in found[1].items()},
    )


def _better(one: Point, other: Point) -> bool:
    """Return whether a point is as good as another both ways, and better one way."""
    as_good = one.auc >= other.auc and one.gap <= other.gap
    return as_good and (one.auc > other.auc or one.gap < other.gap)


def _both_kinds(bad: Floats | Ints) -> bool:
    return bool(0 < bad.sum() < bad.size)

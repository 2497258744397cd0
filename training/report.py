"""What is kept of a run beside its model: figures, tables, pictures and the model card."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import distributions

import polars as pl
from matplotlib.figure import Figure as Picture

from audit.fairness.audit import audit
from audit.fairness.cases import Cases
from features.rows import Floats
from models import scale
from models.artefact import NAME
from training.card.card import COMPARED, Card, of_here
from training.card.render import render
from training.datasets import DataSet
from training.fitting.fit import Fitted
from training.gates.gate import Gate
from training.plots import (
    alternatives,
    calibration,
    contributions,
    cutoffs,
    scores,
    validation,
    vintage,
)
from training.plots.style import source
from training.recipes.searched import Searched
from training.run import Run
from training.splits import Split
from training.table import TrainingTable, instant
from training.validation.cutoffs import LGD
from training.validation.sets import LATER_KNOWN, LATER_NEW, NEW
from training.validation.validate import Valid


def report(
    data: DataSet,
    split: Split,
    made: Fitted,
    valid: Valid,
    gates: Sequence[Gate],
    found: Searched,
    seed: int,
) -> Run:
    """Return what is kept of a run."""
    params = parameters(split, made, found, seed)
    markdown, page = render(_card(data, split, made, valid, gates, found, params))
    texts = {
        "card/card.md": markdown,
        "card/card.html": page,
        "environment.json": json.dumps(_environment(), indent=2),
        **dict(_tables(valid, found)),
    }
    return Run(params, metrics(valid), gates, texts, dict(_pictures(made, split, valid, found)))


def _card(
    data: DataSet,
    split: Split,
    made: Fitted,
    valid: Valid,
    gates: Sequence[Gate],
    found: Searched,
    params: dict[str, str | float],
) -> Card:
    return Card(
        name=NAME,
        digest=made.model.digest,
        identity=made.model.identity,
        about=data.about,
        target=split.fit.target,
        fitted=_span(split.fit),
        tested=_span(split.later),
        left_out=split.fit.left_out,
        figures=valid.figures,
        sets=valid.sets,
        gates=list(gates),
        grades=valid.grades,
        cutoffs=valid.cutoffs,
        lgd=LGD,
        vintages=valid.vintages,
        unknown=valid.unknown,
        params=params,
        calibration=made.chosen.reason,
        rivals=valid.rivals,
        fairness=_fairness(valid.cases, gates),
        compared=() if valid.cases is None else audit(valid.cases, COMPARED),
        alternatives=found.alternatives,
    )


def parameters(split: Split, made: Fitted, found: Searched, seed: int) -> dict[str, str | float]:
    """Return what the model was made with: recipe, calibration, shifts, target and seed."""
    recipe = asdict(found.recipe)
    return {
        **recipe,
        "without": ", ".join(found.recipe.without),
        "recipe_reason": found.reason,
        "random_seed": seed,
        "calibration": made.chosen.calibration.kind,
        "calibration_reason": made.chosen.reason,
        **split.fit.target.params(),
        **{f"shift_{shift.partner}": shift.shift for shift in made.shifts},
    }


def metrics(valid: Valid) -> dict[str, float]:
    """Return every figure with its bounds, those of rivals and of sets by name."""
    named = dict(valid.figures)
    for rival in valid.rivals:
        named[f"{_key(rival.name)}_auc"] = rival.auc
        named[f"ahead_of_{_key(rival.name)}"] = rival.ahead
    for one in valid.sets:
        named |= {f"{_key(one.name)}_{name}": figure for name, figure in one.figures.items()}
    bounds = {"": "value", "_low": "low", "_high": "high"}
    return {
        f"{name}{suffix}": getattr(figure, bound)
        for name, figure in named.items()
        for suffix, bound in bounds.items()
    }


def _key(name: str) -> str:
    return name.replace(", ", "_").replace(" ", "_")


def _span(table: TrainingTable) -> tuple[datetime, datetime]:
    return instant(int(table.as_of.min())), instant(int(table.as_of.max()))


def _fairness(cases: Cases | None, gates: Sequence[Gate]) -> str:
    """Return what the card says of groups: the gate's finding, and the gaps it was found in."""
    (gate,) = (gate for gate in gates if gate.code == "G06")
    said = f"{gate.title}: **{gate.colour}**; {gate.found}."
    return said if cases is None else f"{said} Every gap is in `fairness.csv` of the run."


def _tables(valid: Valid, found: Searched) -> Iterator[tuple[str, str]]:
    yield "tables/cutoffs.csv", valid.cutoffs.write_csv()
    yield "tables/grades.csv", valid.grades.write_csv()
    yield "tables/vintages.csv", valid.vintages.write_csv()
    yield "tables/unknown.csv", valid.unknown.bands.write_csv()
    if valid.cases is not None:
        yield "tables/fairness.csv", _rows([one.row() for one in audit(valid.cases)])
    if found.tuned is not None:
        yield "tables/tuning.csv", _rows([one.row() for one in found.tuned.tried])
    if found.alternatives is not None:
        yield "tables/alternatives.csv", _rows(found.alternatives.rows())


def _rows(rows: Sequence[Mapping[str, object]]) -> str:
    return pl.DataFrame(rows, infer_schema_length=None).write_csv()


def _pictures(
    made: Fitted, split: Split, valid: Valid, found: Searched
) -> Iterator[tuple[str, Picture]]:
    model, later, of = made.model, split.later, source(made.model.identity)
    yield "validation.png", validation.draw(model, later, valid.figures)
    yield "plots/calibration.png", calibration.draw(valid.probability, later, of)
    yield "plots/contributions.png", contributions.draw(model, later.vectors)
    yield "plots/cutoffs.png", cutoffs.draw(valid.cutoffs, of)
    yield "plots/scores.png", scores.draw(_points(made, split), of)
    yield "plots/vintage.png", vintage.draw(valid.vintages, valid.curves, of)
    if found.alternatives is not None and found.alternatives.points:
        yield "plots/alternatives.png", alternatives.draw(found.alternatives, of)


def _points(made: Fitted, split: Split) -> dict[str, tuple[Floats, Floats]]:
    """Return the scores of three sets; those of earlier loans by trees that never saw them."""
    unseen = scale.points(made.model.scaling.log_odds(made.margins))
    known, new = split.later_known, split.later_new
    return {
        NEW: (unseen, split.fit.weights),
        LATER_KNOWN: (made.model.points(known.vectors), known.weights),
        LATER_NEW: (made.model.points(new.vectors), new.weights),
    }


def _environment() -> dict[str, str]:
    """Return Python, the machine and every distribution installed, by name."""
    installed = {found.metadata["Name"]: found.version for found in distributions()}
    return of_here() | dict(sorted(installed.items()))

"""G12: the plausibility contract of docs/plausibility.md, clause by clause, on records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import polars as pl

from features.catalogue import FEATURES, NAMES, compute
from features.known import Known
from features.records import PROTECTED
from features.rows import Flags, Floats
from models.risk import RiskModel
from training.datasets import DataSet
from training.engines.kernel import known
from training.gates.gate import Colour, Gate
from training.gates.steadier import evened_out, twice_as_large
from training.permission import permitted
from training.table import TrainingTable

ROWS: Final = 100

HARDER: Final = (1.0, 1.001, 1.1, 1.5, 2.5, 10.0)
"""How many times as much is asked, or as soon."""

STEADIER: Final = (0.25, 1.0)
"""How far two months are evened out, 1 all the way."""

PEOPLE: Final[tuple[Mapping[str, Any], ...]] = (
    {"gender": "female", "birth_year": 2004, "disability": True, "kecamatan": "3325010"},
    {"gender": "male", "birth_year": 1956, "disability": False, "kecamatan": "3325150"},
)
"""Two people who differ in every protected attribute."""


@dataclass(frozen=True)
class Clause:
    """What one clause came to.

    Args:
        name: of the clause.
        against: how many applicants it does not hold for.
        asked: how many it speaks of.
    """

    name: str
    against: int
    asked: int


def gate(model: RiskModel, data: DataSet, tested: TrainingTable) -> Gate:
    """G12: every clause, on the records of `ROWS` applications tested on, spread over time.

    Args:
        model: the model.
        data: the data set that *tested* was made of.
        tested: what the model was tested on.
    """
    spread = np.linspace(0, len(tested.vectors) - 1, min(ROWS, len(tested.vectors))).astype(int)
    found = clauses(model, data, tested.application_ids[spread].tolist())
    colour: Colour = "red" if any(clause.against for clause in found) else "green"
    said = ", ".join(f"{clause.name} {clause.against} of {clause.asked}" for clause in found)
    return Gate("G12", "The plausibility contract holds", colour, f"against it: {said}", "none")


def clauses(model: RiskModel, data: DataSet, applications: list[str]) -> list[Clause]:
    """Return what each clause comes to for the applications of these ids."""
    before = known_of(data, applications)
    everyone = np.ones(before.n, dtype=np.bool_)
    larger = (asking(before, more=k) for k in HARDER)
    sooner = (asking(before, sooner=k) for k in HARDER)
    growth = (twice_as_large(before), before)
    return [
        _never_rises("asking more", model, larger, everyone),
        _never_rises("repaying sooner", model, sooner, everyone),
        *(_evened_out(model, before, share) for share in STEADIER),
        _never_rises("twice as large", model, growth, nothing_below_zero(before)),
        _other_people(data, applications),
    ]


def asking(before: Known, *, more: float = 1.0, sooner: float = 1.0) -> Known:
    """Return what is known when so many times as much is asked, to be repaid so much sooner."""
    return replace(before, amount=before.amount * more, tenor_months=before.tenor_months / sooner)


def nothing_below_zero(before: Known) -> Flags:
    """Return (n,) who has no sum of money below zero, such as an overdraft or a monthly loss."""
    money = [feature.unit == "money" for feature in FEATURES]
    sums = np.nan_to_num(compute(before)[:, money])
    return np.asarray(np.all(sums >= 0, axis=1), dtype=np.bool_)


def known_of(data: DataSet, applications: list[str]) -> Known:
    """Return what was known of the applications of these ids, in that order."""
    tables = permitted(data, "model_improvement").tables
    asked = tables["applications"]
    asked = pl.DataFrame({"application_id": applications}).join(
        asked, on="application_id", how="left", maintain_order="left"
    )
    theirs = {
        name: frame.join(asked, on="business_id", how="semi")
        for name, frame in tables.items()
        if "business_id" in frame.columns
    }
    return known(theirs, asked)


def _never_rises(name: str, model: RiskModel, ever: Iterable[Known], those: Flags) -> Clause:
    """Return for how many the score rises somewhere along what is ever harder for them."""
    scores = np.array([model.points(compute(step)) for step in ever])
    rises = (np.diff(scores, axis=0) > 0).any(axis=0)
    return Clause(name, int((rises & those).sum()), int(those.sum()))


def _evened_out(model: RiskModel, before: Known, share: float) -> Clause:
    after, moved = evened_out(before, share)
    name = f"income evened out by {share:.0%}"
    return _never_rises(name, model, (after, before), moved)


def _other_people(data: DataSet, applications: list[str]) -> Clause:
    """Return for how many a feature changes with who is told to ask, or is named like it."""
    told = [compute(known_of(_asked_by(data, person), applications)) for person in PEOPLE]
    untold = compute(known_of(data, applications))
    changed = np.zeros(len(applications), dtype=np.bool_)
    for vectors in told:
        changed |= _differ(vectors, untold)
    named = set(NAMES) & {column.name for column in PROTECTED.columns}
    against = len(applications) if named else int(changed.sum())
    return Clause("another person", against, len(applications))


def _differ(one: Floats, other: Floats) -> Flags:
    """Return (n,) whether two vectors differ in a bit."""
    pairs = zip(one, other, strict=True)
    return np.array([a.tobytes() != b.tobytes() for a, b in pairs], dtype=np.bool_)


def _asked_by(data: DataSet, person: Mapping[str, Any]) -> DataSet:
    """Return the data set with every business owned by such a person, wherever it says so."""
    owners = data["applications"].select("business_id").unique()
    told = {name: pl.lit(value) for name, value in person.items()}
    tables = {
        name: frame.with_columns(**{c: told[c] for c in told.keys() & set(frame.columns)})
        for name, frame in data.tables.items()
    }
    tables[PROTECTED.name] = owners.with_columns(**told)
    return replace(data, tables=tables)

"""What a model card holds (Mitchell et al., *Model Cards for Model Reporting*, 2019)."""

from __future__ import annotations

import itertools
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Final

import polars as pl

from audit.fairness import measures
from audit.fairness.audit import Finding
from audit.fairness.estimate import Estimate
from models.risk import Identity
from training.about import About
from training.gates.gate import Colour, Gate
from training.recipes.alternatives import Search
from training.target import Target
from training.validation.evaluate import Figure
from training.validation.rivals import Rival
from training.validation.sets import LATER_KNOWN, LATER_NEW, Measured
from training.validation.unknown import Unknown

PURPOSE: Final = (
    "To order applications of small businesses (UMKM) for a loan by their risk, to give each a "
    "probability of default and its reasons, and so to help a partner lender to decide. The "
    "lender decides; a person looks at every case near the line, thin, unusual or contested."
)

UNFIT: Final = (
    "deciding without a person who may decide otherwise",
    "consumers, salaried people, or firms larger than the data hold",
    "setting a price, a salary, a rent or an insurance premium",
    "finding fraud: signals go to a person and move no score",
    "a product, region or lender the data do not hold, before it is validated there",
    "applicants whose score lies in the unknown region below, without a person",
)

COMPARED: Final = (measures.IMPACT, measures.OPPORTUNITY, measures.CALIBRATION)
"""What the card tells of each group."""

LIBRARIES: Final = ("scikit-learn", "lightgbm", "numpy", "polars")


def of_here() -> dict[str, str]:
    """Return the versions of Python and of what trees and figures come from."""
    said = {"python": platform.python_version(), "machine": platform.machine()}
    return said | {name: version(name) for name in LIBRARIES}


@dataclass(frozen=True)
class Override:
    """A gate that was passed over at a promotion.

    Args:
        gate: its code.
        who: the two people.
        reason: why.
        until: when it expires.
    """

    gate: str
    who: str
    reason: str
    until: datetime


@dataclass(frozen=True)
class Beside:
    """A group beside the rest of those who told.

    Args:
        name: attribute and group.
        gaps: of each of `COMPARED`, lower is worse; None where there is insufficient data.
    """

    name: str
    gaps: tuple[Estimate | None, ...]


@dataclass(frozen=True)
class Card:
    """Everything the card says; what is optional and not given is said to be missing.

    Args:
        name: of the model.
        digest: of the model (`models.risk.RiskModel.digest`).
        identity: of the model.
        about: the data set.
        target: what counts as bad.
        fitted: from the first to the last application fitted on, UTC.
        tested: the same of those tested on.
        left_out: cause → how many loans have no label.
        figures: of `training.validation.evaluate`, on all later loans.
        sets: of `training.validation.sets.four`.
        gates: what each found.
        grades: of `training.validation.cutoffs.grades`.
        cutoffs: of `training.validation.cutoffs.cutoffs`; those of everyone are shown.
        lgd: the share lost of a loan gone bad that was assumed.
        vintages: of `training.validation.vintage.vintages`.
        unknown: of `training.validation.unknown.unknown_region`.
        params: of the run, name → value.
        environment: what it ran in, name → version.
        owner: who answers for the model.
        purpose: what it is for.
        unfit: what it must not be used for.
        calibration: how margins became probabilities, in a sentence.
        rivals: other ways to order the same loans.
        fairness: a summary, Markdown without headings.
        compared: of `audit.fairness.audit.audit`, by the measures in `COMPARED`.
        overrides: of gates.
        alternatives: the search for smaller gaps; None where there was none.
    """

    name: str
    digest: str
    identity: Identity
    about: About
    target: Target
    fitted: tuple[datetime, datetime]
    tested: tuple[datetime, datetime]
    left_out: Mapping[str, int]
    figures: Mapping[str, Figure]
    sets: list[Measured]
    gates: list[Gate]
    grades: pl.DataFrame
    cutoffs: pl.DataFrame
    lgd: float
    vintages: pl.DataFrame
    unknown: Unknown
    params: Mapping[str, object]
    environment: Mapping[str, str] = field(default_factory=of_here)
    owner: str = "not named"
    purpose: str = PURPOSE
    unfit: tuple[str, ...] = UNFIT
    calibration: str = "Platt (1999), on predictions of trees that never saw the business."
    rivals: Sequence[Rival] = ()
    fairness: str | None = None
    compared: Sequence[Finding] = ()
    overrides: tuple[Override, ...] = ()
    alternatives: Search | None = None

    def groups(self) -> list[Beside]:
        """Return every group, in the order of the audit."""
        each = itertools.groupby(self.compared, lambda one: f"{one.attribute} {one.group}")
        return [Beside(name, tuple(one.found.gap for one in findings)) for name, findings in each]

    def bad_tested_on(self) -> int:
        """Return how many bad loans the figures rest on: those of both later sets."""
        return sum(one.bad for one in self.sets if one.name in (LATER_KNOWN, LATER_NEW))

    def gates_of(self, colour: Colour) -> list[str]:
        """Return the codes of the gates of a colour."""
        return [gate.code for gate in self.gates if gate.colour == colour]

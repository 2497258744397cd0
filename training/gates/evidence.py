"""What the gates look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.fairness.cases import Cases
from features.rows import Floats
from models.risk import RiskModel
from training.datasets import DataSet
from training.table import TrainingTable
from training.validation.evaluate import Figure


@dataclass(frozen=True)
class Evidence:
    """What is known of a model when it meets the gates.

    Args:
        data: the data set, whole; a gate asks `training.permission` for the part it may use.
        fitted: what the model was fitted on.
        tested: what it was tested on.
        figures: of `training.validation.evaluate`, on *tested*.
        model: the model.
        again: the model fitted a second time, from the same table and seed.
        others: the model fitted with other seeds, see `training.gates.stability`.
        held_out: (n,) margins of *fitted*, each from trees that never saw its business.
        cases: the later applications of those who consented to the audit; None without any.
    """

    data: DataSet
    fitted: TrainingTable
    tested: TrainingTable
    figures: Mapping[str, Figure]
    model: RiskModel
    again: RiskModel
    others: Sequence[RiskModel]
    held_out: Floats
    cases: Cases | None

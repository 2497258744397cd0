"""``lumbung train``: from a data set to a registered model, with what it is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date

from features.catalogue import fingerprint
from models.risk import Identity
from training import plots
from training.datasets import DataSet
from training.evaluate import Figure, evaluate
from training.fit import fit
from training.gates import gates
from training.gates.gate import Gate
from training.novelty import novelty
from training.recipe import STANDING
from training.splits import out_of_time
from training.table import TrainingTable, instant, training_table
from training.tracking import Kept, Tracker


@dataclass(frozen=True)
class Trained:
    """What a training run came to.

    Args:
        kept: the run's id and the version registered.
        figures: of `training.evaluate.MEASURES`, on the later loans.
        gates: what each gate found.
        fitted: how many loans were fitted on, and how many of them were bad.
        tested: the same of those tested on.
        left_out: how many loans had no label, by cause.
    """

    kept: Kept
    figures: dict[str, Figure]
    gates: list[Gate]
    fitted: tuple[int, int]
    tested: tuple[int, int]
    left_out: dict[str, int]


def train(
    data: DataSet,
    tracker: Tracker,
    test_from: date | None,
    seed: int,
    step: Callable[[str], None],
) -> Trained:
    """Fit on the earlier loans, test on the later ones, keep the run and register the model.

    Args:
        data: a data set with payments, applications and outcomes.
        tracker: where the run is kept.
        test_from: the first day tested on; the latest 30% of applications when None.
        seed: of every random choice.
        step: told what is being done, for a progress display.
    """
    step("features")
    table = training_table(data)
    earlier, later = out_of_time(table, test_from)
    step("fit")
    known = novelty(earlier, seed)
    model = replace(fit(earlier, _identity(data, earlier), seed), novelty=known)
    step("fit again")
    again = replace(fit(earlier, model.identity, seed), novelty=novelty(earlier, seed))
    step("evaluate")
    figures = evaluate(model.probability(later.vectors), later.bad, later.weights)
    step("gates")
    found = gates(earlier, later, figures, model, again)
    step("keep")
    params = {**asdict(STANDING), "random_seed": seed}
    picture = plots.validation(model, later, figures)
    kept = tracker.keep(model, params, figures, found, picture)
    return Trained(kept, figures, found, _sizes(earlier), _sizes(later), table.left_out)


STEPS = ("features", "fit", "fit again", "evaluate", "gates", "keep")
"""What `train` reports to ``step``, in order."""


def _identity(data: DataSet, fitted: TrainingTable) -> Identity:
    return Identity(
        fingerprint=fingerprint(),
        currency=data.about.currency,
        data_set=data.about.name,
        data_digest=data.digest,
        simulated=data.about.simulated,
        trained_until=instant(int(fitted.as_of.max())).isoformat(),
    )


def _sizes(table: TrainingTable) -> tuple[int, int]:
    return int(table.bad.size), int(table.bad.sum())

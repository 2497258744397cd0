"""How often a likely change for the better lowers a score, where the contract promises nothing.

``python -m benchmarks.plausibility --data DIR [--test-from DATE]`` fits on the earlier loans and
changes the records of the later ones, beside the changes that the contract does cover. It prints a
table, and one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from features.cashflow import all_income
from features.catalogue import compute, fingerprint
from features.known import Known
from features.months import monthly
from features.rows import MONTH, Flags
from models.risk import Identity, RiskModel
from training.datasets import DataSet, read
from training.fitting.fit import fit
from training.gates.plausibility import asking, known_of, nothing_below_zero
from training.gates.steadier import evened_out, twice_as_large, with_income
from training.splits import out_of_time
from training.table import TrainingTable, training_table

Changed = Callable[[Known], tuple[Known, Flags]]
"""From what was known to what would be, and (n,) for whom that is a change at all."""


def spread_over_months(known: Known) -> tuple[Known, Flags]:
    """Give every month that earned the same income, over the last twelve on record."""
    income = monthly(all_income(known), known.payments, 12)
    earning = income > 0
    earned = np.where(earning, income, 0.0)
    months = np.maximum(earning.sum(axis=1), 1)
    factors = np.ones((known.n, 13))
    even = (earned.sum(axis=1) / months)[:, None]
    factors[:, :12] = np.divide(even, income, out=np.ones(income.shape), where=earning)
    slot = np.minimum((known.payments.age - 1) // MONTH, 12)
    return with_income(known, factors[known.payments.segment, slot]), earning.sum(axis=1) > 1


def earning_more(known: Known) -> tuple[Known, Flags]:
    """Earn half as much again in every payment, and spend the same."""
    grown = with_income(known, np.full(known.payments.age.size, 1.5))
    return grown, known.payments.count() > 0


CHANGES: Final[Mapping[str, Changed]] = {
    "promised: income of two earlier months evened out": lambda known: evened_out(known, 1.0),
    "promised: twice as large": lambda known: (twice_as_large(known), nothing_below_zero(known)),
    "promised: half as much is asked": lambda known: (
        asking(known, more=0.5),
        np.ones(known.n, dtype=np.bool_),
    ),
    "not promised: the same income every month": spread_over_months,
    "not promised: half as much again earned": earning_more,
}


def falls(model: RiskModel, known: Known, change: Changed) -> dict[str, float]:
    """Return for how many the change is one, for what share the score falls, and by how much.

    ``median`` and ``worst`` are points, of those whose score falls; 0 where none does.
    """
    after, those = change(known)
    points = (model.points(compute(after)) - model.points(compute(known)))[those]
    fallen = -points[points < 0]
    return {
        "applicants": int(those.sum()),
        "falls": fallen.size / max(points.size, 1),
        "median": float(np.median(fallen)) if fallen.size else 0.0,
        "worst": float(fallen.max(initial=0.0)),
        "rises": float(np.mean(points > 0)) if points.size else 0.0,
    }


def measured(data: DataSet, test_from: date | None) -> dict[str, dict[str, float]]:
    """Return what each of `CHANGES` does to the scores of the later loans."""
    split = out_of_time(training_table(data), test_from)
    model = fit(split.fit, _identity(data, split.fit), 0)
    known = known_of(data, split.later.application_ids.tolist())
    return {name: falls(model, known, change) for name, change in CHANGES.items()}


def _identity(data: DataSet, fitted: TrainingTable) -> Identity:
    plain = Identity(fingerprint(), data.about.currency, data.about.name, data.digest, False, "")  # noqa: FBT003
    return replace(plain, simulated=data.about.simulated, trained_until=str(fitted.as_of.max()))


def main() -> None:
    """Run as a program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--test-from", type=date.fromisoformat)
    said = parser.parse_args()
    found = measured(read(said.data), said.test_from)
    print(f"{'':52}{'applicants':>11}{'rises':>8}{'falls':>8}{'median':>8}{'worst':>8}")
    for name, row in found.items():
        shares = f"{row['rises']:8.1%}{row['falls']:8.1%}{row['median']:8.1f}{row['worst']:8.1f}"
        print(f"{name:52}{row['applicants']:11,}{shares}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()

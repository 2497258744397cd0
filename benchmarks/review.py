"""Whom the policy sends to a person, by cause, and how well the rules alone would order applicants.

``python -m benchmarks.review`` fits the standing recipe on loans of one simulated data set and
counts among all applicants of another. Products are left out: one fits everyone here. It prints a
table, and one JSON object as its last line; all of it is simulated.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter

import numpy as np

from audit.result import Judged, Policy, Result, raised, result_of
from benchmarks.worlds import Tables, vectors, world
from features import signals
from features.catalogue import NAMES, fingerprint
from models import rules
from models.risk import Identity, RiskModel
from training.datasets import DataSet
from training.engines.kernel import known
from training.fitting.fit import fit
from training.table import training_table
from training.validation.evaluate import auc


def champion(data: DataSet) -> RiskModel:
    """Return the model of the standing recipe, with what tells the unlike."""
    loans = training_table(data)
    identity = Identity(fingerprint(), "IDR", data.about.name, data.digest, True, "never")  # noqa: FBT003
    return fit(loans, identity, seed=0)


def results(model: RiskModel, tables: Tables) -> list[Result]:
    """Return the result of every application."""
    asked = tables["applications"].sort("business_id", "as_of", "application_id")
    rows, policy = vectors(tables), Policy()
    seen = signals.compute(known(tables, asked), "IDR")
    names = [signal.name for signal in signals.SIGNALS]
    unlike = model.novelty.farthest(rows) if model.novelty else [()] * len(rows)
    months = rows[:, NAMES.index("history_months")].tolist()
    out = []
    for p, history, strange, values in zip(
        model.probability(rows).tolist(), months, unlike, seen.tolist(), strict=True
    ):
        told = {n: None if np.isnan(v) else v for n, v in zip(names, values, strict=True)}
        hands = raised(told, policy)
        out.append(result_of(Judged(p, history, strange, hands), "fits", policy))
    return out


def main() -> None:
    """Fit, count, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, nargs=2, default=[3000, 8000])
    parser.add_argument("--seeds", type=int, nargs=2, default=[41, 42], help="fit, count")
    asked = parser.parse_args()
    (few, many), (learn, count) = asked.businesses, asked.seeds
    model, others = champion(world(few, 12, learn)), world(many, 12, count)
    found = results(model, others.tables)
    kinds = Counter(result.kind for result in found)
    causes = Counter(cause for result in found for cause in result.causes)
    alone = Counter(result.causes[0] for result in found if len(result.causes) == 1)
    loans = training_table(others)
    order = {
        "champion": auc(model.log_odds(loans.vectors), loans.bad, loans.weights),
        "rules": auc(-rules.points(loans.vectors), loans.bad, loans.weights),
    }
    n = len(found)
    print(f"| of {n:,} applicants, simulated | share | by this cause alone |\n|---|---|---|")
    for kind, number in kinds.most_common():
        print(f"| **{kind}** | {number / n:.1%} | |")
    for cause, number in causes.most_common():
        print(f"| `{cause}` | {number / n:.1%} | {alone[cause] / n:.1%} |")
    print(f"AUC on {loans.bad.size:,} loans: {order['champion']:.3f}, rules {order['rules']:.3f}")
    print(json.dumps({"applicants": n, "kinds": kinds, "causes": causes, "auc": order}))


if __name__ == "__main__":
    main()

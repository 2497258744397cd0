"""Whether reasons and next steps are true, for thousands of simulated decisions, and how fast.

``python -m benchmarks.steps`` fits the standing recipe on one simulated world and decides on all
applicants of another. Of every decision it asks whether

- the points add up to the score;
- its reasons are those that the ``shap`` package finds in the same trees;
- each step, done to the raw records by `benchmarks.done` and assessed from the beginning, leads
  to the result, the score and the offers that were promised;
- no step is about a feature that is not in a person's hands.

It prints a table, and one JSON object as its last line; all of it is simulated.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import lightgbm
import numpy as np
import shap

from audit.decide import Stamp, assess
from audit.decision import Act, Decision, NextStep
from audit.result import Policy
from audit.rules import Rules
from audit.steps.candidate import PAPERS
from audit.steps.case import Case
from audit.steps.search import next_steps
from benchmarks.applicants import Applicant, applicants, joined
from benchmarks.done import done
from benchmarks.review import champion
from benchmarks.worlds import world
from features.catalogue import FEATURES, NAMES
from features.rows import Floats
from features.steps.catalogue import STEPS
from matching.shelf import load_products
from models import scale
from models.reasons import MOST_REASONS
from models.risk import RiskModel

NOW: Final = datetime(2026, 11, 20, 5, tzinfo=UTC)
STAMP: Final = Stamp("d", "any", NOW)
REQUEST: Final = {"smaller_amount", "longer_tenor"}


@dataclass
class Found:
    """What was counted.

    Args:
        decisions: how many; adding: of how many the points add up; agreeing: of how many the
            reasons are those of ``shap``.
        steps: how many were advised; kept: how many led to what was promised; fixed: how many are
            about a feature that is not in a person's hands.
        results: by result, how many decisions, and how many of them have a step.
        promised: from and to which result.
        acts: by name, how often.
        milliseconds: of each search; assessing: of each assessment before it, for comparison.
        broken: the first promises that were not kept.
    """

    decisions: int = 0
    adding: int = 0
    agreeing: int = 0
    steps: int = 0
    kept: int = 0
    fixed: int = 0
    results: Counter[str] = field(default_factory=Counter)
    helped: Counter[str] = field(default_factory=Counter)
    promised: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    assessing: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def rules_of(model: RiskModel) -> Rules:
    """Return a model with the example products and the policy in force."""
    return Rules("1", model, load_products(), Policy(), examples=True)


def search(case: Case, known: Any, found: Found) -> tuple[NextStep, ...]:
    """Return the steps of a case, the time it takes noted."""
    begun = time.perf_counter()
    steps = next_steps(case, known)
    found.milliseconds.append((time.perf_counter() - begun) * 1000)
    return steps


def keeps(one: Applicant, before: Decision, step: NextStep, rules: Rules) -> bool:
    """Return whether a step, done to the raw records, leads to what it promises.

    Of someone of whom a signal has raised a hand nothing more than a look is promised, whatever
    would lower the signal: such a promise is kept where they become eligible.
    """
    application, records = done(one.application, one.records, step.acts)
    columns = joined(application.business_id, records)
    case, _ = assess(application, columns, rules, STAMP)
    kind = case.made.result.kind
    if before.raised and kind == "eligible":
        kind = "human_review"
    return (kind, case.made.points.score, case.offered) == (step.kind, step.score, step.offers)


def in_ones_hands(acts: Iterable[Act]) -> bool:
    """Return whether every act is about the request, a paper, or what can be changed."""
    targets = {one.name: one.targets for one in STEPS}
    return all(
        act.name in REQUEST
        or act.document in PAPERS
        or (
            act.name in targets and all(one.days_to_change is not None for one in targets[act.name])
        )
        for act in acts
    )


def count(
    made: Decision, one: Applicant, steps: Iterable[NextStep], rules: Rules, found: Found
) -> None:
    """Count what a decision shows."""
    points, kind = made.points, made.result.kind
    found.decisions += 1
    found.results[kind] += 1
    found.adding += points.base + sum(points.by_reason.values()) == points.score
    found.helped[kind] += any(steps)
    for step in steps:
        found.steps += 1
        found.fixed += not in_ones_hands(step.acts)
        found.promised[f"{kind} → {step.kind}"] += 1
        found.acts[" + ".join(act.document or act.name for act in step.acts)] += 1
        if keeps(one, made, step, rules):
            found.kept += 1
        elif len(found.broken) < 20:  # noqa: PLR2004  enough to see what is wrong
            found.broken.append(f"{one.application.application_id}: {step.acts}")


def agreeing(model: RiskModel, decisions: list[Decision], vectors: Floats) -> int:
    """Return of how many decisions ``shap`` finds the same reasons in the same trees."""
    points = -scale.FACTOR * model.scaling.slope * by_shap(model.text, vectors)
    return sum(_same(*one) for one in zip(decisions, points.tolist(), vectors, strict=True))


def by_shap(text: str, vectors: Floats) -> Floats:
    """Return (n, features) SHAP values of the margin of LightGBM's trees by the package's own way.

    It would let LightGBM answer for its own trees, which proves nothing; so it is told that the
    trees are its own, and the library is taken away from it.
    """
    trees = lightgbm.Booster(model_str=text)
    explainer = shap.TreeExplainer(trees, feature_perturbation="tree_path_dependent")
    explainer.model.model_type, explainer.model.original_model = "internal", None
    values: Floats = np.asarray(explainer.shap_values(vectors, check_additivity=False))
    return values


def _same(made: Decision, points: list[float], vector: Floats) -> bool:
    """Return whether sums by code agree, and the worst codes of what was read are the reasons."""
    by_code: dict[str, dict[str, float]] = defaultdict(dict)
    for feature, its in zip(FEATURES, points, strict=True):
        by_code[feature.reason][feature.name] = its
    sums = {code: sum(its.values()) for code, its in by_code.items()}
    close = all(abs(sums[c] - made.points.exact[c]) < 1e-6 for c in sums)  # noqa: PLR2004
    lowering = [code for code in sums if made.points.by_reason[code] < 0]
    leading = {code: min(by_code[code], key=by_code[code].__getitem__) for code in lowering}
    read = [code for code in lowering if not np.isnan(vector[NAMES.index(leading[code])])]
    worst = sorted(read, key=sums.__getitem__)[:MOST_REASONS]
    named = all(made.points.leading[code] == leading[code] for code in worst)
    return close and named and tuple(worst) == made.reasons


def measure(model: RiskModel, tables: Any, most: int) -> Found:
    """Return what is found among the first applicants of a simulated data set."""
    rules, found = rules_of(model), Found()
    decisions, vectors = [], []
    for number, one in enumerate(applicants(tables)):
        if number == most:
            break
        columns, begun = one.columns(), time.perf_counter()
        case, known = assess(one.application, columns, rules, STAMP)
        found.assessing.append((time.perf_counter() - begun) * 1000)
        count(case.made, one, search(case, known, found), rules, found)
        decisions.append(case.made)
        vectors.append(case.vector[0])
        if number % 500 == 499:  # noqa: PLR2004
            print(f"\r{number + 1:,} decisions", end="", file=sys.stderr)
    found.agreeing = agreeing(model, decisions, np.array(vectors))
    return found


def main() -> None:
    """Fit, decide, do what was advised, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, nargs=2, default=[4000, 10_000])
    parser.add_argument("--seeds", type=int, nargs=2, default=[11, 12], help="fit, decide")
    parser.add_argument("--months", type=int, default=18)
    asked = parser.parse_args()
    (few, many), (learn, decide) = asked.businesses, asked.seeds
    model = champion(world(few, asked.months, learn))
    found = measure(model, world(many, asked.months, decide).tables, many)
    print(told(found))
    times = {n: quantiles(getattr(found, n)) for n in ("milliseconds", "assessing")}
    print(json.dumps({**vars(found), **times}))


def quantiles(milliseconds: list[float]) -> dict[str, float]:
    """Return the middle, the 99th of a hundred and the worst."""
    middle, slow, worst = np.quantile(milliseconds, [0.5, 0.99, 1.0]).tolist()
    return {"p50": middle, "p99": slow, "worst": worst}


def _times(milliseconds: list[float]) -> str:
    return " / ".join(f"{t:.1f} ms" for t in quantiles(milliseconds).values())


def told(found: Found) -> str:
    """Return the table."""
    n = found.decisions
    rows = [
        ("points add up", f"{found.adding:,} of {n:,}"),
        ("reasons are those of shap", f"{found.agreeing:,} of {n:,}"),
        ("steps that keep their promise", f"{found.kept:,} of {found.steps:,}"),
        ("steps about a fixed feature", f"{found.fixed:,}"),
        ("search, p50 / p99 / worst", _times(found.milliseconds)),
        ("the assessment before it", _times(found.assessing)),
        *(
            (f"{k}: decisions, with a step", f"{v:,}, {found.helped[k]:,}")
            for k, v in found.results.items()
        ),
        *((f"promised {k}", f"{v:,}") for k, v in found.promised.most_common()),
        *((f"act {k}", f"{v:,}") for k, v in found.acts.most_common(20)),
        *(("broken", text) for text in found.broken),
    ]
    return "\n".join(["| simulated | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


if __name__ == "__main__":
    main()

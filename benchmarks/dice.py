"""Next steps beside DiCE's counterfactuals: same model, same applicants, same run, in turns.

``python -m benchmarks.dice`` fits the standing recipe on one simulated world, and asks both for
applicants of another whose risk is above the line. DiCE (``dice-ml``, which takes `make peers`)
gets what it asks for: features of which nothing is missing, those in a person's hands as the ones
to vary, the model behind its own interface. It promises to come within the line; a next step
promises the result it states. Counted of each answer:

- *said*: the promise holds of the numbers given, as they stand;
- *valid*: it holds of what can be done: a request has one amount and one tenor, from which the
  instalment and the covers follow; for a next step the raw records are changed row by row;
- *fixed kept*: no feature differs by more than a thousandth that neither is in a person's hands
  nor is computed from what changes;
- *in time*: no feature is better than ninety days of the fitting steps make it in the records;
- *whole*: how many applicants got an answer that is all of that.

Time is that of one applicant. All of it is simulated; the last line is one JSON object.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import dice_ml
import numpy as np
import pandas as pd
from raiutils.exceptions import UserConfigValidationException

from audit.decide import assess
from audit.decision import NextStep
from audit.result import Policy
from audit.rules import Rules
from audit.steps.candidate import REQUEST, about_records
from audit.steps.case import Case
from audit.steps.revised import touched
from audit.steps.revised import vectors as vectors_of
from audit.steps.search import next_steps
from benchmarks.applicants import Applicant, applicants
from benchmarks.review import champion
from benchmarks.steps import STAMP, keeps, rules_of
from benchmarks.turns import parser, tell
from benchmarks.worlds import vectors, world
from features.catalogue import FEATURES, NAMES
from features.known import Known
from features.rows import Flags, Floats
from features.steps.catalogue import STEPS
from models.risk import RiskModel

LINE: Final = Policy().most_probability - Policy().near
"""The probability below which nobody need look for the risk."""

VARIED: Final = [one.name for one in FEATURES if one.days_to_change is not None]
THOUSANDTH: Final = 1e-3
DECIMALS: Final = 4
"""How precise DiCE takes a number to be; it fails at reading that from large ones."""

COVERS: Final = {
    "income_cover": "median_monthly_income",
    "weakest_month_cover": "weakest_month_income",
    "surplus_cover": "monthly_net_cash_flow",
    "balance_cover": "mean_balance",
    "lowest_balance_cover": "lowest_balance",
}
FIXED: Final = np.array([one.days_to_change is None for one in FEATURES])
REQUESTED: Final = np.array([one.asks for one in FEATURES])
STEP_SOURCES: Final = {step.name: step.source for step in STEPS}
MOST_DAYS: Final = 90
METHODS: Final = ("genetic", "random")
"""DiCE's own that take any model; the third, a tree of neighbours, only repeats applicants."""

JUDGED: Final = ("said", "valid", "fixed_kept", "in_time")


@dataclass
class Answers:
    """What one of them answered.

    Args:
        cases: how many applicants; answered: how many of them got an answer; whole: how many got
            one that is all of what follows.
        given: how many answers; said, valid, fixed_kept, in_time: how many of them are.
        milliseconds: for each applicant.
    """

    cases: int = 0
    answered: int = 0
    whole: int = 0
    given: int = 0
    said: int = 0
    valid: int = 0
    fixed_kept: int = 0
    in_time: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def add(self, judged: Floats, took: float) -> None:
        """Count the answers to one applicant: (k, 4) whether each is said, valid, kept, in time."""
        self.cases += 1
        self.answered += len(judged) > 0
        self.given += len(judged)
        for name, many in zip(JUDGED, judged.sum(axis=0).tolist(), strict=True):
            setattr(self, name, getattr(self, name) + int(many))
        self.whole += bool(judged.all(axis=1).any())
        self.milliseconds.append(took)


def close(old: Floats, new: Floats) -> Flags:
    """Return where values are the same to a thousandth; missing is the same as missing."""
    near = np.abs(old - new) <= THOUSANDTH * np.maximum(np.abs(old), 1.0)
    return near | (np.isnan(old) & np.isnan(new))


def possible(case: Case, known: Known) -> tuple[Floats, Floats]:
    """Return (features,) the lowest and the highest value that any step makes of each feature."""
    steps = list(about_records(case, known))
    made = vectors_of(known, np.repeat(case.vector, len(steps), axis=0), steps)
    every = np.vstack([case.vector, made])
    low: Floats = np.fmin.reduce(every)
    high: Floats = np.fmax.reduce(every)
    low[REQUESTED], high[REQUESTED] = -np.inf, np.inf
    return low, high


def in_time(before: Floats, after: Floats, low: Floats, high: Floats) -> bool:
    """Return whether what differs lies within what is possible, to a thousandth."""
    inside = (after >= low) & (after <= high)
    return bool((close(before, after) | close(low, after) | close(high, after) | inside).all())


def carried_out(before: Floats, after: Floats) -> Floats:
    """Return the vector of someone who asks for the amount and the instalment of *after*.

    The tenor is what these two make, in whole months; what is computed from the request follows.
    """
    out = dict(zip(NAMES, after.tolist(), strict=True))
    was = dict(zip(NAMES, before.tolist(), strict=True))
    months = max(round(out["amount_asked"] / max(out["instalment_asked"], 1.0)), 1)
    asked = out["amount_asked"] / months
    out["instalment_asked"] = asked
    for cover, own in COVERS.items():
        out[cover] = max(was[own], 0.0) / asked if asked else math.nan
    more = (asked - was["instalment_asked"]) / max(was["median_monthly_income"], 1.0)
    out["debt_service_share"] = was["debt_service_share"] + more
    return np.array([out[name] for name in NAMES])


class Behind:
    """The model behind the interface that DiCE asks for; what an applicant lacks stays missing."""

    def __init__(self, model: RiskModel) -> None:
        self._model, self.missing = model, np.zeros(len(NAMES), dtype=bool)
        self.classes_ = np.array([0, 1])

    def predict_proba(self, frame: pd.DataFrame) -> Floats:
        """Return (n, 2); the second is above one half within the line."""
        values = frame[list(NAMES)].to_numpy(dtype=np.float64, copy=True)
        values[:, self.missing] = np.nan
        p = np.clip(self._model.probability(values, STAMP.partner_id), 1e-9, 1 - 1e-9)
        odds = (1 - p) / p * LINE / (1 - LINE)
        good = odds / (1 + odds)
        return np.column_stack([1 - good, good])

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """Return (n,) 1 within the line."""
        return (self.predict_proba(frame)[:, 1] >= 0.5).astype(int)  # noqa: PLR2004


class Dice:
    """DiCE on a world's applicants.

    Args:
        model: what is asked.
        known: (n, features) of applicants it may learn ranges from.
        method: one of DiCE's own.
    """

    def __init__(self, model: RiskModel, known: Floats, method: str) -> None:
        self._behind = Behind(model)
        self._usual = np.nan_to_num(np.nanmedian(known, axis=0))
        frame = pd.DataFrame(np.where(np.isnan(known), self._usual, known), columns=list(NAMES))
        frame["within"] = self._behind.predict(frame)
        data = dice_ml.Data(
            dataframe=frame,
            continuous_features=list(NAMES),
            continuous_features_precision=dict.fromkeys(NAMES, DECIMALS),
            outcome_name="within",
        )
        asked = dice_ml.Model(model=self._behind, backend="sklearn")
        self._asked = dice_ml.Dice(data, asked, method=method)

    def answer(self, vector: Floats) -> Floats:
        """Return (k, features) its answers to one applicant, (features,); none where it fails."""
        missing = np.isnan(vector)
        self._behind.missing = missing
        query = pd.DataFrame([np.where(missing, self._usual, vector)], columns=list(NAMES))
        varied = [name for name, gone in zip(NAMES, missing, strict=True) if not gone]
        varied = [name for name in varied if name in VARIED]
        quiet = io.StringIO()  # it prints bars
        try:
            with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
                found = self._asked.generate_counterfactuals(
                    query, total_CFs=3, desired_class=1, features_to_vary=varied, verbose=False
                )
        except UserConfigValidationException:
            return np.empty((0, len(NAMES)))
        frame = found.cf_examples_list[0].final_cfs_df
        if frame is None or not len(frame):
            return np.empty((0, len(NAMES)))
        values: Floats = frame[list(NAMES)].to_numpy(dtype=np.float64, copy=True)
        values[:, missing] = np.nan
        return values


def changed_to(case: Case, step: NextStep) -> Floats:
    """Return (features,) what a next step leads to."""
    out: Floats = case.vector[0].copy()
    for name, value in step.changed.items():
        out[NAMES.index(name)] = np.nan if value is None else value
    return out


def above_the_line(rules: Rules, tables: Any) -> Iterator[tuple[Applicant, Case, Known]]:
    """Give the applicants whose risk is above the line."""
    for one in applicants(tables):
        case, known = assess(one.application, one.columns(), rules, STAMP)
        if "risk_above_the_line" in case.made.result.causes:
            yield one, case, known


def judged_steps(one: Applicant, case: Case, steps: Sequence[NextStep]) -> Floats:
    """Return (k, 4) whether each next step is said, valid, keeps what is fixed, and is in time."""
    rows = []
    for step in steps:
        sources = {act.name: STEP_SOURCES.get(act.name, REQUEST) for act in step.acts}
        follows = set(touched((frozenset(sources.values()),)))
        moved = np.flatnonzero(~close(case.vector[0], changed_to(case, step))).tolist()
        bettered = case.bettered_by(step.kind, step.offers)
        days = step.days <= MOST_DAYS
        rows.append(
            [bettered, keeps(one, case.made, step, case.rules), set(moved) <= follows, days]
        )
    return np.array(rows, dtype=np.float64).reshape(-1, len(JUDGED))


def judged_numbers(model: RiskModel, case: Case, known: Known, answers: Floats) -> Floats:
    """Return the same of DiCE's answers, (k, features)."""
    before, bounds = case.vector[0], possible(case, known)
    rows = []
    for after in answers:
        both = np.array([after, carried_out(before, after)])
        said, valid = model.probability(both, STAMP.partner_id) <= LINE
        same = close(before, after)
        rows.append([said, valid, same[FIXED].all(), in_time(before, after, *bounds)])
    return np.array(rows, dtype=np.float64).reshape(-1, len(JUDGED))


def compare(model: RiskModel, tables: Any, others: Floats, most: int) -> dict[str, Answers]:
    """Return what each answered to the first applicants above the line, in turns."""
    dice = {f"DiCE, {method}": Dice(model, others, method) for method in METHODS}
    found = {name: Answers() for name in ("lumbung", *dice)}
    for one, case, known in itertools.islice(above_the_line(rules_of(model), tables), most):
        begun = time.perf_counter()
        steps = next_steps(case, known)
        took = (time.perf_counter() - begun) * 1000
        found["lumbung"].add(judged_steps(one, case, steps), took)
        for name, asked in dice.items():
            begun = time.perf_counter()
            answers = asked.answer(case.vector[0])
            took = (time.perf_counter() - begun) * 1000
            found[name].add(judged_numbers(model, case, known, answers), took)
        print(f"\r{found['lumbung'].cases} applicants", end="", file=sys.stderr)
    return found


def told(found: dict[str, Answers]) -> str:
    """Return the table."""
    head = "| simulated | answered | said | valid | fixed kept | in time | whole | p50 |"
    return "\n".join([head, "|---" * 8 + "|", *(_row(name, one) for name, one in found.items())])


def _row(name: str, one: Answers) -> str:
    shares = [one.answered / one.cases]
    shares += [n / max(one.given, 1) for n in (one.said, one.valid, one.fixed_kept, one.in_time)]
    shares.append(one.whole / one.cases)
    middle = np.median(one.milliseconds)
    return f"| {name} | " + " | ".join(f"{s:.0%}" for s in shares) + f" | {middle:,.1f} ms |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, ask, and print."""
    asks = parser(__doc__)
    asks.add_argument("--businesses", type=int, nargs=2, default=[4000, 1000])
    asks.add_argument("--seeds", type=int, nargs=2, default=[11, 12], help="fit, ask")
    asks.add_argument("--cases", type=int, default=40)
    asked = asks.parse_args(arguments)
    (few, many), (learn, ask) = asked.businesses, asked.seeds
    fitted = world(few, 18, learn)
    model = champion(fitted)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # DiCE's own, of pandas' newer ways
        found = compare(model, world(many, 18, ask).tables, vectors(fitted.tables), asked.cases)
    print(told(found))
    ratio = {
        name: float(np.median(one.milliseconds) / np.median(found["lumbung"].milliseconds))
        for name, one in found.items()
    }
    figures = {"answers": {n: vars(one) for n, one in found.items()}, "slower": ratio}
    tell("dice", figures, arguments, asked.keep)


if __name__ == "__main__":
    main()

"""The fairness audit of real decisions: mortgages denied in Boston, 1990 (Munnell et al., 1996).

``python -m benchmarks.hmda FILE`` reads the table of 2,380 applications as Stock & Watson publish
it, and prints how much more often Black applicants were denied: as it is, among applicants that
the other columns make equally likely to be denied, and as the coefficient of a linear regression,
to be held beside that of Stock & Watson, *Introduction to Econometrics*, table 11.2. It prints one
JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from audit.fairness.audit import audit
from audit.fairness.cases import Cases
from audit.fairness.estimate import Z95, Estimate
from audit.fairness.measures import IMPACT, PARITY, PAST_ANSWERS
from features.rows import Floats

FLAGS = ("phist", "selfemp", "insurance", "condomin", "single", "hschool")
COUNTS = ("pirat", "hirat", "lvrat", "chist", "mhist", "unemp")


def columns(frame: pl.DataFrame) -> Floats:
    """Return (n, columns) every column but the denial and the race."""
    flags = frame.select((pl.col(name) == "yes").cast(pl.Float64) for name in FLAGS)
    counts = frame.select(pl.col(name).cast(pl.Float64) for name in COUNTS)
    return np.hstack([counts.to_numpy(), flags.to_numpy()])


def cases(frame: pl.DataFrame) -> Cases:
    """Return the decisions, with the chance of denial that the other columns give, out of fold."""
    denied = (frame["deny"] == "yes").to_numpy().astype(np.float64)
    race = np.where((frame["afam"] == "yes").to_numpy(), "Black", "other")
    model = make_pipeline(StandardScaler(), LogisticRegression(C=np.inf, max_iter=1_000))
    chance = cross_val_predict(model, columns(frame), denied, cv=10, method="predict_proba")[:, 1]
    return Cases.of({"race": race}, approved=1 - denied, denied=denied, probability=chance)


def regression(frame: pl.DataFrame) -> Estimate:
    """Return the coefficient of race in a linear regression of denial, with its 95% interval.

    The regressors are those of Stock & Watson's first column: payments and housing against income,
    loan against value in three classes, consumer and mortgage credit history, public record, denied
    insurance, self-employed. Errors are robust to unequal variance (White, 1980; HC1).
    """
    value = frame["lvrat"].to_numpy()
    names = ("phist", "insurance", "selfemp")
    flags = [(frame[name] == "yes").to_numpy() for name in ("afam", *names)]
    counts = [frame[name].to_numpy() for name in ("pirat", "hirat", "chist", "mhist")]
    classes = [(value >= 0.8) & (value <= 0.95), value > 0.95]  # noqa: PLR2004  the source's bounds
    x = np.column_stack([*flags, *counts, *classes, np.ones(frame.height)]).astype(np.float64)
    denied = (frame["deny"] == "yes").to_numpy().astype(np.float64)
    inverse = np.linalg.inv(x.T @ x)
    slopes = inverse @ x.T @ denied
    scores = x * (denied - x @ slopes)[:, None]
    n, k = x.shape
    error = float(np.sqrt((n / (n - k) * inverse @ scores.T @ scores @ inverse)[0, 0]))
    slope = float(slopes[0])
    return Estimate(slope, slope - Z95 * error, slope + Z95 * error)


def audited(file: Path) -> dict[str, object]:
    """Return the gaps as they are, at the same chance by the other columns, and by regression."""
    frame = pl.read_parquet(file)
    found = audit(cases(frame), (IMPACT, PARITY, PAST_ANSWERS))
    rows = {one.measure.name: one.row() for one in found if one.group == "Black"}
    return {**rows, "regression": vars(regression(frame))}


def main() -> None:
    """Audit, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    found = audited(parser.parse_args().file)
    for name, of in found.items():
        print(name, of)
    print(json.dumps(found))


if __name__ == "__main__":
    main()

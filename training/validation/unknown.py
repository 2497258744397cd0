"""The unknown region: scores at which past lenders financed too few to say what loans do.

Nothing is inferred of applicants who were not financed. Fuzzy augmentation, the usual
reject inference, weighs each of them as part good and part bad by the model's own
probability; fitted again without choosing features anew, the model comes out as it
went in, and its figures look as if they covered everyone. Here those applicants are
counted where they stand. What would make their region known are loans approved at
random (`training.validation.approvals`, docs/declined-applicants.md).

Only applicants count who agreed to the improvement of models; that a record was
collected for scoring does not allow it once the answer was no.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from features.errors import BadInput
from models.risk import RiskModel
from training.datasets import DataSet
from training.permission import permitted
from training.table import TrainingTable, instant, vectors
from training.validation.rates import bad_rate

BAND: Final = 20
"""Points of a band: the odds double over it."""

FEWEST: Final = 30
"""Loans with a known outcome below which a band is called unknown: of none bad in 30, the rate
may still be 11%."""

_BANDS: Final = {
    "from": pl.Int64(),
    "to": pl.Int64(),
    "applicants": pl.Int64(),
    "denied": pl.Int64(),
    "withdrawn": pl.Int64(),
    "judged": pl.Int64(),
    "bad": pl.Int64(),
    "bad_rate": pl.Float64(),
    "bad_low": pl.Float64(),
    "bad_high": pl.Float64(),
    "known": pl.Boolean(),
}


@dataclass(frozen=True)
class Unknown:
    """What is known at which scores.

    Args:
        bands: one row per band of scores, lowest first: ``from`` and ``to`` in points, the second
            not included; ``applicants``, and of them ``denied`` and ``withdrawn``; ``judged`` loans
            with a known outcome, and of them ``bad``; ``bad_rate`` with ``bad_low`` and
            ``bad_high`` (weighted, Wilson, 95%), null where ``known`` is false.
        denied: how many applicants were denied.
        denied_unknown: how many of them stand in bands that are not known.
    """

    bands: pl.DataFrame
    denied: int
    denied_unknown: int


def unknown_region(data: DataSet, model: RiskModel, later: TrainingTable) -> Unknown:
    """Return which scores of the later applicants, financed or not, lie in the unknown.

    Args:
        data: the data set.
        model: fitted on loans earlier than *later*, so that its scores are of no loan it knows.
        later: loans with a known outcome; who asked no sooner than the first of them counts.

    Raises:
        BadInput: *later* has no loans (``bad-split``).
    """
    if not later.bad.size:
        raise BadInput(
            found="no later loans",
            expected="loans the model was not fitted on",
            hint="Choose an earlier --test-from.",
            code="bad-split",
        )
    data = permitted(data, "model_improvement")
    asked = data["applications"].filter(pl.col("as_of") >= instant(int(later.as_of.min())))
    points = model.points(vectors(data, asked))
    judged = pl.DataFrame(
        {"application_id": later.application_ids, "went_bad": later.bad, "weight": later.weights}
    )
    both = asked.with_columns(points=points).join(judged, on="application_id", how="left")
    return bands(both)


def bands(applicants: pl.DataFrame) -> Unknown:
    """Return which bands of scores are known.

    Args:
        applicants: one row each: ``points``, ``answer`` of the lender, ``went_bad`` 0 or 1, null
            where no outcome is known, and ``weight`` of the loan.
    """
    band = (pl.col("points") // BAND).cast(pl.Int64)
    parts = applicants.with_columns(band=band).partition_by("band", as_dict=True)
    rows = [_band(int(key), part) for (key,), part in sorted(parts.items())]
    frame = pl.DataFrame(rows, schema=_BANDS, orient="row")
    unknown = frame.filter(~pl.col("known"))
    return Unknown(frame, int(frame["denied"].sum()), int(unknown["denied"].sum()))


def _band(band: int, part: pl.DataFrame) -> tuple[Any, ...]:
    answers = [int((part["answer"] == answer).sum()) for answer in ("denied", "withdrawn")]
    judged = part.drop_nulls("went_bad")
    bad, weights = judged["went_bad"].to_numpy(), judged["weight"].to_numpy()
    rate = bad_rate(bad, weights) if judged.height >= FEWEST else None
    figures = (None, None, None) if rate is None else (rate.value, rate.low, rate.high)
    counts = (part.height, *answers, judged.height, int(bad.sum()))
    return BAND * band, BAND * (band + 1), *counts, *figures, rate is not None

"""What the fairness gate looks at: later applications of those who consented to the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from audit.fairness.cases import Cases, Groups
from features.catalogue import compute
from features.rows import Floats
from models.risk import RiskModel
from training.datasets import DataSet
from training.engines.kernel import known
from training.engines.layout import in_pieces
from training.permission import AUDIT, permitted
from training.target import Target
from training.validation.groups import groups


@dataclass(frozen=True)
class Applicants:
    """Applications of those who consented to the audit, financed or not; NaN where not known.

    Args:
        vectors: (n, features) in the catalogue's order.
        bad: (n,) 1 for a loan that went bad, 0 for a good one, NaN where there is no label.
        denied: (n,) 1 where the lender denied, 0 where it financed, NaN elsewhere.
        records: (n,) how many records of all sources were known.
        groups: of each protected attribute.
    """

    vectors: Floats
    bad: Floats
    denied: Floats
    records: Floats
    groups: Groups

    def scored(self, probability: Floats, line: float) -> Cases:
        """Return the cases to audit, given (n,) probabilities of default.

        *Approved* is a risk at or below the line.
        """
        return Cases.of(
            self.groups,
            probability=probability,
            approved=(probability <= line).astype(np.float64),
            bad=self.bad,
            denied=self.denied,
            records=self.records,
        )


def applicants(data: DataSet, since: int, target: Target) -> Applicants | None:
    """Return the applications from *since* on; None without a protected table or without any.

    Args:
        data: the data set, with every table.
        since: microseconds since 1970 UTC.
        target: what counts as bad.
    """
    allowed = permitted(data, AUDIT)
    if "protected" not in allowed.tables:
        return None
    asked = allowed["applications"].filter(pl.col("as_of").to_physical() >= since)
    asked = asked.join(allowed["protected"], on="business_id", how="semi")
    if asked.is_empty():
        return None
    pieces = [_made(piece) for piece in in_pieces({**allowed.tables, "applications": asked})]
    every = pl.concat([piece for piece, _ in pieces])
    ended = allowed["outcomes"].select("application_id", target.label())
    for more in (asked.select("application_id", "business_id", "as_of", "answer"), ended):
        every = every.join(more, on="application_id", how="left", maintain_order="left")
    as_of = every["as_of"].to_physical().to_numpy()
    return Applicants(
        vectors=np.vstack([vectors for _, vectors in pieces]),
        bad=_flag(every["label"], "bad", "good"),
        denied=_flag(every["answer"], "denied", "financed"),
        records=every["records"].to_numpy(),
        groups=groups(data, every["business_id"].to_numpy(), as_of),
    )


def audited(
    data: DataSet, model: RiskModel, since: int, line: float, target: Target
) -> Cases | None:
    """Return the applications from *since* on as the model scores them; None as `applicants`.

    Args:
        data: the data set, with every table.
        model: the model, fitted on applications before *since*.
        since: microseconds since 1970 UTC.
        line: the largest probability of default that the policy recommends.
        target: what counts as bad.
    """
    asked = applicants(data, since, target)
    if asked is None:
        return None
    return asked.scored(model.probability(asked.vectors), line)


def _made(tables: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, Floats]:
    """Return the applications of a piece with how many records each had, and their vectors."""
    asked = tables["applications"]
    there = known(tables, asked)
    records = np.sum([source.count() for source in there.sources.values()], axis=0)
    return asked.select("application_id").with_columns(records=records), compute(there)


def _flag(said: pl.Series, one: str, zero: str) -> Floats:
    """Return 1 or 0 where a text is one of two, NaN elsewhere."""
    flags = pl.when(said == one).then(1.0).when(said == zero).then(0.0)
    return pl.select(flags.alias("flag"))["flag"].fill_null(np.nan).to_numpy()

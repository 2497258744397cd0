"""Champion and challenger side by side, on the very same applications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pydantic
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.result import Kind
from features.rows import Floats
from serving.applications import decisions
from serving.store import database
from serving.tables import DecisionRow, ShadowScore

AT_ONCE: Final = 1000
"""Decisions read at a time."""


class _Result(pydantic.BaseModel):
    kind: Kind


class _Versions(pydantic.BaseModel):
    model: str


class _Kept(pydantic.BaseModel):
    """What is read of a decision record here; the rest is passed over."""

    probability_of_default: float | None
    result: _Result
    versions: _Versions


@dataclass(frozen=True)
class Comparison:
    """A challenger beside a champion, on the applications that both scored.

    Args:
        champion: its version.
        challenger: its version.
        challenger_digest: SHA-256 of the challenger.
        n: how many applications.
        mean_difference: of the probability of default, challenger less champion.
        rank_correlation: Spearman's, of the probabilities; None where one of them is always the
            same.
        other_result: the share of applications to which the challenger gives another result.
    """

    champion: str
    challenger: str
    challenger_digest: str
    n: int
    mean_difference: float
    rank_correlation: float | None
    other_result: float


def comparisons(engine: Engine) -> list[Comparison]:
    """Return a comparison for each pair of champion and challenger, in order of their versions.

    What the rules decided has no probability to compare, and does not count.
    """
    pairs: dict[tuple[str, str, str], list[tuple[float, float, bool]]] = defaultdict(list)
    with database.session(engine) as session:
        for record, shadow in _both(session):
            kept = _Kept.model_validate_json(record)
            if kept.probability_of_default is not None:
                pair = (kept.versions.model, shadow.version, shadow.model_digest)
                other = kept.result.kind != shadow.result
                pairs[pair].append((kept.probability_of_default, shadow.probability, other))
    return [_compared(*pair, np.array(seen, dtype=float)) for pair, seen in sorted(pairs.items())]


def _both(session: Session) -> Iterator[tuple[bytes, ShadowScore]]:
    """Yield decisions as JSON with what the challenger said, without those of the erased."""
    asked = select(DecisionRow, ShadowScore).join(ShadowScore)
    for some in session.execute(asked.execution_options(yield_per=AT_ONCE)).partitions():
        records = decisions.records(session, [row for row, _ in some])
        for record, (_, shadow) in zip(records, some, strict=True):
            if record is not None:
                yield record, shadow


def _compared(champion: str, challenger: str, digest: str, seen: Floats) -> Comparison:
    """Compare (n, 3): the champion's probability, the challenger's, whether the result differs."""
    theirs, its, other = seen.T
    return Comparison(
        champion=champion,
        challenger=challenger,
        challenger_digest=digest,
        n=len(seen),
        mean_difference=float(np.mean(its - theirs)),
        rank_correlation=rank_correlation(theirs, its),
        other_result=float(np.mean(other)),
    )


def rank_correlation(one: Floats, other: Floats) -> float | None:
    """Return Spearman's rank correlation of (n,) values, ties sharing their mean rank; -1 … 1."""
    ranks = np.array([_ranks(one), _ranks(other)])
    if (np.ptp(ranks, axis=1) == 0).any():
        return None
    return float(np.corrcoef(ranks)[0, 1])


def _ranks(values: Floats) -> Floats:
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    mean_rank: Floats = np.cumsum(sizes) - (sizes - 1) / 2
    return mean_rank[group]

"""From applications that wait to the pool: what a decision would say of each, all at once.

The risk, the result and the offers are those of `audit.decide` on the same records. Who is
eligible comes into the pool with the products that fit; what a person looks at first, and what is
not yet eligible, stays aside.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from audit.applicant import applicant_of, told
from audit.days import wib
from audit.decision import Application, Business
from audit.result import Judged, raised, result_of
from audit.rules import Rules
from features.catalogue import NAMES
from features.errors import Refused
from features.flow import Flow
from features.rows import Floats
from features.signals import SIGNALS
from lumbung.allocating.assumed import Assumed
from lumbung.allocating.waiting import MONTH
from matching.allocation.pool import Pool
from matching.applicant import Applicant
from matching.many import held
from matching.offering import Offering
from matching.product import Product
from training.progress import UNHEARD, Step
from training.tables import parquet

CHUNK: Final = 20_000
"""Applications in memory at a time, with all that is known of them."""

KEPT: Final = (
    "application_id",
    "business_id",
    "as_of",
    "amount",
    "staff",
    "kecamatan",
    "kbli",
)
"""What of a row the pool holds on to."""

ASIDE: Final = ("not_shared", "no_tenor", "human_review", "not_yet")
"""Why an application is not in the pool: it may be shown to no lender on the shelf, it states no
time to repay, a person looks first, or it is not yet eligible."""


@dataclass(frozen=True)
class Gathered:
    """The pool, and who stays aside: application_id → which of `ASIDE`."""

    pool: Pool
    aside: Mapping[str, str]


@dataclass(frozen=True)
class Terms:
    """What applications are held against.

    Args:
        rules: model, products and policy.
        on: the day of the allocation.
        assumed: of every applicant.
        members: group → businesses counted in it.
    """

    rules: Rules
    on: date
    assumed: Assumed
    members: Mapping[str, frozenset[str]]

    @property
    def products(self) -> tuple[Product, ...]:
        """Return the products that may be offered on the day."""
        examples = self.rules.examples
        return tuple(p for p in self.rules.products if p.offerable(self.on, examples=examples))

    @functools.cached_property
    def offering(self) -> Offering:
        """Return these products in columns."""
        return Offering(self.products, on=self.on, examples=self.rules.examples)


@dataclass(frozen=True)
class _Part:
    """Some applications of the pool: their rows, risk, and what fits at what cost."""

    rows: pl.DataFrame
    probability: Floats
    fits: np.ndarray
    cost: np.ndarray


def gather(file: Path, asked: pl.DataFrame, terms: Terms, step: Step = UNHEARD) -> Gathered:
    """Return the pool of the applications in *file*, and who stays aside.

    Args:
        file: as `lumbung.allocating.waiting.waiting` makes it.
        asked: ``application_id`` of those that count.
        terms: what they are held against.
        step: told of every part that is done.

    Raises:
        Refused: no product may be offered on the day (``nothing-to-allocate``).
    """
    if not terms.products:
        raise Refused(
            found=f"no product that may be offered on {terms.on}",
            expected="at least one",
            hint="Name product files with --products, or try with --examples.",
            code="nothing-to-allocate",
        )
    terms = replace(terms, rules=terms.rules.on(terms.on))
    aside: dict[str, str] = {}
    chosen = (rows.join(asked, on="application_id", how="semi") for rows in _chunks(file, step))
    parts = [_part(rows, terms, aside) for rows in chosen]
    return Gathered(_pool(parts, terms), aside)


def _chunks(file: Path, step: Step) -> Iterator[pl.DataFrame]:
    count = pl.scan_parquet(file).select(pl.len()).collect().item()
    of = max(-(-count // CHUNK), 1)
    for number in range(of):
        step("assess", number, of)
        yield parquet(file, number * CHUNK, CHUNK)
    step("assess", of, of)


def _part(rows: pl.DataFrame, terms: Terms, aside: dict[str, str]) -> _Part:
    """Return the part of the pool among some rows; the others are put aside."""
    shared = _shared(rows, terms)
    vectors = rows.select(NAMES).fill_null(np.nan).to_numpy()
    probability = _probability(rows, vectors, terms.rules)
    why = rows.select(
        pl.when(~pl.Series(shared.any(axis=1)))
        .then(pl.lit("not_shared"))
        .when(pl.col("tenor_months").is_null())
        .then(pl.lit("no_tenor"))
        .otherwise(pl.Series(_why(rows, vectors, probability, terms.rules), dtype=pl.String()))
    ).to_series()
    aside |= {name: said for name, said in zip(rows["application_id"], why, strict=True) if said}
    kept, pooled = why.is_null().to_numpy(), rows.filter(why.is_null())
    applicants = _applicants(pooled, probability[kept], terms.assumed)
    found = held(applicants, terms.offering)
    return _Part(pooled.select(KEPT), probability[kept], found.fits & shared[kept], found.cost)


def _shared(rows: pl.DataFrame, terms: Terms) -> np.ndarray:
    """Return (n, p) whether an application may be shown to the lender of each product."""
    lenders = [product.lender.id for product in terms.products]
    named = pl.col("shared_with")
    with_each = [
        (named.is_null() | named.list.contains(lender)).alias(str(place))
        for place, lender in enumerate(lenders)
    ]
    return rows.select(with_each).to_numpy()


def _probability(rows: pl.DataFrame, vectors: Floats, rules: Rules) -> Floats:
    """Return (n,) the risk, with each partner's own shift; NaN where the rules decide."""
    out = np.full(rows.height, np.nan)
    for partner in rows["partner_id"].unique():
        its = rows.select(pl.col("partner_id").eq_missing(partner)).to_series().to_numpy()
        out[its] = rules.model.probability(vectors[its], partner)
    return out


def _why(
    rows: pl.DataFrame, vectors: Floats, probability: Floats, rules: Rules
) -> list[str | None]:
    """Return why each application is not recommended, whatever fits; None where it is."""
    novelty = rules.model.novelty
    unlike = [()] * rows.height if novelty is None else novelty.farthest(vectors)
    seen = rows.select(signal.name for signal in SIGNALS).iter_rows(named=True)
    months = rows["history_months"].fill_null(np.nan)
    judged = (
        Judged(told(risk), known, names, raised(signals, rules.policy))
        for risk, known, names, signals in zip(
            probability[:, None], months, unlike, seen, strict=True
        )
    )
    kinds = (result_of(one, "fits", rules.policy).kind for one in judged)
    return [None if kind == "eligible" else kind for kind in kinds]


def _applicants(rows: pl.DataFrame, probability: Floats, assumed: Assumed) -> list[Applicant]:
    flows = rows.select(MONTH).fill_null(np.nan).to_numpy()
    known = (
        applicant_of(application_of(row, assumed), Flow(*flow))
        for row, flow in zip(rows.iter_rows(named=True), flows[:, :, None], strict=True)
    )
    return [
        replace(applicant, probability_of_default=told(risk))
        for applicant, risk in zip(known, probability[:, None], strict=True)
    ]


def application_of(row: Mapping[str, Any], assumed: Assumed) -> Application:
    """Return a row as a decision's application; a purpose that is not stated is another one.

    Args:
        row: shaped as `lumbung.allocating.waiting.SCHEMA`.
        assumed: what the data set does not say.
    """
    started, loans = row["started_at"], row["bank_loans"]
    papers = (assumed.documents or frozenset()) | ({"nib"} if row["nib"] else frozenset())
    return Application(
        application_id=row["application_id"],
        business_id=row["business_id"],
        as_of=row["as_of"],
        amount=row["amount"],
        tenor_months=row["tenor_months"],
        purpose=row["purpose"] or "other",
        business=Business(
            started_on=None if started is None else wib(started),
            kbli=row["kbli"],
            kecamatan=row["kecamatan"],
            documents=papers or None,
            active_bank_loans=assumed.active_bank_loans if loans is None else loans,
            programme_loan=assumed.programme_loan,
            existing_instalments=row["instalments"] or 0,
            held_products=assumed.held_products,
        ),
        digest="",
    )


def _pool(parts: list[_Part], terms: Terms) -> Pool:
    rows = pl.concat([part.rows for part in parts])
    businesses = tuple(rows["business_id"])
    counted = {
        name: np.array([business in ids for business in businesses], dtype=np.bool_)
        for name, ids in terms.members.items()
    }
    return Pool(
        application_ids=tuple(rows["application_id"]),
        business_ids=businesses,
        amount=rows["amount"].to_numpy(),
        probability=np.concatenate([part.probability for part in parts]),
        employees=(rows["staff"] - 1).clip(0).cast(pl.Float64).fill_null(np.nan).to_numpy(),
        asked_at=rows["as_of"].to_physical().to_numpy(),
        kecamatan=tuple(rows["kecamatan"].fill_null("")),
        kbli=tuple(rows["kbli"].fill_null("")),
        groups=counted,
        products=terms.products,
        fits=np.concatenate([part.fits for part in parts]),
        cost=np.concatenate([part.cost for part in parts]),
    )

"""From the entries of a programme to the pool that is allocated over.

Each is held anew against the products in force, by what was known of the applicant at its
decision: an offer made then may not stand now.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np

from audit.days import microseconds
from audit.decision import Decision
from matching.allocation.pool import Pool
from matching.many import held
from matching.offering import Offering
from matching.product import Product
from serving.lending.entries import Entry


def pool_of(
    asking: Sequence[tuple[Entry, Decision]],
    groups: frozenset[str],
    products: tuple[Product, ...],
    on: date,
    *,
    examples: bool,
) -> Pool:
    """Return the pool of those who take part.

    A business is one only with the lender that names it: two may mean different ones by a name.

    Args:
        asking: entries with their decisions.
        groups: those that the programme speaks of.
        products: those that take part.
        on: the day (WIB) on which the products are offered.
        examples: whether products only for demonstration count.
    """
    made = [decision for _, decision in asking]
    offering = Offering(products, on=on, examples=examples)
    found = held([one.applicant for one in made], offering)
    return Pool(
        application_ids=tuple(one.decision_id for one in made),
        business_ids=tuple(f"{d.partner_id}/{d.application.business_id}" for d in made),
        amount=np.array([one.applicant.amount for one in made], dtype=np.int64),
        probability=_numbers([one.applicant.probability_of_default for one in made]),
        employees=_numbers([_beside_the_owner(one) for one in made]),
        asked_at=np.array([microseconds(one.application.as_of) for one in made], dtype=np.int64),
        kecamatan=tuple(one.applicant.kecamatan or "" for one in made),
        kbli=tuple(one.applicant.kbli or "" for one in made),
        groups={
            group: np.array([group in entry.groups for entry, _ in asking], dtype=bool)
            for group in sorted(groups)
        },
        products=products,
        fits=found.fits,
        cost=found.cost,
    )


def _beside_the_owner(decision: Decision) -> float | None:
    """Return how many work there beside the owner, whom the records count too."""
    employees = decision.features.get("employees")
    return None if employees is None else max(employees - 1, 0.0)


def _numbers(values: Sequence[float | None]) -> np.ndarray:
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)

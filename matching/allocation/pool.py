"""The pool: who asks for how much, and which products fit whom at what cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.errors import BadInput
from matching.product import Product

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST_ASKED: Final = 9 * 10**14
"""The most rupiah that those whom a product fits may ask in all: floors count it up to ten
thousand times."""


@dataclass(frozen=True)
class Pool:
    """Applications that wait for an allocation, n of them, beside p products.

    Nothing here decides who is fit: `fits` comes from eligibility, affordability and the
    lenders' cut-offs, each application on its own.

    Args:
        application_ids: (n) unique.
        business_ids: (n) whose they are; a business gets one loan at most.
        amount: (n) asked, rupiah, above zero.
        probability: (n) of default, 0 to 1; NaN where no model was asked.
        employees: (n) who work there beside the owner; NaN where not known.
        asked_at: (n) when, microseconds since 1970, UTC.
        kecamatan: (n) district codes; empty where not known.
        kbli: (n) activity codes; empty where not known.
        groups: name → (n) who said that they belong to it.
        products: (p) those on offer.
        fits: (n, p) whether the application can have the product.
        cost: (n, p) what it would cost the borrower in all, rupiah; of no meaning where it does
            not fit.

    Raises BadInput (``bad-pool``) when the lengths differ, an application stands twice, a number
    is outside its range, or more is asked in all than adds up in 64 bits.
    """

    application_ids: tuple[str, ...]
    business_ids: tuple[str, ...]
    amount: Ints
    probability: Floats
    employees: Floats
    asked_at: Ints
    kecamatan: tuple[str, ...]
    kbli: tuple[str, ...]
    groups: Mapping[str, Bools]
    products: tuple[Product, ...]
    fits: Bools
    cost: Ints

    def __post_init__(self) -> None:
        n, p = len(self.application_ids), len(self.products)
        columns = (
            self.business_ids,
            self.amount,
            self.probability,
            self.employees,
            self.asked_at,
            self.kecamatan,
            self.kbli,
            *self.groups.values(),
        )
        lengths = sorted({len(column) for column in columns} | {n})
        _require(f"columns of {lengths} applications", "the same number", fits=lengths == [n])
        shapes = {self.fits.shape, self.cost.shape}
        _require(f"products of shape {shapes}", f"({n}, {p}) twice", fits=shapes == {(n, p)})
        twice = n - len(set(self.application_ids))
        _require(f"{twice} applications twice", "each once", fits=not twice)
        least = int(self.amount.min(initial=1))
        _require(f"an amount of {least}", "amounts above zero", fits=least > 0)
        asked = float(self.amount[self.fits.any(axis=1)].astype(float).sum())
        _require(f"{asked:.0f} rupiah asked", f"at most {MOST_ASKED}", fits=asked <= MOST_ASKED)
        wrong = int(((self.probability < 0) | (self.probability > 1)).sum())
        _require(f"{wrong} probabilities outside", "each from 0 to 1", fits=not wrong)
        wrong = int(((self.employees < 0) | np.isinf(self.employees)).sum())
        _require(f"{wrong} impossible numbers of employees", "zero or more", fits=not wrong)
        wrong = int((self.cost[self.fits] < 0).sum())
        _require(f"{wrong} costs below zero", "zero or more", fits=not wrong)

    def __len__(self) -> int:
        """Return n, the number of applications."""
        return len(self.application_ids)


def _require(found: str, expected: str, *, fits: bool) -> None:
    if not fits:
        raise BadInput(
            found=found,
            expected=expected,
            hint="Look at what made the pool: a row for each application, in one order.",
            code="bad-pool",
        )

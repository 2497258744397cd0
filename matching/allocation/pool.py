"""The pool: who asks for how much, and which products fit whom at what cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import BadInput
from matching.product import Product

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


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

    Raises BadInput (``bad-pool``) when the lengths differ, an application stands twice, or an
    amount is not above zero.
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

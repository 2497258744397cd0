"""Under which consent a record may be used: for each business, each scope, at each instant.

A scope is a source that may be read or a purpose it may be used for (UU 27/2022 asks for
consents that can be told apart). A consent holds from the instant it is granted until the
instant it is withdrawn, and what no consent covers is not used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.pairs import pairs
from features.records import CONSENTS
from features.rows import Columns, Flags, Ints


def holds(
    consents: Columns,
    scope: str,
    businesses: NDArray[np.generic],
    at: Ints,
    partner_id: str | None = None,
) -> Flags:
    """Return (n,) whether a consent to *scope* holds for each business at each instant.

    Args:
        consents: the columns of the consents table, in any order.
        scope: a source or a purpose.
        businesses: (n,) text.
        at: (n,) microseconds since 1970 UTC.
        partner_id: with whom records would be shared; a consent that names another lender does
            not count, one that names none covers every lender.
    """
    about = consents["scope"] == CONSENTS.column("scope").values.index(scope)
    about &= np.isin(consents["partner_id"], [partner_id or "", ""])
    segment, row = pairs(businesses, consents["business_id"][about])
    granted = consents["granted_at"][about][row] <= at[segment]
    # Where it was never withdrawn this compares with NaN, which is false.
    withdrawn = consents["withdrawn_at"][about][row] <= at[segment]
    held: Flags = np.bincount(segment[granted & ~withdrawn], minlength=at.size) > 0
    return held

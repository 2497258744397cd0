"""What lenders do, as cases to be audited: whom they lend to, at what price, and who sees whom.

`audit.gathered.cases` asks whether the recommendation was alike for all; these ask what came of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from audit.fairness import measures
from audit.fairness.cases import Cases
from audit.fairness.measures import Measure
from audit.gathered import Gathered, cases
from features.rows import Flags

ANSWERS: Final[tuple[Measure, ...]] = (
    measures.IMPACT,
    measures.PARITY,
    measures.OPPORTUNITY,
    measures.FALSE_POSITIVE,
    measures.PAST_ANSWERS,
    measures.PRICE,
    measures.TIME,
)
"""What is measured of lenders' answers; of the score it is at the same risk that they are held."""

EXPOSURE: Final[tuple[Measure, ...]] = (measures.IMPACT, measures.PARITY)
"""What is measured of who is shown a lender's offers."""


def answers(gathered: Gathered) -> Cases:
    """Return the lenders' answers that were first told in the period, approvals and denials.

    *Approved* is what the lender answered, *price* that of loans that were given, *hours* the time
    it took. What an applicant withdrew nobody answered.
    """
    rows = gathered.part(answered(gathered))
    approved = (rows.reply == "approved").astype(np.float64)
    return replace(
        cases(rows),
        approved=approved,
        denied=1 - approved,
        price=rows.price_given,
        hours=rows.reply_hours,
    )


def answered(gathered: Gathered) -> Flags:
    """Return (n,) of which rows `answers` are."""
    found: Flags = gathered.replied & np.isin(gathered.reply, ("approved", "declined"))
    return found


def exposure(gathered: Gathered, lender: str) -> Cases:
    """Return the decisions of the period, *approved* whoever was offered a product of a lender.

    So the numbers of who was are held against the very programme that guards those of approvals
    (`audit.fairness.published`).

    Args:
        gathered: of the period.
        lender: the id of the lender of products, which need not be the one that was asked.
    """
    rows = gathered.part(gathered.decided)
    its = np.array([one == lender for one in rows.lenders], dtype=bool)
    shown = np.asarray(rows.offered[:, its].any(axis=1), dtype=np.float64)
    return replace(cases(rows), approved=shown)

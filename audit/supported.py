"""To which support an applicant is referred: by the reasons of a decision that is not eligible.

Who is eligible is shown offers and nothing beside them: a course next to an offer
would read as a condition of it, and support never is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from audit.days import wib
from audit.decision import Decision, Referral
from audit.until import SHORT_RECORDS
from matching.support import Programme, choose

BY_PRODUCTS: Final = frozenset({"no_product_fits", "unknown_facts"})
"""Causes that lie with what products ask, and not with the score."""


def referrals(made: Decision, programmes: Sequence[Programme]) -> tuple[Referral, ...]:
    """Return at most three referrals in order of the reasons; none of an eligible applicant.

    Each is to be asked about again when its programme is likely to have done something.

    Args:
        made: the decision.
        programmes: those there are.
    """
    if made.result.kind == "eligible":
        return ()
    today = wib(made.decided_at)
    chosen = choose(_codes(made), programmes, person=made.result.kind == "human_review")
    return tuple(
        Referral(one.programme, codes, today + timedelta(days=one.days)) for one, codes in chosen
    )


def _codes(made: Decision) -> tuple[str, ...]:
    """Return the reasons for the result, the weightiest first."""
    causes = set(made.result.causes)
    short = (SHORT_RECORDS,) if "thin_file" in causes else ()
    asked = tuple(reason.code for unfit in made.unfit for reason in unfit.reasons)
    if causes & BY_PRODUCTS:
        return (*short, *asked, *made.reasons)
    return (*short, *made.reasons, *asked)

"""Prior correction: a portfolio's own base rate moves the log-odds, and never the score.

A probability is a portfolio's: of two lenders that see the same applicant, the
one whose loans go bad more often has to expect more. Where the base rates alone
differ, and not what good and bad businesses look like, this is a shift of the
log-odds, the same for every applicant (King & Zeng, *Logistic regression in rare
events data*, Political Analysis 9, 2001; Saerens, Latinne & Decaestecker, Neural
Computation 14, 2002).
"""

from __future__ import annotations

from collections.abc import Mapping

Priors = Mapping[str, float]
"""Portfolio → shift of the log-odds. A portfolio is a partner's id, or ``partner/product``."""


def shift_of(priors: Priors, portfolio: str | None) -> float:
    """Return a portfolio's shift; a product without one has its partner's, anyone else 0."""
    if portfolio is None:
        return 0.0
    partner = portfolio.partition("/")[0]
    return priors.get(portfolio, priors.get(partner, 0.0))

"""Features of what is asked, against what comes in and what is kept, in pandas."""

from __future__ import annotations

import numpy as np

from benchmarks.plain.seen import Array, Found, ratio


def features(found: Found, amount: Array, instalment: Array) -> Found:
    """Return how many times what the applicant has pays one month's repayment.

    Args:
        found: the features of the payments.
        amount: (n,) what is asked.
        instalment: (n,) one month's repayment before interest.
    """
    return {
        "amount_asked": amount,
        "instalment_asked": instalment,
        "income_cover": _cover(found, "median_monthly_income", instalment),
        "weakest_month_cover": _cover(found, "weakest_month_income", instalment),
        "surplus_cover": _cover(found, "monthly_net_cash_flow", instalment),
        "balance_cover": _cover(found, "mean_balance", instalment),
        "lowest_balance_cover": _cover(found, "lowest_balance", instalment),
    }


def _cover(found: Found, own: str, instalment: Array) -> Array:
    return ratio(np.maximum(found[own], 0.0), instalment)

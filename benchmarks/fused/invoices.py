"""Features of what suppliers ask and how they are paid, in pandas."""

from __future__ import annotations

import numpy as np

from benchmarks.fused.lateness import lateness
from benchmarks.fused.seen import QUARTER, QUARTER_BEFORE, YEAR, Array, Seen, placed, ratio
from benchmarks.joined import DAY


def features(invoices: Seen) -> dict[str, Array]:
    """Return the features of the invoices."""
    how, amount = lateness(invoices), invoices["amount"]
    sums = invoices.sums(
        amount=amount,
        judged=how.judged * 1.0,
        judged_amount=amount * how.judged,
        late=(how.days > 0) * 1.0,
        weighted=amount * how.days,
        due=amount * how.past,
        unpaid=amount * (how.past & ~how.paid),
        told=invoices.stated("disputed") * 1.0,
        disputed=np.nan_to_num(invoices["disputed"]),
    )
    year = {name: grid[:, YEAR].sum(axis=1) for name, grid in sums.items()}
    trend = ratio(sums["amount"][:, QUARTER].sum(1), sums["amount"][:, QUARTER_BEFORE].sum(1))
    named = invoices.keep(invoices.stated("supplier"))
    suppliers = named.keep(named.last(365)).parties("supplier", "amount")
    bought = suppliers.totals(amount=suppliers["amount"], squares=suppliers["amount"] ** 2)
    return {
        "supplier_days_late": ratio(year["weighted"], year["judged_amount"]),
        "supplier_on_time_share": ratio(year["judged"] - year["late"], year["judged"]),
        "supplier_overdue_share": ratio(year["unpaid"], year["due"]),
        "purchase_trend": np.minimum(trend, 3.0),
        "supplier_tenure_months": _tenure(named),
        "supplier_concentration": ratio(bought["squares"], bought["amount"] ** 2),
        "disputed_share": ratio(year["disputed"], year["told"]),
    }


def _tenure(named: Seen) -> Array:
    """Return (n,) months since the first invoice of the supplier known longest, of recent ones."""
    ages = named.rows.groupby(["application", "supplier"], sort=False, observed=True)["age"]
    spans = ages.agg(["min", "max"]).reset_index()
    recent = spans[spans["min"] <= 365 * DAY]
    longest = recent.groupby("application", sort=False)[["max"]].max()
    return placed(longest, named.n)["max"] / DAY / 30

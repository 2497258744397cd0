"""Every feature of the catalogue by pandas, fused by hand: as few group-bys as we could.

One wide group-by of a source, by application and month, answers for many features at once; what
a feature is has to be gathered from several places. `benchmarks.plain` is how a project writes
features that are to be read. It knows none of our kernels; the tests hold its values against
theirs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.frames import Frames
from benchmarks.fused import bills, books, credit, invoices, orders, payments, profile, support
from benchmarks.fused.seen import Array, ratio, seen
from features.catalogue import NAMES


def compute(frames: Frames) -> pd.DataFrame:
    """Return one row per application, in their order, and one column per feature.

    Args:
        frames: ``applications`` and every source, as `benchmarks.frames` holds them.
    """
    applications = frames["applications"]
    as_of = applications["as_of"].to_numpy()
    amount = applications["amount"].to_numpy()
    instalment = ratio(amount, applications["tenor_months"].to_numpy())
    moved = payments.moved(seen(applications, frames["payments"]), as_of, instalment)
    found = {
        **payments.cashflow(moved),
        **payments.season(moved, as_of),
        **payments.balances(moved),
        **orders.features(seen(applications, frames["orders"])),
        **bills.features(seen(applications, frames["bills"])),
        **books.features(seen(applications, frames["books"]), moved.income),
        **invoices.features(seen(applications, frames["invoices"])),
        **support.features(seen(applications, frames["support"])),
        **profile.features(seen(applications, frames["profile"])),
    }
    income = found["median_monthly_income"]
    register = seen(applications, frames["credit"])
    found |= credit.features(register, income, instalment)
    found |= {"amount_asked": amount, "instalment_asked": instalment, **_covers(found, instalment)}
    return pd.DataFrame(found, columns=list(NAMES))


def _covers(found: dict[str, Array], instalment: Array) -> dict[str, Array]:
    """Return how many times what the applicant has pays one month's repayment."""
    own = {
        "income_cover": "median_monthly_income",
        "weakest_month_cover": "weakest_month_income",
        "surplus_cover": "monthly_net_cash_flow",
        "balance_cover": "mean_balance",
        "lowest_balance_cover": "lowest_balance",
    }
    return {cover: ratio(np.maximum(found[name], 0.0), instalment) for cover, name in own.items()}

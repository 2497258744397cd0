"""Every feature of the catalogue by plain pandas group-bys: what a project computes them with.

It is written as a data scientist writes a library of features that others are to read: each
source is joined once, the rows and monthly sums that several features need are made once, and
then every feature stands for itself, a filter and one of pandas' own aggregations. Of two forms
that read equally well the faster one stands. `benchmarks.fused` gives such reading up for speed.
It knows none of our kernels; the tests hold its values against theirs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.frames import Frames
from benchmarks.plain import (
    asked,
    bills,
    books,
    credit,
    invoices,
    orders,
    payments,
    profile,
    support,
)
from benchmarks.plain.seen import Found, ratio, seen
from features.catalogue import NAMES


def compute(frames: Frames) -> pd.DataFrame:
    """Return one row per application, in their order, and one column per feature.

    Args:
        frames: ``applications`` and every source, as `benchmarks.frames` holds them.
    """
    applications = frames["applications"]
    amount, as_of = applications["amount"].to_numpy(), applications["as_of"].to_numpy()
    instalment = ratio(amount, applications["tenor_months"])
    moved = payments.moved(seen(applications, frames["payments"], payments.COLUMNS))
    found: Found = {
        **payments.cashflow(moved),
        **payments.season(moved, as_of),
        **payments.balances(moved, instalment),
        **orders.features(seen(applications, frames["orders"], orders.COLUMNS)),
        **bills.features(seen(applications, frames["bills"], bills.COLUMNS)),
        **books.features(seen(applications, frames["books"], books.COLUMNS), moved.monthly_income),
        **invoices.features(seen(applications, frames["invoices"], invoices.COLUMNS)),
        **support.features(seen(applications, frames["support"], support.COLUMNS)),
        **profile.features(seen(applications, frames["profile"], profile.COLUMNS)),
    }
    income = found["median_monthly_income"]
    found |= credit.features(
        seen(applications, frames["credit"], credit.COLUMNS), income, instalment
    )
    found |= asked.features(found, amount, instalment)
    # All are in the order of the applications, so nothing is left to align.
    return pd.DataFrame({name: np.asarray(found[name]) for name in NAMES})

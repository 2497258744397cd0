"""Features of the credit register, in pandas."""

from __future__ import annotations

import numpy as np

from benchmarks.fused.seen import Array, Seen, ratio
from benchmarks.joined import DAY

DOUBTFUL = 3
"""Collectability from which a loan counts as bad with the lender."""


def features(credit: Seen, income: Array, instalment: Array) -> dict[str, Array]:
    """Return the features of the register.

    Args:
        credit: its rows.
        income: (n,) median monthly income of the payments.
        instalment: (n,) one month's repayment of the loan asked, before interest.
    """
    months = credit.one_of("kind", "month")
    newest = _newest(credit.keep(months & credit.stated("facility")))
    loans = _standing(newest)
    recent = months & credit.last(92)
    register = credit.totals(
        recent=recent * 1.0,
        named=(recent & credit.stated("facility")) * 1.0,
        inquiries=(credit.one_of("kind", "inquiry") & credit.last(90)) * 1.0,
    )
    named = credit.any & ((register["recent"] == 0) | (register["named"] > 0))
    owed, paid = (_all(loans, name) for name in ("outstanding", "instalment"))
    known = {
        "running_loans": loans["count"],
        "running_online_loans": loans["online"],
        "debt_to_income": ratio(owed, income),
        "debt_service_share": ratio(paid + instalment, income),
    }
    return {
        **_arrears(credit, months),
        **_ended(newest),
        "days_past_due_now": -loans["least_days"],
        **{name: np.where(named, values, np.nan) for name, values in known.items()},
        "inquiries": np.where(credit.any, register["inquiries"], np.nan),
    }


def _newest(months: Seen) -> Seen:
    """Return the latest report of each loan."""
    rows = months.rows.sort_values(["occurred_at", "report_id"])
    return Seen(months.n, rows.drop_duplicates(["application", "facility"], keep="last"))


def _standing(newest: Seen) -> dict[str, Array]:
    """Return (n,) figures of the loans that stand."""
    unsaid = ~newest.stated("status") & (newest["outstanding"] != 0)
    loans = newest.keep(newest.last(92) & (newest.one_of("status", "running") | unsaid))
    sums = loans.totals(
        count=np.ones(len(loans.rows)),
        online=loans.one_of("lender_kind", "p2p") * 1.0,
        outstanding=np.nan_to_num(loans["outstanding"]),
        outstanding_stated=loans.stated("outstanding") * 1.0,
        instalment=np.nan_to_num(loans["instalment"]),
        instalment_stated=loans.stated("instalment") * 1.0,
    )
    return {**sums, "least_days": loans.smallest(days=-loans["days_past_due"])["days"]}


def _all(loans: dict[str, Array], name: str) -> Array:
    """Return (n,) the sum over the loans that stand; NaN where one of them does not state it."""
    return np.where(loans[f"{name}_stated"] == loans["count"], loans[name], np.nan)


def _arrears(credit: Seen, months: Array) -> dict[str, Array]:
    late, age = credit["days_past_due"], credit["age"] / DAY / 30
    lost = months & credit.one_of("status", "written_off")
    told = lost | (months & credit.stated("collectability"))
    found = credit.smallest(
        worst=-np.where(months & credit.last(365), late, np.nan),
        first=-np.where(months & ~np.isnan(late), age, np.nan),
        since=np.where(months & (late > 0), age, np.nan),
    )
    bad = credit.totals(
        told=told * 1.0, count=(lost | (months & (credit["collectability"] >= DOUBTFUL))) * 1.0
    )
    since = np.where(np.isnan(found["since"]), -found["first"], found["since"])
    return {
        "worst_days_past_due": -found["worst"],
        "doubtful_months": np.where(bad["told"] > 0, bad["count"], np.nan),
        "months_since_arrears": since,
    }


def _ended(newest: Seen) -> dict[str, Array]:
    sums = newest.totals(
        told=newest.stated("status") * 1.0,
        repaid=newest.one_of("status", "repaid") * 1.0,
        terms_told=newest.stated("restructured") * 1.0,
        eased=np.nan_to_num(newest["restructured"]),
    )
    return {
        "loans_repaid": np.where(sums["told"] > 0, sums["repaid"], np.nan),
        "loans_restructured": np.where(sums["terms_told"] > 0, sums["eased"], np.nan),
    }

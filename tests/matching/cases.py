"""Products and applicants to try the matcher on: valid as they stand, changed where it matters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from matching.applicant import Applicant
from matching.product import Product

untimed = settings(deadline=None)
"""Generated cases take as long as they take: a busy machine is not a failure."""

TODAY = date(2026, 11, 24)

LENDER: Mapping[str, object] = {"id": "granary", "name": "Granary", "kind": "cooperative"}

TERMS: Mapping[str, object] = {
    "product_id": "seed",
    "name": "Seed",
    "scheme": "Seed",
    "contract": "conventional",
    "amount_min": 1_000_000,
    "amount_max": 50_000_000,
    "price_kind": "effective",
    "rate": "0.06",
    "fees": [],
    "tenor_min": 3,
    "tenor_max": 36,
    "repayment": "annuity",
    "eligibility": [],
    "collateral": "none",
    "effective_from": date(2026, 1, 1),
    "effective_to": date(2026, 12, 31),
    "source": "the lender's letter of 2 January 2026",
    "verified_by": "an officer",
    "verified_at": date(2026, 1, 5),
    "example": False,
}

FLAT: Mapping[str, object] = {"price_kind": "flat", "repayment": "flat"}

ONE_PERCENT = {"name": "provisi", "kind": "percent", "value": "0.01"}
HUNDRED_THOUSAND = {"name": "admin", "kind": "fixed", "value": "100000"}

APPLICANT = Applicant(
    as_of=TODAY,
    amount=10_000_000,
    tenor_months=24,
    probability_of_default=0.04,
    purpose="working_capital",
    months_running=18,
    documents=frozenset({"ktp", "kk", "nib"}),
    kbli="47112",
    kecamatan="33.25.08",
    active_bank_loans=0,
    programme_loan=False,
    monthly_income=8_000_000.0,
    monthly_spending=4_000_000.0,
)
"""Left over in the stress: 0.8 · 8 - 4 = 2.4 million rupiah a month."""


def product(**changes: object) -> Product:
    """Return the product of `TERMS` with some terms changed."""
    return Product.model_validate({"lender": LENDER, **TERMS, **changes})


def rule(**changes: object) -> dict[str, object]:
    """Return a rule that asks for six months, with some of it changed."""
    return {
        "field": "months_running",
        "op": "at_least",
        "value": 6,
        "reason_code": "R06",
        "citation": "Permenko 1/2023",
        **changes,
    }


amounts = st.integers(1_000_000, 500_000_000)
tenors = st.integers(2, 60)
rates = st.integers(0, 120).map(lambda halves: Decimal(halves) / 200)
"""Yearly rates from 0 to 60% in steps of half a percent."""

every_terms = st.sampled_from(
    [
        {"price_kind": kind, "repayment": repayment, **period}
        for kind, repayment in (
            ("effective", "annuity"),
            ("effective", "bullet"),
            ("flat", "flat"),
            ("flat", "bullet"),
            ("margin", "flat"),
            ("margin", "bullet"),
            ("per_day", "flat"),
            ("per_day", "bullet"),
        )
        for period in (
            {},
            {"instalments_max": 10},
            {"period": "weekly"},
            {"period": "weekly", "instalments_max": 50},
            {"period": "seasonal", "season_months": 3},
            {"period": "seasonal", "season_months": 3, "instalments_max": 2},
        )
    ]
)
"""Every kind of price, repayment and period that goes together."""

"""Simulated applications, the true risk of each, and what becomes of the loan.

The true probability of default comes from what is latent in `Businesses` and
from a part no record can show. It is for checking calibration and is never a
source of records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from features.records import APPLICATIONS
from features.rows import DAY, Flags, Floats, Ints
from training.simulated_businesses import MONTH_DAYS, USUAL_BUFFER, Businesses, stream
from training.simulated_columns import application_ids, business_ids, instants, texts
from training.simulated_payments import HOUR, RENT, WIB, rounded

STEP: Final = 500_000
MOST: Final = 500_000_000
"""Amounts asked are multiples of `STEP` rupiah and at most `MOST`."""

TENORS: Final = {6: 0.10, 12: 0.35, 18: 0.15, 24: 0.30, 36: 0.10}
PURPOSES: Final = (0.70, 0.20, 0.07, 0.03)
"""Shares of the purposes in their order; the last share states none."""

PARTNERS: Final = 3
NO_PARTNER_SHARE: Final = 0.1
INTEREST: Final = 0.01
"""Interest a month on the amount asked, for the burden only."""

STRESS: Final = 0.8
LOST_FROM_DAYS: Final = 180
LOST_SHARE: Final = 0.5

INTERCEPT: Final = -5.1
WEIGHTS: Final = {
    "burden": 2.0,
    "volatility": 0.4,
    "decline": 3.0,
    "thinness": 1.0,
    "weakness": 1.5,
    "exposure": 0.5,
    "unseen": 0.5,
}
"""Log-odds per unit of each part of the index; the parts are in docs/simulator.md."""


@dataclass(frozen=True)
class Loans:
    """The application of each of n businesses and its true risk.

    Args:
        as_of: (n,) instant of the application, microseconds since 1970 UTC.
        amount: (n,) rupiah asked.
        tenor: (n,) months.
        purpose: (n,) code of the category, -1 where not stated.
        partner: (n,) the lender asked, from 1; 0 where none.
        risk: (n,) true probability of default.
    """

    as_of: Ints
    amount: Ints
    tenor: Ints
    purpose: Ints
    partner: Ints
    risk: Floats


def lend(world: Businesses, seed: int, chunk: int) -> Loans:
    """Draw one application per business, and its risk."""
    random = stream(seed, chunk, "loans")
    n = world.number.size
    income = world.monthly_sales * np.exp(world.health[:, world.as_of_column])
    amount = rounded(0.9 * income * np.exp(0.7 * random.standard_normal(n)), STEP)
    amount = np.minimum(amount, MOST)
    tenor = random.choice(list(TENORS), n, p=list(TENORS.values()))
    parts = index(world, amount * (1 / tenor + INTEREST))
    parts["unseen"] = random.standard_normal(n)
    margin = INTERCEPT + sum(WEIGHTS[name] * part for name, part in parts.items())
    purpose = random.choice(len(PURPOSES), n, p=PURPOSES)
    partner = np.where(random.random(n) < NO_PARTNER_SHARE, 0, random.integers(1, PARTNERS + 1, n))
    return Loans(
        as_of=world.as_of_day * DAY - WIB + random.integers(9 * HOUR, 15 * HOUR, n),
        amount=amount,
        tenor=tenor,
        purpose=np.where(purpose == len(PURPOSES) - 1, -1, purpose),
        partner=partner,
        risk=1 / (1 + np.exp(-margin)),
    )


def index(world: Businesses, instalment: Floats) -> dict[str, Floats]:
    """Return the parts of the latent index, (n,) each, higher is riskier.

    ``burden`` is the logarithm of the instalment against the surplus that is left when sales fall
    by a fifth, and at least a twentieth of the usual margin.
    """
    now = world.as_of_column
    health = world.health[:, now]
    quarter = world.health[:, now - 3 * MONTH_DAYS : now].mean(axis=1)
    kept = STRESS * np.exp(health) - world.household - RENT
    surplus = world.usual_margin * np.maximum(kept, 0.05)
    return {
        "burden": np.clip(np.log(instalment / surplus), -3.0, 3.0),
        "volatility": np.log(world.volatility),
        "decline": quarter - health,
        "thinness": -np.log(world.buffer / USUAL_BUFFER),
        "weakness": -health,
        "exposure": world.exposure,
    }


def applications(world: Businesses, loans: Loans) -> pl.DataFrame:
    """Return the applications table of a chunk."""
    partner = pl.Series(loans.partner)
    named = "simulated-partner-" + partner.cast(pl.String)
    return pl.DataFrame(
        {
            "application_id": application_ids(world.number),
            "business_id": business_ids(world.number),
            "partner_id": named.set(partner == 0, None),
            "as_of": instants(loans.as_of),
            "amount": loans.amount,
            "tenor_months": loans.tenor,
            "purpose": texts(APPLICATIONS, "purpose", loans.purpose),
        }
    )


def outcomes(world: Businesses, loans: Loans, seed: int, chunk: int) -> pl.DataFrame:
    """Return the outcomes table of a chunk: every application is financed and judged."""
    random = stream(seed, chunk, "outcomes")
    n = loans.risk.size
    bad = random.random(n) < loans.risk
    days = _days_past_due(bad, loans.risk, random)
    lost = (days >= LOST_FROM_DAYS) & (random.random(n) < LOST_SHARE)
    return pl.DataFrame(
        {
            "application_id": application_ids(world.number),
            "disbursed_at": instants(loans.as_of + DAY * random.integers(3, 15, n)),
            "worst_days_past_due": days,
            "written_off": lost,
            "stated": pl.Series([None] * n, dtype=pl.String),
            "censored": np.zeros(n, dtype=np.bool_),
        }
    )


def _days_past_due(bad: Flags, risk: Floats, random: np.random.Generator) -> Ints:
    """Return (n,) worst days past due: 90 … 359 where bad; else 30 … 89, 1 … 29 or 0.

    Delays of a loan that does not go bad are the likelier, the higher its risk.
    """
    u, n = random.random(bad.size), bad.size
    long, short = 0.01 + 0.10 * risk, 0.10 + 0.40 * risk
    mild = np.where(u < long, random.integers(30, 90, n), random.integers(1, 30, n))
    return np.where(bad, random.integers(90, 360, n), np.where(u < long + short, mild, 0))


def truth(world: Businesses, loans: Loans) -> pl.DataFrame:
    """Return each application's true probability of default; never a source of records."""
    return pl.DataFrame(
        {"application_id": application_ids(world.number), "probability_of_default": loans.risk}
    )

"""Simulated applications, and the true risk of each.

The true probability of default comes from what is latent in `Businesses` and
`Debts` and from a part no record can show. It is for checking calibration and
is never a source of records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from features.records import APPLICATIONS
from features.rows import DAY, Floats, Ints
from training.simulated.businesses import Businesses
from training.simulated.chunk import MONTH_DAYS, Chunk
from training.simulated.columns import HOUR, WIB, ids, logistic, rounded
from training.simulated.debts import Debts
from training.simulated.sales import RENT

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

INTERCEPT: Final = -5.7
WEIGHTS: Final = {
    "burden": 2.3,
    "volatility": 0.4,
    "decline": 3.5,
    "thinness": 1.3,
    "weakness": 2.0,
    "exposure": 0.5,
    "carelessness": 0.3,
    "unseen": 0.25,
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
        shown: (n,) the part of the index that a careful lender could see.
        index: (n,) log-odds of default.
    """

    as_of: Ints
    amount: Ints
    tenor: Ints
    purpose: Ints
    partner: Ints
    shown: Floats
    index: Floats

    @property
    def risk(self) -> Floats:
        """Return (n,) the true probability of default."""
        return logistic(self.index)


def lend(world: Businesses, debts: Debts, chunk: Chunk) -> Loans:
    """Draw one application per business, and its risk."""
    random = chunk.stream("loans")
    n = world.n
    income = world.monthly_sales * np.exp(world.health[:, world.as_of_column])
    amount = rounded(0.9 * income * np.exp(0.7 * random.standard_normal(n)), STEP)
    amount = np.minimum(amount, MOST)
    tenor = random.choice(list(TENORS), n, p=list(TENORS.values()))
    parts = index(world, amount * (1 / tenor + INTEREST) + debts.burden())
    weighed = [WEIGHTS[name] * part for name, part in parts.items()]
    shown = INTERCEPT + np.sum(weighed, axis=0)
    purpose = random.choice(len(PURPOSES), n, p=PURPOSES)
    partner = np.where(random.random(n) < NO_PARTNER_SHARE, 0, random.integers(1, PARTNERS + 1, n))
    return Loans(
        as_of=world.as_of_day * DAY - WIB + random.integers(9 * HOUR, 15 * HOUR, n),
        amount=amount,
        tenor=tenor,
        purpose=np.where(purpose == len(PURPOSES) - 1, -1, purpose),
        partner=partner,
        shown=shown,
        index=shown + WEIGHTS["unseen"] * world.unseen,
    )


def index(world: Businesses, instalment: Floats) -> dict[str, Floats]:
    """Return the parts of the latent index that can be seen, (n,) each, higher is riskier.

    ``burden`` is the logarithm of all instalments against the surplus that is left when sales fall
    by a fifth, and at least a twentieth of the usual margin. ``weakness`` looks at the year to
    come: a common shock that is near counts, one that is fading no longer does.

    Args:
        world: the businesses.
        instalment: (n,) rupiah a month, of the loan asked for and of what runs already.
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
        "thinness": world.thinness,
        "weakness": -(health + world.coming),
        "exposure": world.exposure,
        "carelessness": -world.discipline,
    }


def applications(world: Businesses, loans: Loans, answer: Ints) -> pl.DataFrame:
    """Return the applications table of a chunk, given the lenders' answers, (n,) codes."""
    partner = pl.Series(loans.partner)
    named = "simulated-partner-" + partner.cast(pl.String)
    purposes, answers = (APPLICATIONS.column(c).values for c in ("purpose", "answer"))
    return pl.DataFrame(
        {
            "application_id": ids("a", world.number),
            "business_id": ids("b", world.number),
            "partner_id": named.set(partner == 0, None),
            "as_of": instants(loans.as_of),
            "amount": loans.amount,
            "tenor_months": loans.tenor,
            "purpose": pl.Series([*purposes, None]).gather(loans.purpose % (len(purposes) + 1)),
            "answer": pl.Series(answers).gather(answer),
        }
    )


def instants(microseconds: Ints) -> pl.Series:
    """Return UTC times from microseconds since 1970."""
    return pl.Series(microseconds).cast(pl.Datetime("us", "UTC"))

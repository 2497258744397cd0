"""A business of made-up payments that asks for a loan, and what decides on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from audit.decide import Stamp
from audit.decision import Application, Business
from audit.result import Policy
from audit.rules import Rules
from features.rows import Columns
from features.sources import PAYMENTS
from models.rules import VERSION, RulesOnly
from models.scorer import Scorer
from tests.matching.cases import ONE_PERCENT, product, rule
from tests.training.cases import Row, payment
from training.checks import shaped
from training.columns import columns, in_order

AS_OF = datetime(2026, 11, 20, 4, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
STAMP = Stamp("d1", "granary", NOW)

BUSINESS = Business(
    started_on=date(2024, 3, 1),
    kbli="10794",
    kecamatan="3325080",
    documents=frozenset({"ktp", "kk", "nib"}),
    active_bank_loans=0,
    programme_loan=False,
    existing_instalments=0,
)

APPLICATION = Application(
    application_id="a1",
    business_id="b1",
    as_of=AS_OF,
    amount=5_000_000,
    tenor_months=12,
    purpose="working_capital",
    business=BUSINESS,
    digest="0" * 64,
)

PRODUCTS = (
    product(fees=[ONE_PERCENT]),
    product(product_id="husk", amount_min=20_000_000),
    product(product_id="straw", eligibility=[rule(field="months_running", value=600)]),
)
"""One that fits, and two that do not: too small an amount is asked, the business is too young."""


def rules(model: Scorer, **changed: Any) -> Rules:
    """Return rules with this model, but for what is *changed*."""
    usual = Rules("7", model, PRODUCTS, Policy(most_probability=1.0, near=0.0), examples=False)
    return replace(usual, **changed)


def alone(**changed: Any) -> Rules:
    """Return the same with the rules in the place of a model, but for what is *changed*."""
    return rules(RulesOnly(), model_version=VERSION, why="they are to", **changed)


def history(days: int = 200, seed: int = 3) -> list[Row]:
    """Return two payments a day of one business, from so many days before `AS_OF` to the eve."""
    random = np.random.default_rng(seed)
    rows = []
    for i in range(2 * days):
        when = AS_OF - timedelta(days=days - i // 2, minutes=-i % 7)
        said: Row = {
            "occurred_at": when,
            "known_at": when,
            "amount": int(random.integers(50_000, 900_000)) // (1 + i % 2),
            "direction": "out" if i % 2 else "in",
            "kind": "supplier" if i % 2 else "sale",
            "counterparty": f"{'cs'[i % 2]}{int(random.integers(0, 9))}",
            "balance_after": int(random.integers(0, 5_000_000)),
        }
        rows.append(payment(i, **said))
    return rows


def circles(times: int = 20) -> list[Row]:
    """Return sales to a friend, a day apart, each of which goes back the hour after."""
    rows = []
    for i in range(2 * times):
        when = AS_OF - timedelta(days=1 + i // 2, hours=-(i % 2))
        way: Row = {"direction": "out", "kind": "other"} if i % 2 else {}
        said: Row = {"occurred_at": when, "known_at": when, "counterparty": "f", **way}
        rows.append(payment(1_000_000 + i, **said, amount=3_000_000))
    return rows


def records_of(payments: list[Row]) -> dict[str, Columns]:
    """Return the records of a business that has payments only, by the way of the training data."""
    frame = shaped(pl.DataFrame(payments), PAYMENTS, "here")
    return {"payments": columns(frame, PAYMENTS, in_order(frame["business_id"]))}


NO_PAYMENTS: dict[str, Columns] = {
    "payments": {
        name: values[np.empty(0, dtype=np.int64)]
        for name, values in records_of(history(1))["payments"].items()
    }
}

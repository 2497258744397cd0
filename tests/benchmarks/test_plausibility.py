"""Each change of records is the one it says, and its count that of the scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.plausibility import CHANGES, earning_more, measured, spread_over_months
from features.cashflow import all_income, all_spending
from tests.features.cases import case, pay
from tests.training.cases import FIRST_TESTED, small_data
from training import datasets

BUSINESS = case(
    *(pay(30 * month + 15, amount) for month, amount in enumerate((300, 900, 0, 600))),
    pay(20, 50, "supplier"),
    pay(150, 0),
)


def test_income_is_spread_over_the_months_that_earned() -> None:
    known = BUSINESS.known()
    after, changed = spread_over_months(known)
    assert changed.tolist() == [True]
    spread = all_income(after).months("amount", 6)[0]
    assert spread[:4] == pytest.approx([600, 600, 0, 600])
    assert all_spending(after).sum("amount").tolist() == [50]


def test_more_is_earned_and_as_much_spent() -> None:
    known = BUSINESS.known()
    after, changed = earning_more(known)
    assert changed.tolist() == [True]
    assert all_income(after).sum("amount") == pytest.approx(1.5 * all_income(known).sum("amount"))
    assert all_spending(after).sum("amount").tolist() == [50]


def test_what_is_promised_lowers_no_score_of_the_later_loans(base: Path) -> None:
    found = measured(datasets.read(small_data(base)), FIRST_TESTED)
    assert found.keys() == CHANGES.keys()
    for name, row in found.items():
        assert 0 <= row["falls"] <= 1
        assert (row["worst"] > 0) == (row["falls"] > 0)
        if name.startswith("promised"):
            assert row["falls"] == 0
    assert found["promised: half as much is asked"]["rises"] > 0.5
    assert np.isfinite([row["median"] for row in found.values()]).all()

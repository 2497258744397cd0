"""Each planted error is there at its stated rate, and not at all when the rate is zero."""

from __future__ import annotations

import polars as pl
import pytest

from tests.training.simulated.cases import Tables, changed, share_error

NONE = {"extra_zero": 0, "booked_twice": 0, "misdated": 0, "missing_payments": 0}
RATE = 0.05


def world(**rates: float) -> Tables:
    return changed(500, **{**NONE, **rates})


def test_a_zero_too_many_stands_in_cash_payments_and_book_lines() -> None:
    for name, chosen in (
        ("payments", pl.col("channel") == "cash"),
        ("books", pl.col("amount") >= 0),
    ):
        right, wrong = world()[name], world(extra_zero=RATE)[name]
        assert right.height == wrong.height
        factor = wrong["amount"] / right["amount"]
        by_hand = right.select(chosen).to_series()
        assert set(factor.unique()) == {1.0, 10.0}
        assert not (factor.filter(~by_hand) != 1).any()
        n = int(by_hand.sum())
        assert (factor == 10).sum() / n == pytest.approx(RATE, abs=share_error(RATE, n))


def test_a_sale_stands_twice_with_an_id_of_its_own() -> None:
    for name, sale in (("payments", {"kind": "sale"}), ("books", {"category": "sale"})):
        right, wrong = world()[name], world(booked_twice=RATE)[name]
        more = wrong.height - right.height
        n = right.filter(**sale).height
        assert more / n == pytest.approx(RATE, abs=share_error(RATE, n))
        assert wrong.filter(**sale).height - n == more
        assert wrong[wrong.columns[0]].is_unique().all()


def test_a_payment_is_dated_a_week_off_and_never_known_before() -> None:
    right, wrong = world()["payments"], world(misdated=RATE)["payments"]
    on = ["business_id", "amount", "counterparty", "balance_after", "kind"]
    stated = right.filter(pl.col("balance_after").is_not_null(), pl.struct(on).is_unique())
    both = stated.join(wrong, on=on, nulls_equal=True, suffix="_wrong")
    off = (both["occurred_at_wrong"] - both["occurred_at"]).dt.total_days()
    assert set(off) == {-7, 0, 7}
    # up to a week at either end of the record nothing can be moved there
    assert RATE * 0.8 < (off != 0).mean() < RATE + share_error(RATE, both.height)  # type: ignore[operator]
    assert (wrong["known_at"] >= wrong["occurred_at"]).all()


@pytest.mark.parametrize("rate", ["extra_zero", "booked_twice", "misdated"])
def test_one_kind_of_error_leaves_the_other_records_as_they_were(rate: str) -> None:
    right, wrong = world(), world(**{rate: RATE})
    for name in ("orders", "bills", "invoices", "credit", "applications", "truth"):
        assert right[name].equals(wrong[name])

"""Each step, on records made by hand: what it changes, what it leaves, and where it is idle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from features.catalogue import NAMES, compute
from features.known import Known
from features.steps.bills import (
    buy_power_regularly,
    pay_bills_on_time,
    pay_overdue_bills,
    top_up_regularly,
)
from features.steps.books import keep_books
from features.steps.credit import clear_arrears
from features.steps.invoices import pay_overdue_invoices, pay_suppliers_on_time
from features.steps.orders import fewer_cancellations, fewer_returns
from features.steps.payments import trade_more_days
from features.steps.profile import get_business_number
from features.steps.step import Step
from features.steps.support import attend_training, do_what_was_agreed, take_mentoring
from tests.features.cases import Case, ago, ask, row
from tests.features.oracle.words import Row


def known_of(*rows: Row, source: str, more: dict[str, list[Row]] | None = None) -> Known:
    return Case([ask()], {source: list(rows), **(more or {})}).known()


def after(step: Step, known: Known, days: int) -> dict[str, float]:
    """Return all features after a step; fails where there is nothing to do."""
    rows = step(known, days)
    assert rows is not None
    changed = replace(known, sources={**known.sources, step.source: rows})
    return dict(zip(NAMES, compute(changed)[0].tolist(), strict=True))


def before(known: Known) -> dict[str, float]:
    return dict(zip(NAMES, compute(known)[0].tolist(), strict=True))


def bill(due: float, paid: float | None, kind: str = "water", **values: Any) -> Row:
    paid_at = None if paid is None else ago(paid)
    return row(
        "bills",
        due + 14,
        kind=kind,
        bill_id=f"{kind}{due}",
        due_at=ago(due),
        paid_at=paid_at,
        paid=None if paid is None else 100_000,
        **values,
    )


def test_bills_within_the_days_are_paid_on_their_day_and_older_ones_stay_late() -> None:
    known = known_of(bill(100, 80), bill(50, 40), bill(20, None), bill(10, 12), source="bills")
    assert before(known)["bill_late_share"] == 3 / 4
    assert after(pay_bills_on_time, known, 90)["bill_late_share"] == 1 / 4
    assert after(pay_bills_on_time, known, 30)["bill_late_share"] == 2 / 4
    assert after(pay_bills_on_time, known, 90)["unpaid_bill_share"] == 0


def test_a_bill_paid_in_time_is_not_cut_off_for() -> None:
    known = known_of(bill(20, None, cut_off_at=ago(5)), source="bills")
    assert before(known)["services_cut_off"] == 1
    assert after(pay_bills_on_time, known, 30)["services_cut_off"] == 0


def test_overdue_bills_paid_today_are_paid_and_were_late() -> None:
    known = known_of(bill(50, None), bill(20, 25), source="bills")
    made = after(pay_overdue_bills, known, 30)
    assert (before(known)["unpaid_bill_share"], made["unpaid_bill_share"]) == (0.5, 0)
    assert made["bill_late_share"] == before(known)["bill_late_share"] == 0.5
    assert made["bill_days_late"] == pytest.approx((50 - 1 / 24) / 2)


def test_who_pays_in_time_has_nothing_to_pay() -> None:
    known = known_of(bill(50, 52), bill(-5, None), source="bills")
    assert pay_bills_on_time(known, 90) is None
    assert pay_overdue_bills(known, 30) is None


@pytest.mark.parametrize(
    ("step", "kind", "feature"),
    [
        (buy_power_regularly, "electricity", "longest_power_gap"),
        (top_up_regularly, "telecom", "longest_top_up_gap"),
    ],
)
def test_the_same_is_bought_in_smaller_parts_every_week(
    step: Step, kind: str, feature: str
) -> None:
    tokens = [
        row("bills", age, bill_id=f"t{age}", kind=kind, prepaid=True, amount=100_001, quantity=9.0)
        for age in (85, 50, 3)
    ]
    known = known_of(*tokens, source="bills")
    rows = step(known, 60)
    assert rows is not None
    inside = rows.last(60)
    assert inside["amount"].sum() == 200_002
    assert inside["amount"].tolist() == np.floor(inside["amount"]).tolist()
    assert inside["quantity"].sum() == pytest.approx(18)
    assert before(known)[feature] == 47
    assert after(step, known, 60)[feature] == pytest.approx(85 - 60 + 60 / 9 / 2)
    assert step(known_of(tokens[0], source="bills"), 60) is None


def payment(age: float, kind: str = "sale", direction: str = "in", amount: int = 1000) -> Row:
    return row(
        "payments",
        age,
        payment_id=f"{kind}{age}",
        kind=kind,
        direction=direction,
        amount=amount,
    )


def test_books_get_a_line_for_each_payment_of_a_day_without_any() -> None:
    payments = [payment(0.5), payment(1.5, "supplier", "out", 300), payment(1.6, "transfer"),
                payment(2.5), payment(40)]  # fmt: skip
    lines = [row("books", 2.4, line_id="b", late=2, amount=900, category="sale")]
    known = known_of(*payments, source="payments", more={"books": lines})
    rows = keep_books(known, 30)
    assert rows is not None
    categories = rows.table.column("category").values
    written = zip(rows.age / 86_400_000_000, rows["category"], rows["amount"], strict=True)
    assert [(age, categories[int(code)], amount) for age, code, amount in written] == [
        (2.4, "sale", 900),
        (1.5, "purchase", 300),
        (0.5, "sale", 1000),
    ]
    assert after(keep_books, known, 30)["booked_day_share"] == 3 / 90


def test_lines_written_late_within_the_days_are_written_in_time() -> None:
    line = row("books", 20, line_id="b", late=15, category="sale")
    known = known_of(line, source="books")
    assert np.isnan(before(known)["booked_day_share"])
    assert after(keep_books, known, 30)["booked_day_share"] == 1 / 90


def invoice(due: float, paid: float | None, **values: Any) -> Row:
    paid_at = None if paid is None else ago(paid)
    return row(
        "invoices", due + 14, invoice_id=f"i{due}", due_at=ago(due), paid_at=paid_at,
        paid=None if paid is None else 100_000, **values,
    )  # fmt: skip


def test_suppliers_are_paid_on_the_day_but_not_for_what_is_contested() -> None:
    rows = (invoice(80, 60), invoice(20, None), invoice(30, None, disputed=True))
    known = known_of(*rows, source="invoices")
    assert before(known)["supplier_on_time_share"] == 0
    assert after(pay_suppliers_on_time, known, 90)["supplier_on_time_share"] == 2 / 3
    assert after(pay_overdue_invoices, known, 30)["supplier_overdue_share"] == 1 / 3
    contested = known_of(rows[2], source="invoices")
    assert pay_suppliers_on_time(contested, 90) is pay_overdue_invoices(contested, 30) is None


def report(age: float, days_past_due: int, facility: str = "f", status: str = "running") -> Row:
    return row(
        "credit", age, report_id=f"{facility}{age}", kind="month", facility=facility,
        days_past_due=days_past_due, collectability=2, status=status, outstanding=100,
        instalment=10,
    )  # fmt: skip


def test_cleared_arrears_are_over_and_stay_in_the_past() -> None:
    known = known_of(
        report(70, 20), report(40, 35), report(40, 0, "g"), report(80, 60, "h", "repaid"),
        source="credit",
    )  # fmt: skip
    made, was = after(clear_arrears, known, 30), before(known)
    assert (was["days_past_due_now"], made["days_past_due_now"]) == (35, 0)
    same = ("worst_days_past_due", "running_loans", "months_since_arrears", "doubtful_months")
    assert [made[name] for name in same] == [was[name] for name in same]
    assert clear_arrears(known_of(report(40, 0), source="credit"), 30) is None


def order(age: float, status: str, by: str | None = None) -> Row:
    return row(
        "orders", age, order_id=f"o{age}", status=status, cancelled_by=by, closed_at=ago(age - 1),
        net=None if status == "cancelled" else 90_000, payout_at=ago(age - 2),
    )  # fmt: skip


def test_orders_of_the_days_are_delivered_and_earn_nothing_that_is_not_known() -> None:
    known = known_of(
        order(100, "cancelled", "seller"), order(50, "cancelled", "seller"),
        order(40, "cancelled", "buyer"), order(30, "returned"), order(20, "delivered"),
        source="orders",
    )  # fmt: skip
    was = before(known)
    assert (was["seller_cancel_share"], was["return_share"]) == (2 / 5, 1 / 2)
    assert after(fewer_cancellations, known, 60)["seller_cancel_share"] == 1 / 5
    assert after(fewer_returns, known, 60)["return_share"] == 0
    assert after(fewer_cancellations, known, 60)["median_monthly_payout"] == pytest.approx(
        was["median_monthly_payout"]
    )
    assert fewer_returns(known, 20) is None


def test_a_quiet_day_has_a_sale_as_small_as_the_smallest_tenth_of_the_own() -> None:
    payments = [payment(age + 0.5, amount=1000 * (age + 1)) for age in range(0, 60, 3)]
    known = known_of(*payments, source="payments")
    rows = trade_more_days(known, 30)
    assert rows is not None
    new = rows["amount"].size - 20
    assert (new, rows["amount"].sum() - sum(p["amount"] for p in payments)) == (20, 20 * 4000)
    assert after(trade_more_days, known, 30)["active_day_share"] == (20 + 20) / 90


def test_days_before_the_first_payment_are_not_traded_on() -> None:
    known = known_of(payment(0.5), payment(9.5), source="payments")
    assert after(trade_more_days, known, 90)["active_day_share"] == 10 / 90


def test_who_trades_every_day_or_sells_nothing_has_no_day_to_add() -> None:
    daily = known_of(*(payment(age + 0.5) for age in range(40)), source="payments")
    assert trade_more_days(daily, 30) is None
    assert trade_more_days(known_of(payment(5, "loan"), source="payments"), 30) is None


def event(age: float, **values: Any) -> Row:
    return row("support", age, event_id=f"e{age}", **values)


def test_a_class_counts_its_hours_its_attendance_and_its_certificate() -> None:
    known = known_of(event(200, attended=False, certificate=False, hours=8), source="support")
    made = after(attend_training, known, 90)
    assert [made[name] for name in ("training_hours", "attendance_share", "certificates")] == [
        16,
        1 / 2,
        1,
    ]


def test_a_mentor_comes_twice() -> None:
    assert after(take_mentoring, Case([ask()]).known(), 60)["mentor_visits"] == 2


def test_what_was_agreed_within_a_year_is_done() -> None:
    known = known_of(
        event(30, action="till"), event(40, action="sign", done_at=ago(20)), source="support"
    )
    assert before(known)["actions_done_share"] == 1 / 2
    assert after(do_what_was_agreed, known, 60)["actions_done_share"] == 1
    assert do_what_was_agreed(known_of(event(400, action="till"), source="support"), 60) is None


@pytest.mark.parametrize(("nib", "made"), [(False, 1), (True, None), (None, None)])
def test_only_who_is_known_to_have_no_number_is_to_get_one(nib: Any, made: int | None) -> None:
    known = known_of(row("profile", 50, profile_id="p", nib=nib, employees=3), source="profile")
    if made is None:
        assert get_business_number(known, 14) is None
    else:
        assert after(get_business_number, known, 14)["business_number"] == made
        assert after(get_business_number, known, 14)["employees"] == 3

"""What a person does, done to the raw records row by row: the slow and obvious way.

It shares no line with `features.steps`, which changes what was joined already; here records
are changed before anything is joined, and are assessed from the beginning.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from audit.decision import Act, Application

Row = dict[str, Any]
Records = dict[str, list[Row]]

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
HISTORY: Final = 730 * DAY

LINE: Final = {
    ("sale", "in"): "sale",
    ("supplier", "out"): "purchase",
    ("household", "in"): "owner_capital",
    ("household", "out"): "owner_draw",
    ("loan", "in"): "loan",
    ("loan", "out"): "repayment",
}


class Done:
    """The records of one business, to be changed by acts.

    Args:
        records: source → its rows; they are not changed.
        as_of: the instant of the assessment.
    """

    def __init__(self, records: Records, as_of: datetime) -> None:
        self.records = {name: [dict(row) for row in rows] for name, rows in records.items()}
        self.as_of = as_of
        self._made = 0

    def do(self, act: Act) -> None:
        """Change the records as an act does."""
        change: Callable[[timedelta], None] | None = getattr(self, f"_{act.name}", None)
        if change is not None:
            change(act.days * DAY)

    def seen(self, source: str, within: timedelta = HISTORY) -> list[Row]:
        """Return the rows that count, in order of time."""
        rows = [
            row
            for row in self.records.get(source, [])
            if timedelta(0) < self.as_of - row["occurred_at"] <= within
            and (row.get("known_at") or row["occurred_at"]) < self.as_of
        ]
        return sorted(rows, key=lambda row: row["occurred_at"])

    def known(self, row: Row, name: str) -> Any:
        """Return a time that has come by the assessment; None where it has not."""
        value = row.get(name)
        return value if value is not None and value < self.as_of else None

    def add(self, source: str, key: str, when: datetime, **values: Any) -> None:
        """Add a row that was known when it occurred."""
        self._made += 1
        new = {key: f"new{self._made}", "occurred_at": when, "known_at": when, **values}
        self.records.setdefault(source, []).append(new)

    def _pay_bills_on_time(self, days: timedelta) -> None:
        self._paid_on_time("bills", days)

    def _pay_suppliers_on_time(self, days: timedelta) -> None:
        self._paid_on_time("invoices", days)

    def _paid_on_time(self, source: str, days: timedelta) -> None:
        for row in self._fallen_due(source):
            paid = self.known(row, "paid_at")
            recent = self.as_of - row["due_at"] <= days
            if recent and (paid is None or paid > row["due_at"]):
                row.update(paid_at=row["due_at"], paid=row["amount"])
                if source == "bills":
                    row["cut_off_at"] = None

    def _pay_overdue_bills(self, _: timedelta) -> None:
        self._paid_now("bills")

    def _pay_overdue_invoices(self, _: timedelta) -> None:
        self._paid_now("invoices")

    def _paid_now(self, source: str) -> None:
        for row in self._fallen_due(source):
            if self.known(row, "paid_at") is None:
                row.update(paid_at=self.as_of - HOUR, paid=row["amount"])

    def _fallen_due(self, source: str) -> list[Row]:
        return [
            row
            for row in self.seen(source)
            if row["due_at"] is not None and row["due_at"] < self.as_of and not row.get("disputed")
        ]

    def _buy_power_regularly(self, days: timedelta) -> None:
        self._weekly("electricity", days)

    def _top_up_regularly(self, days: timedelta) -> None:
        self._weekly("telecom", days)

    def _weekly(self, kind: str, days: timedelta) -> None:
        bought = [r for r in self.seen("bills", days) if r["kind"] == kind and r["prepaid"]]
        times = math.ceil(days / (7 * DAY))
        total = sum(row["amount"] for row in bought)
        silent = any(row["quantity"] is None for row in bought)
        used = None if silent else sum(row["quantity"] for row in bought)
        self.records["bills"] = [
            row for row in self.records["bills"] if not any(row is gone for gone in bought)
        ]
        for i in range(times):
            when = self.as_of - (2 * i + 1) * days / (2 * times)
            amount = total // times + (total % times if i == 0 else 0)
            self.add(
                "bills",
                "bill_id",
                when,
                kind=kind,
                prepaid=True,
                amount=amount,
                quantity=None if used is None else used / times,
                paid_at=when,
                paid=amount,
            )

    def _keep_books(self, days: timedelta) -> None:
        written = set()
        for line in self.seen("books", days):
            line["known_at"] = line["occurred_at"]
            written.add(self._day(line))
        for paid in self.seen("payments", days):
            if paid["kind"] != "transfer" and self._day(paid) not in written:
                self.add(
                    "books",
                    "line_id",
                    paid["occurred_at"],
                    direction=paid["direction"],
                    category=LINE.get((paid["kind"], paid["direction"]), "other"),
                    amount=paid["amount"],
                )

    def _day(self, row: Row) -> int:
        """Return how many whole days ago a row was; a day ends on the dot."""
        whole: int = (self.as_of - row["occurred_at"] - timedelta(microseconds=1)) // DAY
        return whole

    def _clear_arrears(self, _: timedelta) -> None:
        newest: dict[str, Row] = {}
        for row in self.seen("credit", 92 * DAY):
            if row["kind"] == "month" and row["facility"] is not None:
                newest[row["facility"]] = row
        for row in newest.values():
            stands = row["status"] == "running" or (
                row["status"] is None and row["outstanding"] != 0
            )
            if stands and (row["days_past_due"] or 0) > 0:
                now = self.as_of - HOUR
                more = {"report_id": f"new-{row['report_id']}", "occurred_at": now, "known_at": now}
                self.records["credit"].append(
                    {**row, **more, "days_past_due": 0, "collectability": 1}
                )

    def _attend_training(self, days: timedelta) -> None:
        self._event(days / 2, "class", 16.0, certificate=True)

    def _take_mentoring(self, days: timedelta) -> None:
        self._event(days - DAY, "mentoring", 2.0, certificate=False)
        self._event(DAY, "mentoring", 2.0, certificate=False)

    def _event(self, ago: timedelta, form: str, hours: float, *, certificate: bool) -> None:
        self.add(
            "support",
            "event_id",
            self.as_of - ago,
            programme="any",
            form=form,
            hours=hours,
            attended=True,
            certificate=certificate,
        )

    def _do_what_was_agreed(self, _: timedelta) -> None:
        for row in self.seen("support", 365 * DAY):
            if row["action"] is not None and self.known(row, "done_at") is None:
                row["done_at"] = self.as_of - HOUR

    def _get_business_number(self, _: timedelta) -> None:
        self.add("profile", "profile_id", self.as_of - HOUR, nib=True)

    def _fewer_cancellations(self, days: timedelta) -> None:
        for row in self.seen("orders", days):
            if self.known(row, "closed_at") and row["cancelled_by"] == "seller":
                self._delivered(row)

    def _fewer_returns(self, days: timedelta) -> None:
        for row in self.seen("orders", days):
            if self.known(row, "closed_at") and row["status"] == "returned":
                self._delivered(row)

    @staticmethod
    def _delivered(row: Row) -> None:
        row.update(status="delivered", cancelled_by=None, net=None, fees=None, payout_at=None)

    def _trade_more_days(self, days: timedelta) -> None:
        paid = self.seen("payments")
        sales = sorted(
            row["amount"]
            for row in self.seen("payments", 180 * DAY)
            if row["kind"] == "sale" and row["direction"] == "in"
        )
        small = sales[math.floor(0.1 * (len(sales) - 1))]
        busy = {self._day(row) for row in paid}
        record = (self.as_of - paid[0]["occurred_at"]) // DAY
        for day in range(min(days // DAY, record)):
            if day not in busy:
                self.add(
                    "payments",
                    "payment_id",
                    self.as_of - (day + 0.5) * DAY,
                    amount=small,
                    direction="in",
                    channel="qris",
                    kind="sale",
                )


def done(
    application: Application, records: Records, acts: Sequence[Act]
) -> tuple[Application, Records]:
    """Return the application and the records of someone who has done all acts."""
    doing = Done(records, application.as_of)
    papers = {"get_business_number": "nib", "attend_training": "training"}
    business = application.business
    for act in acts:
        doing.do(act)
        paper = act.document or papers.get(act.name)
        if paper and (act.document or business.documents is not None):
            business = replace(business, documents=(business.documents or frozenset()) | {paper})
        application = replace(
            application,
            amount=act.amount or application.amount,
            tenor_months=act.tenor_months or application.tenor_months,
        )
    return replace(application, business=business), doing.records

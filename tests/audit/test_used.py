"""What was read is counted by source, with the days in Batang of the first and the last record."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from audit.decision import DataUsed
from audit.used import used_of
from tests.features.cases import AS_OF, case, pay, row

BATANG = timezone(timedelta(hours=7))


def day(age: float) -> date:
    """Return the day in Batang, so many days before the application."""
    return datetime.fromtimestamp(AS_OF / 1e6 - age * 86_400, BATANG).date()


def test_each_source_is_counted_and_those_that_say_nothing_are_left_out() -> None:
    known = case(pay(300), pay(2), pay(40), credit=[row("credit", 30)]).known()
    assert used_of(known) == (
        DataUsed("payments", 3, day(300), day(2)),
        DataUsed("credit", 1, day(30), day(30)),
    )
    assert used_of(case().known()) == ()


def test_what_does_not_count_is_not_counted() -> None:
    others = [pay(800), pay(-1), pay(3, late=5), pay(3, business_id="b")]
    assert used_of(case(pay(9), *others).known()) == (DataUsed("payments", 1, day(9), day(9)),)


def test_days_are_those_of_batang() -> None:
    """The application is at midnight UTC: seven hours of the day are over in Batang."""
    evening, morning = used_of(case(pay(8 / 24), bills=[row("bills", 6 / 24)]).known())
    assert (evening.first, morning.first) == (day(8 / 24), day(6 / 24))
    assert morning.first - evening.first == timedelta(days=1)

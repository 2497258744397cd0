"""Features of the owner's bookkeeping, once more from what their docstrings say."""

from __future__ import annotations

from fractions import Fraction

from tests.features.oracle import payments
from tests.features.oracle.words import (
    DAY,
    NAN,
    Row,
    Seen,
    by_day,
    having,
    money,
    months_on_record,
    quotient,
    recomputes,
    sums,
)


def earned(seen: Seen) -> list[Row]:
    """Sales, and what buyers pay later of sales on credit."""
    return having(seen.books, direction="in", category=("sale", "collection"))


def spent(seen: Seen) -> list[Row]:
    """All money out, but what the owner draws, what is repaid of loans, and sales on credit."""
    not_spent = ("owner_draw", "owner_capital", "loan", "repayment", "credit_sale")
    out = having(seen.books, direction="out")
    return [line for line in out if line["category"] not in not_spent]


def out(seen: Seen, category: str) -> int:
    """Return the money out of a category."""
    return money(having(seen.books, direction="out", category=category))


def into(seen: Seen, category: str) -> int:
    """Return the money in of a category."""
    return money(having(seen.books, direction="in", category=category))


@recomputes
def booked_day_share(seen: Seen) -> float:
    prompt = [line for line in seen.books if line["known_at"] - line["occurred_at"] <= 7 * DAY]
    days = by_day((line for line in prompt if seen.age(line) <= 90 * DAY), seen)
    return len(days) / 90 if prompt else NAN


@recomputes
def book_margin(seen: Seen) -> float:
    recent = seen.last(180)
    came, went = money(earned(recent)), money(spent(recent))
    return (
        float(min(Fraction(3, 5), max(Fraction(-1), Fraction(came - went, came)))) if came else NAN
    )


@recomputes
def book_negative_months(seen: Seen) -> float:
    months = months_on_record(seen.books, seen, 6)
    pairs = zip(sums(earned(seen), seen, months), sums(spent(seen), seen, months), strict=True)
    return sum(went > came for came, went in pairs) if seen.books else NAN


@recomputes
def receivable_days(seen: Seen) -> float:
    recent = seen.last(180)
    credit = into(recent, "credit_sale")
    owed = max(0, credit - into(recent, "collection"))
    return quotient(180 * owed, credit + into(recent, "sale"))


@recomputes
def owner_draw_share(seen: Seen) -> float:
    recent = seen.last(180)
    return quotient(out(recent, "owner_draw"), money(earned(recent)) - money(spent(recent)))


@recomputes
def repayment_share(seen: Seen) -> float:
    recent = seen.last(180)
    return quotient(out(recent, "repayment"), money(earned(recent)))


@recomputes
def book_match_share(seen: Seen) -> float:
    months = min(months_on_record(seen.books, seen, 3), months_on_record(seen.payments, seen, 3))
    booked = sums(earned(seen), seen, months)
    paid = sums(payments.earned(seen), seen, months)
    agreed = [min(one, other) for one, other in zip(booked, paid, strict=True)]
    return quotient(sum(agreed), sum(paid))

"""Cases of the credit register: loans that stand, end, fail, or are hardly described."""

from __future__ import annotations

from typing import Any

from tests.features.cases import case, pay, row
from tests.features.hand_made.source import MOMENTS, of
from tests.features.oracle.words import Row


def report(age: float, facility: str | None = "f", **values: Any) -> Row:
    """Return a month of a loan; nothing is stated of it but what is said."""
    return row("credit", age, **{"facility": facility} | values)


def inquiry(age: float) -> Row:
    """Return an inquiry of a lender."""
    return row("credit", age, kind="inquiry")


def runs(age: float, facility: str | None = "f", **values: Any) -> Row:
    """Return a month of a loan that is being repaid."""
    usual = {"status": "running", "outstanding": 5_000_000, "instalment": 400_000}
    return report(age, facility, **usual | values)


def ended(age: float, status: str, facility: str = "f", owed: int = 0) -> Row:
    """Return the report of a loan that was repaid or written off."""
    return report(age, facility, status=status, outstanding=owed)


CREDIT = {
    "only inquiries": of("credit", *(inquiry(age) for age in (1, 89, 90, 91, 400))),
    "several loans, reported in the same month": of(
        "credit",
        *(
            runs(age, f"f{n}", lender_kind=kind, days_past_due=n * age % 40)
            for age in (20, 50, 80, 110)
            for n, kind in enumerate(("bank", "p2p", "p2p", "other"))
        ),
    ),
    "repaid, then a new loan": of(
        "credit",
        *(runs(age, "old") for age in (300, 270, 240)),
        ended(210, "repaid", "old"),
        *(runs(age, "new") for age in (60, 30)),
    ),
    "repaid within the window": of("credit", runs(60), ended(30, "repaid")),
    "written off": of("credit", runs(60), ended(30, "written_off", owed=900)),
    "written off, and nothing else is stated": of("credit", report(30, status="written_off")),
    "reports that stop at the edge": of(
        "credit", *(runs(92, f"f{shift}", shift=shift) for shift in MOMENTS)
    ),
    "no status stated": of(
        "credit",
        report(30, "owed", outstanding=700),
        report(30, "nothing", outstanding=0),
        report(30, "unsaid"),
    ),
    "no status, something owed": of("credit", report(30, outstanding=700, instalment=70)),
    "one instalment not stated": of("credit", runs(30), runs(30, "g", instalment=None)),
    "two reports of one loan at one instant": of(
        "credit",
        runs(30, report_id="b", days_past_due=9),
        runs(30, report_id="a", days_past_due=90),
    ),
    "later the longer ago, on the edges": of(
        "credit",
        *(
            report(days, days_past_due=round(days) * 3 - shift, shift=shift)
            for days in (30, 92, 364.5, 365, 366)
            for shift in MOMENTS
        ),
    ),
    "late long ago": of(
        "credit", *(report(age, days_past_due=(age == 600) * 30) for age in range(30, 700, 30))
    ),
    "never late": of("credit", *(report(age, days_past_due=0) for age in range(30, 700, 30))),
    "every class": of("credit", *(report(30 * n, collectability=n) for n in range(1, 6))),
    "eased, then not stated": of(
        "credit", report(60, restructured=True), report(30), report(40, "g", restructured=True)
    ),
    "published after the application": of("credit", runs(60, late=40), runs(30, late=31)),
    "loans and no payments": case(credit=[runs(30)]),
    "loans and no income": case(pay(9, 50, "supplier"), credit=[runs(30)]),
    "a month without its loan": of("credit", runs(30, facility=None)),
}

"""Cases of bookkeeping: written in time or not, in the red, beside the payments."""

from __future__ import annotations

from typing import Any

from features.sources import SOURCES
from tests.features.cases import row
from tests.features.hand_made.source import of
from tests.features.oracle.words import DAY, Row

CATEGORIES = SOURCES["books"].column("category").values
INTO = ("sale", "credit_sale", "collection", "owner_capital", "loan")


def line(age: float, category: str, amount: int = 100_000, **values: Any) -> Row:
    """Return a line of the books; money comes in by what is sold and goes out by all else."""
    direction = "in" if category in INTO else "out"
    usual: Row = {"direction": direction, "category": category, "amount": amount}
    return row("books", age, **usual | values)


BOOKS = {
    "every category both ways": of(
        "books",
        *(
            line(2 + 6 * n, category, 1_000 + n, direction=way)
            for n, category in enumerate(CATEGORIES)
            for way in ("in", "out")
        ),
    ),
    "sold, spent, drawn and repaid on the edge of the window": of(
        "books",
        *(
            line(days, category, amount + n, shift=shift)
            for n, (days, shift) in enumerate(((9, 0), (179.5, 0), (180, 1), (180, 0), (180, -1)))
            for category, amount in (
                ("sale", 9_000),
                ("credit_sale", 5_000),
                ("collection", 700),
                ("purchase", 400),
                ("owner_draw", 300),
                ("repayment", 200),
            )
        ),
    ),
    "written seven days later, and a moment more": of(
        "books",
        *(line(a, "sale", late=d) for a, d in ((20, 7), (30, 7 + 1 / DAY), (40, 0), (41, -3))),
    ),
    "filled just before applying": of(
        "books", *(line(a, "sale", late=a - 1) for a in range(9, 90))
    ),
    "sold on credit, some collected": of(
        "books", line(9, "credit_sale", 900), line(8, "collection", 300), line(7, "sale", 600)
    ),
    "more collected than sold on credit": of(
        "books", line(9, "credit_sale", 100), line(8, "collection", 300), line(7, "sale", 600)
    ),
    "all on credit": of("books", line(9, "credit_sale", 900)),
    "drawn from what is left": of(
        "books", line(9, "sale", 900), line(8, "purchase", 400), line(7, "owner_draw", 700)
    ),
    "nothing left to draw": of(
        "books", line(9, "sale", 900), line(8, "wages", 900), line(7, "owner_draw", 700)
    ),
    "much lost": of("books", line(9, "sale", 1), line(8, "purchase", 999_999)),
    "only spent": of("books", line(9, "rent"), line(100, "tax"), line(8, "repayment")),
    "owes instalments": of("books", line(9, "sale", 900), line(8, "repayment", 100)),
    "agree with the payments": of(
        "books", *(line(day + 0.3, "sale", 90_000 + 7_000 * (day % 11)) for day in range(1, 400, 3))
    ),
    "begun a month ago": of("books", *(line(day, "sale") for day in range(1, 31))),
    "more is earned in cash than the payments show": of(
        "books", *(line(day, "sale", 9_000_000) for day in range(1, 120, 2))
    ),
    "months in the red": of(
        "books",
        *(line(30 * n + 9, "sale", 500) for n in range(8)),
        *(line(30 * n + 9, "purchase", 499 + n % 3) for n in range(8)),
    ),
}

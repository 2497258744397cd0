"""What can be done about bookkeeping."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.books import booked_day_share
from features.known import Known
from features.rows import DAY, Ints, Rows
from features.sources import BOOKS, PAYMENTS
from features.steps.edits import added, altered
from features.steps.step import step

CATEGORIES: Final = {
    "sale": ("sale", "other"),
    "refund": ("other", "other"),
    "supplier": ("other", "purchase"),
    "household": ("owner_capital", "owner_draw"),
    "loan": ("loan", "repayment"),
}
"""Kind of a payment → the category of the line that an owner writes, of money in and out."""

_OTHER: Final = ("other", "other")
_CODE: Final = BOOKS.column("category").values.index
_LINES: Final = np.array(
    [[_CODE(name) for name in CATEGORIES.get(k, _OTHER)] for k in PAYMENTS.column("kind").values],
    dtype=np.float64,
)
_TRANSFER: Final = PAYMENTS.column("kind").values.index("transfer")


@step("books", booked_day_share, horizons=(30, 60, 90), effort=3, reads=("payments",))
def keep_books(known: Known, days: int) -> Rows | None:
    """Every day within the days on which money moved has its lines, written at once.

    A line for each payment of a day without any; lines that stand already were written in time.
    Moving money between one's own accounts earns and spends nothing, and has no line.
    """
    books, moved = known.books, known.payments.last(days)
    inside = books.age <= days * DAY
    unwritten = ~np.isin(_day(moved), _day(books.keep(inside)))
    moved = moved.keep(unwritten & (moved["kind"] != _TRANSFER))
    if not moved.any and not inside.any():
        return None
    when = moved.age / DAY
    return added(
        altered(books, inside, known_at=books.age / DAY),
        when,
        known_at=when,
        direction=moved["direction"],
        category=_LINES[moved["kind"].astype(np.int64), moved["direction"].astype(np.int64)],
        amount=moved["amount"],
    )


def _day(rows: Rows) -> Ints:
    day: Ints = (rows.age - 1) // DAY
    return day

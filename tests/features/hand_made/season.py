"""Cases of two years of payments, which meet the Hijri year before."""

from __future__ import annotations

from tests.features.cases import AS_OF, Case, ask, case, pay
from tests.features.hand_made.source import MOMENTS
from tests.features.oracle.words import DAY

LONG = tuple(
    pay(
        day + 0.5,
        1_000 * (1 + day % 13),
        counterparty=f"p{day % 4}",
        balance_after=20_000 + 1_000 * day,
    )
    for day in range(0, 730, 5)
)

SEASON = {
    "sales on the edges of the year before": case(
        pay(729),
        *(
            pay(days, 4_000 if days < 100 else 1_000 + days, shift=shift)
            for days in (1, 90, 353, 354, 355, 356, 443, 444, 445, 446)
            for shift in MOMENTS
        ),
    ),
    "as much as in the year before": case(*LONG),
    "three times as much, and a third": case(
        *(pay(day, 100 + 200 * (day < 200)) for day in range(1, 700, 7)),
        *(pay(day, 100 + 200 * (day > 200), business_id="b") for day in range(1, 700, 7)),
        asks=[ask(), ask(business_id="b"), ask(as_of=AS_OF - 90 * DAY)],
    ),
    "records that begin on the edge": case(
        *(
            pay(days, shift=shift, business_id=f"b{days}{shift}")
            for days in (443, 444, 445, 446)
            for shift in MOMENTS
        ),
        *(
            pay(age, business_id=f"b{days}{shift}")
            for days in (443, 444, 445, 446)
            for shift in MOMENTS
            for age in (9, 400)
        ),
        asks=[ask(business_id=f"b{d}{s}") for d in (443, 444, 445, 446) for s in MOMENTS],
    ),
    "beyond the calendar": Case(
        [ask(as_of=40_000 * DAY)],
        {"payments": [{**p, "occurred_at": p["occurred_at"] + 20_000 * DAY} for p in LONG]},
    ),
}

"""Cases of support and of the profile: who came, what was agreed, what was stated last."""

from __future__ import annotations

from typing import Any

from tests.features.cases import AS_OF, ago, row
from tests.features.hand_made.source import MOMENTS, of
from tests.features.oracle.words import Row


def event(age: float, *, came: bool | None = True, **values: Any) -> Row:
    """Return an event of three hours the business came to, unless said."""
    return row("support", age, **{"attended": came, "hours": 3.0} | values)


SUPPORT = {
    "nobody kept the list": of(
        "support",
        *(event(a, came=None, form=form) for a in (9, 100) for form in ("class", "visit")),
    ),
    "never came": of("support", *(event(age, came=False) for age in (9, 100, 400))),
    "came, and no hours are stated": of("support", event(9, hours=None), event(20, hours=None)),
    "came for more than forty hours": of("support", *(event(10 * n + 9) for n in range(30))),
    "visited": of(
        "support",
        *(
            event(20 * n + 9, came=n % 3 != 0, form=form)
            for n in range(12)
            for form in ("visit", "mentoring")
        ),
    ),
    "only classes": of(
        "support", event(9), event(19, certificate=True), event(29, certificate=False)
    ),
    "agreed, and seen done around the application": of(
        "support", *(event(9, action="x", done_at=AS_OF + shift) for shift in MOMENTS), event(9)
    ),
}

PROFILE = {
    "several statements": of(
        "profile",
        row("profile", 300, started_at=ago(1_000), employees=3, nib=False),
        row("profile", 200, employees=4),
        row("profile", 100, nib=True, started_at=ago(900)),
        row("profile", 50),
    ),
    "yet to begin": of("profile", row("profile", 9, started_at=ago(-30))),
    "begun at the application": of("profile", row("profile", 9, started_at=AS_OF)),
}

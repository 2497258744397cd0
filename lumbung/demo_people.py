"""People of the demonstration who sign in: a lender's officer and an official, by a link each.

In earnest people sign in by an account of their own; the demonstration lets one try it. No password
comes with it: whoever opens the link chooses it, with a second factor.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Engine

from lumbung.accounts import PATH
from lumbung.demo_programme import OFFICE, PEOPLE
from serving.access import accounts

OFFICER: Final = "petugas-bank"
OFFICIAL: Final = "petugas-dinas"


def links(engine: Engine, lender: str, now: datetime) -> dict[str, str]:
    """Return username → the path at which it is set up; empty for one that was.

    A link from before that nobody used is over, for it may have been a day.
    """
    there = {one.username: one for one in accounts.listed(engine)}
    found = {}
    for username, partner_id in ((OFFICER, lender), (OFFICIAL, OFFICE)):
        if username not in there:
            token = accounts.add(engine, username, partner_id, PEOPLE[0], now)
        elif there[username].state == "invited":
            token = accounts.reset(engine, username, now)
        else:
            token = ""
        found[username] = token and f"{PATH}{token}"
    return found

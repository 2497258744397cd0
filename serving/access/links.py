"""A link and a code, by which an applicant reads one decision without an account.

The link has 144 random bits and travels by one way, the code has eight digits and goes by
another. The database keeps a hash of the link, and of the code one that is slow and salted
by the link itself: whoever reads the database has nothing to try codes on. A try is counted
before the code is looked at, in one statement, so that however many try at once, no more
than `MOST_WRONG` codes are ever found wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, select, update

from features.errors import Refused
from serving.access import sessions
from serving.access.callers import NotFound, no_decision
from serving.access.sessions import Session
from serving.store import database
from serving.tables import DecisionRow, LinkRow

PATH: Final = "/p/"
"""Where the pages of applicants are; the link's id follows."""

LIVES: Final = timedelta(days=7)
MOST_WRONG: Final = 5
DIGITS: Final = 8


@dataclass(frozen=True)
class Issued:
    """A new link and its code, which are shown only here.

    Args:
        url_path: where it leads, from the root of the service.
        code: eight digits, for the applicant alone.
        expires_at: until when it opens, UTC.
    """

    url_path: str
    code: str
    expires_at: datetime


def issue(engine: Engine, decision_id: str, now: datetime, lives: timedelta = LIVES) -> Issued:
    """Make a link to a decision, which ends those made before, and every session they opened.

    Raises:
        NotFound: there is no such decision (``no-decision``).
    """
    link_id, code = secrets.token_urlsafe(18), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    expires_at = now + lives
    row = LinkRow(
        link_sha256=hashed(link_id),
        code_scrypt=_slowly(code, link_id),
        decision_id=decision_id,
        issued_at=now,
        expires_at=expires_at,
        ended_at=None,
        wrong=0,
    )
    before = (LinkRow.decision_id == decision_id, LinkRow.ended_at.is_(None))
    with database.session(engine) as session, session.begin():
        its = select(DecisionRow.decision_id).where(DecisionRow.decision_id == decision_id)
        if session.scalar(its.with_for_update()) is None:  # one link at a time
            raise no_decision()
        session.execute(update(LinkRow).where(*before).values(ended_at=now))
        session.add(row)
    return Issued(PATH + link_id, code, expires_at)


def enter(engine: Engine, link_id: str, code: str, now: datetime) -> Session:
    """Open a session to a link's decision; spaces in the code do not matter.

    Raises:
        NotFound: there is no such link (``no-link``), or its time is over (``link-expired``). A
            page says the same to both.
        Refused: the code is wrong (``wrong-code``), or too many were (``link-locked``), which
            only a new link mends.
    """
    link_sha256 = hashed(link_id)
    with database.session(engine) as session:
        kept = _open(session.get(LinkRow, link_sha256), now).code_scrypt
    _count(engine, link_sha256, 1)
    if not hmac.compare_digest(kept, _slowly("".join(code.split()), link_id)):
        raise Refused(
            found="another code",
            expected="the eight digits that came with the link",
            hint="Look at the code again.",
            code="wrong-code",
        )
    _count(engine, link_sha256, -1)
    return sessions.for_applicant(engine, link_sha256, now)


def _open(row: LinkRow | None, now: datetime) -> LinkRow:
    """Return a link that opens; raises NotFound."""
    if row is None or row.ended_at is not None or row.expires_at <= now:
        raise NotFound(
            found="no link that opens anything",
            expected="the whole address, while its time lasts and no later one was made",
            hint="Ask the lender for a new link.",
            code="no-link" if row is None else "link-expired",
        )
    return row


def _count(engine: Engine, link_sha256: str, tries: int) -> None:
    """Count a try, or (-1) take back the one that was right; raises Refused (``link-locked``)."""
    most = MOST_WRONG if tries > 0 else MOST_WRONG + 1
    its = (LinkRow.link_sha256 == link_sha256, LinkRow.wrong < most)
    counting = update(LinkRow).where(*its).values(wrong=LinkRow.wrong + tries)
    with database.session(engine) as session, session.begin():
        if session.connection().execute(counting).rowcount == 0:
            raise Refused(
                found=f"a link with {MOST_WRONG} wrong codes",
                expected="a link that is not locked",
                hint="Ask the lender for a new link.",
                code="link-locked",
            )


def hashed(link_id: str) -> str:
    """Return what the database knows a link by."""
    return hashlib.sha256(link_id.encode()).hexdigest()


def _slowly(code: str, link_id: str) -> str:
    """Return the slow hash (16 MiB, some 50 ms) of a code under its link."""
    return hashlib.scrypt(code.encode(), salt=link_id.encode(), n=2**14, r=8, p=1, dklen=32).hex()

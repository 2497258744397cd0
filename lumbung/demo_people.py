"""People of the demonstration who sign in: a lender's officer and an official, at once.

In earnest whoever opens the link to an account chooses its password; here that is done already, so
that all can be looked at. What is chosen is drawn anew on each machine and kept in one file that
nobody else on it reads.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyotp
from sqlalchemy import Engine

from serving.access import accounts, passwords, second_factor
from serving.store import database

LENDER: Final = "bpr-bkk-batang"
OFFICE: Final = "dinas-batang"
PEOPLE: Final = ("petugas-1", "petugas-2")
"""Who holds the demonstration's keys: one proposes, the other verifies."""

PROGRAMME: Final = "batang-contoh"
"""The programme to look at, by its name."""

OFFICER: Final = "petugas-bank"
OFFICIAL: Final = "petugas-dinas"


@dataclass(frozen=True)
class Way:
    """By what somebody signs in.

    Args:
        password: theirs.
        secret: of their second factor, for an authenticator on a telephone.
        codes: each opens once, in the place of the telephone's.
    """

    password: str
    secret: str
    codes: list[str]


def keep_secret(file: Path, text: str) -> None:
    """Write a file that only its owner reads."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(text, encoding="utf-8")


def ways(engine: Engine, file: Path, now: datetime) -> dict[str, Way]:
    """Return username → by what they sign in, with codes that were not used yet.

    Args:
        engine: the database; it has both partners.
        file: where it is kept; made where it is not there.
        now: the time, UTC.
    """
    said = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    there = {one.username for one in accounts.listed(engine)}
    made = {}
    for username, partner_id in ((OFFICER, LENDER), (OFFICIAL, OFFICE)):
        way = Way(**said[username]) if username in said else None
        if way is not None and _opens(engine, username, way):
            made[username] = _with_new_codes(engine, username, way)
        elif username in there:
            made[username] = _set_up(engine, accounts.reset(engine, username, now), now)
        else:
            token = accounts.add(engine, username, partner_id, PEOPLE[0], now)
            made[username] = _set_up(engine, token, now)
    told = {username: asdict(way) for username, way in made.items()}
    keep_secret(file, json.dumps(told, indent=2) + "\n")
    return made


def _opens(engine: Engine, username: str, way: Way) -> bool:
    """Return whether the password kept is still that of an account there is."""
    with database.session(engine) as session:
        if username not in {one.username for one in accounts.listed(engine)}:
            return False
        return passwords.opens(accounts.find(session, username).password, way.password)


def _with_new_codes(engine: Engine, username: str, way: Way) -> Way:
    with database.writing(engine) as session:
        account_id = accounts.find(session, username).account_id
        return Way(way.password, way.secret, second_factor.new_codes(session, account_id))


def _set_up(engine: Engine, token: str, now: datetime) -> Way:
    """Do what whoever opens the link does: choose a password, and confirm the second factor."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    secret = accounts.invited(engine, token, now).secret
    code = pyotp.TOTP(secret, interval=second_factor.SECONDS).at(now)
    return Way(password, secret, accounts.set_up(engine, token, password, code, now))

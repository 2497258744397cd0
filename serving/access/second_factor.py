"""The second factor: a code that changes twice a minute (RFC 6238), or one on paper, for once."""

from __future__ import annotations

import hashlib
import io
import secrets
from datetime import datetime
from typing import Final

import pyotp
import segno
from sqlalchemy import update
from sqlalchemy.orm import Session

from serving.tables import AccountRow, RecoveryRow

ISSUER: Final = "Lumbung"
SECONDS: Final = 30
AROUND: Final = (-1, 0, 1)
"""Steps that are taken beside the one of now: clocks differ."""

CODES: Final = 10
BYTES: Final = 15
"""Of a code on paper: 120 bits, so a fast hash is enough."""


def new_secret() -> str:
    """Return a new secret, in base32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step that a code is of, near a time; None where it is of none."""
    typed, totp = "".join(code.split()), pyotp.TOTP(secret, interval=SECONDS)
    at = int(now.timestamp()) // SECONDS
    near = [at + around for around in AROUND]
    found = [step for step in near if secrets.compare_digest(_at(totp, step), typed.encode())]
    return found[-1] if found else None


def take_step(session: Session, account_id: str, step: int) -> bool:
    """Take a step's code, and none of before any more; return whether it was still to be had."""
    taken = update(AccountRow).where(
        AccountRow.account_id == account_id, AccountRow.totp_step < step
    )
    return session.connection().execute(taken.values(totp_step=step)).rowcount == 1


def new_codes(session: Session, account_id: str) -> list[str]:
    """Return codes on paper, in the place of those before."""
    codes = [secrets.token_hex(BYTES) for _ in range(CODES)]
    session.query(RecoveryRow).filter_by(account_id=account_id).delete()
    session.add_all(RecoveryRow(account_id=account_id, code_sha256=_hash(code)) for code in codes)
    return ["-".join(code[at : at + 5] for at in range(0, len(code), 5)) for code in codes]


def take_code(session: Session, account_id: str, code: str, now: datetime) -> bool:
    """Take a code on paper; return whether there was one, not used before."""
    typed = "".join(code.replace("-", " ").split()).lower()
    its = (RecoveryRow.account_id == account_id, RecoveryRow.code_sha256 == _hash(typed))
    taken = update(RecoveryRow).where(*its, RecoveryRow.used_at.is_(None))
    return session.connection().execute(taken.values(used_at=now)).rowcount == 1


def picture(secret: str, username: str) -> str:
    """Return the secret as a QR code for a telephone: an inline SVG."""
    uri = pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=username, issuer_name=ISSUER)
    drawn = io.BytesIO()
    segno.make(uri, micro=False).save(
        drawn, kind="svg", scale=5, xmldecl=False, svgns=False, omitsize=False
    )
    return drawn.getvalue().decode().strip()


def _at(totp: pyotp.TOTP, step: int) -> bytes:
    return totp.at(step * SECONDS).encode()


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()

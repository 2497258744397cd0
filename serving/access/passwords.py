"""Passwords: what one must be, and how it is kept: by Argon2id, as OWASP advises.

Long is what counts, and that it is none of the common ones nor soon made of them: zxcvbn knows the
30,000 most common. Nothing is asked of its letters. What changed in the advice is taken over when
somebody signs in next.
"""

from __future__ import annotations

import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from features.errors import BadInput

HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Argon2id with 19 MiB, twice: OWASP Password Storage Cheat Sheet."""

SHORTEST: Final = 12
LONGEST: Final = 128
FEWEST: Final = 5
"""Different characters, or it is a pattern."""

READ: Final = 72
"""Characters in which what is common is looked for: a longer one is no easier to guess."""

GUESSES: Final = 10**8
"""Within which nobody should come upon it, knowing what people choose."""

_AT_ONCE: Final = threading.Semaphore(4)
"""Hashes that are made at a time: more would fill the memory, whoever asks for them."""


def check(password: str, username: str) -> None:
    """Refuse a password that is soon guessed; raises BadInput (``bad-password``)."""
    from zxcvbn import zxcvbn

    folded = password.casefold()
    weak = (
        not SHORTEST <= len(password) <= LONGEST
        or len(set(folded)) < FEWEST
        or (username and username.casefold() in folded)
        or "lumbung" in folded
        or zxcvbn(password[:READ], [username, "lumbung"])["guesses"] < GUESSES
    )
    if weak:
        raise BadInput(
            found="a password that is soon guessed",
            expected=f"{SHORTEST} to {LONGEST} characters, uncommon, without your name",
            hint="Take four or five words that do not belong together.",
            code="bad-password",
        )


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _AT_ONCE:
        return HASHER.hash(password)


def opens(kept: str | None, password: str) -> bool:
    """Return whether a password is the one kept; as long where there is none."""
    with _AT_ONCE:
        try:
            HASHER.verify(kept or _NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Return whether it is kept in a way that is not ours any more."""
    return HASHER.check_needs_rehash(kept)


_HOW: Final = "$argon2id$v=19$m=19456,t=2,p=1"
_NOBODYS: Final = f"{_HOW}$bHVtYnVuZ2x1bWJ1bmchIQ$kTqlGVSoAqXbLVEdPPD1BqGhGxIHPvy9Jf0rGcZV0mU"
"""A hash that no password is known for."""

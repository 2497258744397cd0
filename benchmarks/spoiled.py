"""What is done to bytes so that no program wrote them: changed, cut, doubled, nested."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

Bytes = Callable[[bytes, random.Random], bytes]

WORDS: Final[tuple[bytes, ...]] = (
    *(b'"\\\\ud800"', b'"\\\\u0000"', b'"' * 3),
    *(b"null", b"-1e999", b"1e400", b"NaN", b"{}"),
)

CHANGES: Final[tuple[Bytes, ...]] = (
    lambda body, _: body,
    lambda body, chance: body[: chance.randrange(len(body) + 1)],
    lambda body, chance: _at(body, chance, lambda _: bytes([chance.randrange(256)])),
    lambda body, chance: _at(body, chance, lambda byte: byte * chance.randrange(2000)),
    lambda body, chance: _at(body, chance, lambda _: b"[" * chance.randrange(20_000)),
    lambda body, chance: re.sub(rb"\d+", lambda _: b"9" * chance.randrange(400), body, count=3),
    lambda body, chance: re.sub(rb'"[^"]*"', chance.choice(WORDS), body, count=9),
    lambda _, chance: chance.randbytes(chance.randrange(4000)),
)


def _at(body: bytes, chance: random.Random, change: Callable[[bytes], bytes]) -> bytes:
    """Return a body with one of its bytes changed."""
    place = chance.randrange(max(len(body), 1))
    return body[:place] + change(body[place : place + 1]) + body[place + 1 :]

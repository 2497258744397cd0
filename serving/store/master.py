"""The master key: it wraps the keys of the businesses, and lies outside the database.

A file of lines, each a key of 32 bytes in base64. The first wraps; the others still open what
they once wrapped, until `lumbung master rewrap` has wrapped it anew. Without the file nothing
sealed can be read again, so it is backed up apart from the database.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import logging
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from features.errors import BadInput, Unavailable
from serving.settings import Settings

log = logging.getLogger(__name__)

BYTES: Final = 32
MARK: Final = 8
"""Bytes that tell by which master key something is wrapped."""

NONCE: Final = 12


class Master:
    """Keys that wrap keys.

    Args:
        keys: of 32 bytes each, the one that wraps first.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._current = _mark(keys[0])
        self._by_mark = {_mark(key): AESGCM(key) for key in keys}

    def wrap(self, key: bytes, about: bytes) -> bytes:
        """Return a key wrapped; it opens only for the same *about*."""
        nonce = secrets.token_bytes(NONCE)
        sealed = self._by_mark[self._current].encrypt(nonce, key, about)
        return self._current + nonce + sealed

    def unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        """Return the key; raises Unavailable (``wrong-master-key``) where no key here opens it."""
        mark, nonce, sealed = wrapped[:MARK], wrapped[MARK : MARK + NONCE], wrapped[MARK + NONCE :]
        with contextlib.suppress(KeyError, ValueError, InvalidTag):
            return self._by_mark[mark].decrypt(nonce, sealed, about)
        raise Unavailable(
            found="a business's key that the master key does not open",
            expected="the master key that this database was written with",
            hint="Give LUMBUNG_MASTER_KEY_FILE the file that belongs to this database.",
            code="wrong-master-key",
        )

    def current(self, wrapped: bytes) -> bool:
        """Return whether a key is wrapped by the first of the keys."""
        return wrapped[:MARK] == self._current


def master_of(settings: Settings) -> Master:
    """Return the master key of an installation; in development it is made where there is none.

    Raises:
        BadInput: there is none (``no-master-key``), or the file holds something else
            (``bad-master-key``).
    """
    file = settings.master_key
    if not file.exists() and settings.environment == "development":
        make(file)
    return Master(secrets_of(file))


def secrets_of(file: Path) -> list[bytes]:
    """Return the keys that stand in a file; raises as `master_of`."""
    try:
        text = file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            found=f"no key at {file}",
            expected="a file with a line of 32 bytes in base64",
            hint="Restore it from its backup; a new one is made by: openssl rand -base64 32.",
            code="no-master-key",
        ) from error
    return read(text)


def read(text: str) -> list[bytes]:
    """Return the keys that stand in a file's text; raises as `master_of`."""
    try:
        keys = [base64.b64decode(line, validate=True) for line in text.split()]
    except binascii.Error:
        keys = []
    if not keys or any(len(key) != BYTES for key in keys):
        raise BadInput(
            found="a file of keys that cannot be read",
            expected="lines of 32 bytes in base64",
            hint="A line is made by: openssl rand -base64 32.",
            code="bad-master-key",
        )
    return keys


def make(file: Path) -> None:
    """Make a file with a new key, for its owner alone; one that is there stays as it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as out:
            out.write(base64.b64encode(secrets.token_bytes(BYTES)) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(new)
            log.warning("made a key at %s; back it up apart from the database", file)
    finally:
        new.unlink()


def _mark(key: bytes) -> bytes:
    return hashlib.sha256(b"lumbung master key" + key).digest()[:MARK]

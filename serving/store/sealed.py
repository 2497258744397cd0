"""What is kept about a person, sealed with a key of each business at each partner.

The key is random, wrapped by the master key (`serving.store.master`) and kept in the database.
Erasing a business destroys its key: whatever was sealed with it can never be read again, wherever
copies of it lie, while every row and the ledger stay as they were.

A seal is the byte 2, the key's id (16 bytes), a nonce (12), and AES-256-GCM of what was
compressed: its length (4 bytes), and Zstandard of it. One that begins with the byte 1, as they did
once, holds zlib of it. It opens only for the partner and in the place that it was sealed for.
"""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Iterable
from typing import Final, NamedTuple

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, bindparam, insert, select, update
from sqlalchemy.orm import Session

from features.errors import LumbungError
from serving.settings import Settings
from serving.store import database
from serving.store.master import NONCE, Master, master_of
from serving.tables import BusinessKey

VERSION: Final = b"\x02"
BEFORE: Final = b"\x01"
"""The version of seals that hold zlib."""

ID: Final = 16
HEAD: Final = len(VERSION) + ID
KEY_BITS: Final = 256
AT_ONCE: Final = 500
"""Keys asked for at a time."""

ZSTD: Final = pa.Codec("zstd", compression_level=1)
"""As small as zlib at its fastest, in a third of the time, both ways."""

LENGTH: Final = 4
"""Bytes that say how long it was before it was compressed, the lowest first."""

OF_BUSINESS: Final = select(BusinessKey.key_id, BusinessKey.wrapped).where(
    BusinessKey.partner_id == bindparam("partner"), BusinessKey.business_id == bindparam("business")
)
OF_NAMES: Final = select(BusinessKey.key_id, BusinessKey.wrapped).where(
    BusinessKey.key_id.in_(bindparam("names", expanding=True))
)
"""Made once: each decision asks them."""


class Erased(LumbungError):
    """It was about a person who is erased; nobody can read it any more."""

    exit_status = 3
    http_status = 410


class Tampered(LumbungError):
    """What is kept is not what was kept."""


class Seal(NamedTuple):
    """Something sealed, as it is kept.

    Args:
        partner_id: at which partner.
        place: where it is kept, as `place` tells.
        sealed: the bytes.
    """

    partner_id: str
    place: str
    sealed: bytes


class Beside(NamedTuple):
    """Something to be sealed with the key that something else was sealed with.

    Args:
        partner_id: at which partner.
        place: where it is kept.
        what: what is to be sealed.
        beside: what was sealed for the same business, such as the decision it follows upon.
    """

    partner_id: str
    place: str
    what: bytes
    beside: bytes


def place(table: str, column: str, *key: object) -> str:
    """Return the place of a column of a row, by the row's primary key."""
    return f"{table}.{column}/{'/'.join(map(str, key))}"


def unlock(engine: Engine, master: Master) -> Engine:
    """Let an engine's sessions seal and unseal, by a master key; return the engine."""
    engine.update_execution_options(master=master)
    return engine


def unlocked(settings: Settings) -> Engine:
    """Return an engine of an installation's database, unlocked; raises as `master_of`."""
    return unlock(database.connect(settings.database), master_of(settings))


def key_id(session: Session, partner_id: str, business_id: str) -> str:
    """Return the id of a business's key at a partner, which is made if need be.

    It says nothing of the business once that is erased, so the ledger names a business by it.

    Args:
        session: of `serving.store.database.writing`.
        partner_id: at which partner.
        business_id: the partner's own name for the business.
    """
    return _key(session, partner_id, business_id)[0]


def seal(session: Session, partner_id: str, business_id: str, place: str, what: bytes) -> bytes:
    """Return something about a business sealed, for one place.

    Args:
        session: of `serving.store.database.writing`: a new business gets its key in it.
        partner_id: at which partner.
        business_id: the partner's own name for the business.
        place: where it is kept, as `place` tells.
        what: what is to be sealed.
    """
    name, key = _key(session, partner_id, business_id)
    return _closed(name, key, partner_id, place, what)


def seal_beside(session: Session, partner_id: str, place: str, what: bytes, beside: bytes) -> bytes:
    """Return something sealed with the key that something else was; arguments as `Beside`.

    In whatever session: no key is made. Raises as `unseal`.
    """
    return seal_all_beside(session, [Beside(partner_id, place, what, beside)])[0]


def seal_all_beside(session: Session, given: Iterable[Beside]) -> list[bytes]:
    """Return what is given sealed, in order; raises as `unseal`. The keys are asked for at once."""
    given = list(given)
    keys = _keys(session, {_id(one.beside) for one in given})
    return [_closed_beside(one, keys) for one in given]


def unseal(session: Session, partner_id: str, place: str, sealed: bytes) -> bytes:
    """Return what was sealed for a partner and a place.

    Raises:
        Erased: the business is erased (``erased``).
        Tampered: it is not what was sealed for this place (``broken-seal``).
        Unavailable: the master key is another (``wrong-master-key``).
    """
    (opened,) = unseal_all(session, [Seal(partner_id, place, sealed)])
    if opened is None:
        raise erased()
    return opened


def unseal_all(session: Session, seals: Iterable[Seal]) -> list[bytes | None]:
    """Return what was sealed, in order, None of a business that is erased; raises as `unseal`.

    The keys are asked for at once, so give many at a time, not one by one.
    """
    seals = list(seals)
    keys = _keys(session, {_id(one.sealed) for one in seals})
    return [_opened(one, keys) for one in seals]


def _closed_beside(one: Beside, keys: dict[str, bytes | None]) -> bytes:
    name = _id(one.beside)
    if name not in keys:
        raise _broken(one.place)
    key = keys[name]
    if key is None:
        raise erased()
    return _closed(name, key, one.partner_id, one.place, one.what)


def _closed(name: str, key: bytes, partner_id: str, place: str, what: bytes) -> bytes:
    nonce, head = secrets.token_bytes(NONCE), VERSION + bytes.fromhex(name)
    about = _about(head, partner_id, place)
    return head + nonce + AESGCM(key).encrypt(nonce, _pressed(what), about)


def rewrap(engine: Engine, master: Master) -> int:
    """Wrap every key by the first of the master keys that it is not yet; return how many.

    What is sealed stays as it is. Some hundreds at a time, so that others write in between; given
    again it goes on. Raises Unavailable (``wrong-master-key``) where none of the keys opens one.
    """
    done, after = 0, ""
    while True:
        with database.writing(engine) as session:
            asked = select(BusinessKey.key_id, BusinessKey.wrapped).where(
                BusinessKey.key_id > after, BusinessKey.wrapped.is_not(None)
            )
            found = session.execute(asked.order_by(BusinessKey.key_id).limit(AT_ONCE)).all()
            for name, wrapped in found:
                done += _rewrapped(session, master, name, wrapped or b"")
        if not found:
            return done
        after = found[-1].key_id


def _rewrapped(session: Session, master: Master, name: str, wrapped: bytes) -> bool:
    if master.current(wrapped):
        return False
    key = master.unwrap(wrapped, bytes.fromhex(name))
    anew = master.wrap(key, bytes.fromhex(name))
    its = update(BusinessKey).where(BusinessKey.key_id == name, BusinessKey.wrapped == wrapped)
    session.execute(its.values(wrapped=anew))
    return True


def _opened(one: Seal, keys: dict[str, bytes | None]) -> bytes | None:
    head, nonce, sealed = one.sealed[:HEAD], one.sealed[HEAD:][:NONCE], one.sealed[HEAD + NONCE :]
    try:
        key = keys[_id(head)]
        if key is None:
            return None
        about = _about(head, one.partner_id, one.place)
        return _whole(head[: len(VERSION)], AESGCM(key).decrypt(nonce, sealed, about))
    except (InvalidTag, KeyError, ValueError) as error:
        raise _broken(one.place) from error


def _pressed(what: bytes) -> bytes:
    pressed: bytes = ZSTD.compress(what, asbytes=True)
    return len(what).to_bytes(LENGTH, "little") + pressed


def _whole(version: bytes, pressed: bytes) -> bytes:
    if version == BEFORE:
        return zlib.decompress(pressed)
    size = int.from_bytes(pressed[:LENGTH], "little")
    whole: bytes = ZSTD.decompress(pressed[LENGTH:], size, asbytes=True)
    return whole


def _id(sealed: bytes) -> str:
    return sealed[len(VERSION) : HEAD].hex()


def _about(head: bytes, partner_id: str, place: str) -> bytes:
    return head + json.dumps([partner_id, place]).encode()


def _key(session: Session, partner_id: str, business_id: str) -> tuple[str, bytes]:
    """Return the id of a business's key, and the key."""
    asked = {"partner": partner_id, "business": business_id}
    found = session.connection().execute(OF_BUSINESS, asked).one_or_none()
    if found is None:
        return _new(session, partner_id, business_id)
    name, wrapped = found
    return name, _master(session).unwrap(wrapped or b"", bytes.fromhex(name))


def _new(session: Session, partner_id: str, business_id: str) -> tuple[str, bytes]:
    name, key = secrets.token_hex(ID), AESGCM.generate_key(KEY_BITS)
    wrapped = _master(session).wrap(key, bytes.fromhex(name))
    row = {"key_id": name, "partner_id": partner_id, "business_id": business_id}
    session.connection().execute(insert(BusinessKey), {**row, "wrapped": wrapped})
    return name, key


def _keys(session: Session, names: set[str]) -> dict[str, bytes | None]:
    """Return the keys there are by their ids, None where erased."""
    asked, master = sorted(names), _master(session)
    found: dict[str, bytes | None] = {}
    for start in range(0, len(asked), AT_ONCE):
        some = {"names": asked[start : start + AT_ONCE]}
        for name, wrapped in session.connection().execute(OF_NAMES, some):
            found[name] = None if wrapped is None else master.unwrap(wrapped, bytes.fromhex(name))
    return found


def _master(session: Session) -> Master:
    """Return the master key that the session's engine was unlocked with."""
    master = session.connection().get_execution_options().get("master")
    if not isinstance(master, Master):
        raise TypeError("the engine is not unlocked: serving.store.sealed.unlock")
    return master


def erased() -> Erased:
    """Return the error of what was about a person who is erased."""
    return Erased(
        found="a business that is erased",
        expected="one whose data are kept",
        hint="They cannot be brought back; a new application begins anew.",
        code="erased",
    )


def _broken(place: str) -> Tampered:
    return Tampered(
        found="data that are not what was sealed",
        expected="what was sealed for this place",
        hint="Verify the ledger (`lumbung ledger verify`), and restore from a backup.",
        code="broken-seal",
        where=place.partition("/")[0],
    )

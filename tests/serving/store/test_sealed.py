"""What is sealed opens for its partner and in its place, and never again once its key is gone."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from features.errors import Unavailable
from serving.store import database
from serving.store.master import Master
from serving.store.sealed import (
    BEFORE,
    ZSTD,
    Erased,
    Seal,
    Tampered,
    key_id,
    seal,
    unlock,
    unseal,
    unseal_all,
)
from serving.tables import BusinessKey
from tests.serving.cases import MASTER
from tests.serving.conftest import Known
from tests.training.cases import refused

WHAT = b"Budi Santoso, 3325081234567890"


@pytest.fixture(scope="module")
def engine(known: Known, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Return a database with the partners granary and mill, and the keys that tests make."""
    file = shutil.copy(known.file, tmp_path_factory.mktemp("sealed") / "lumbung.db")
    engine = unlock(database.connect(f"sqlite:///{file}"), MASTER)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Return a session that writes; nothing of it is kept."""
    with database.writing(engine) as session:
        yield session
        session.rollback()


def test_what_is_sealed_opens_as_it_was(session: Session) -> None:
    sealed = seal(session, "granary", "b1", "decisions/d1", WHAT)
    assert unseal(session, "granary", "decisions/d1", sealed) == WHAT


def test_nothing_of_it_can_be_read_without_the_key(session: Session) -> None:
    sealed = seal(session, "granary", "b1", "decisions/d1", WHAT)
    assert WHAT not in sealed
    assert ZSTD.compress(WHAT, asbytes=True) not in sealed


def test_what_was_sealed_before_with_zlib_opens_too(session: Session) -> None:
    head = BEFORE + bytes.fromhex(key_id(session, "granary", "b1"))
    (wrapped,) = session.scalars(select(BusinessKey.wrapped)).all()
    key = AESGCM(MASTER.unwrap(wrapped or b"", head[1:]))
    about = head + b'["granary", "decisions/d1"]'
    nonce = bytes(12)
    sealed = head + nonce + key.encrypt(nonce, zlib.compress(WHAT, 1), about)
    assert unseal(session, "granary", "decisions/d1", sealed) == WHAT


def test_the_same_sealed_twice_looks_different(session: Session) -> None:
    one, other = (seal(session, "granary", "b1", "decisions/d1", WHAT) for _ in range(2))
    assert one[:17] == other[:17]
    assert one[17:] != other[17:]


@pytest.mark.parametrize(
    ("partner_id", "place"),
    [("mill", "decisions/d1"), ("granary", "decisions/d2"), ("granary", "cases.note/d1")],
)
def test_it_opens_nowhere_else(session: Session, partner_id: str, place: str) -> None:
    sealed = seal(session, "granary", "b1", "decisions/d1", WHAT)
    with pytest.raises(Tampered) as caught:
        unseal(session, partner_id, place, sealed)
    refused(caught, "broken-seal")


@given(st.data())
def test_any_byte_changed_is_found(engine: Engine, data: st.DataObject) -> None:
    with database.writing(engine) as session:
        sealed = bytearray(seal(session, "granary", "b1", "decisions/d1", WHAT))
        at = data.draw(st.integers(0, len(sealed) - 1))
        sealed[at] ^= data.draw(st.integers(1, 255))
        with pytest.raises(Tampered):
            unseal(session, "granary", "decisions/d1", bytes(sealed))
        session.rollback()


@pytest.mark.parametrize("length", [0, 1, 17, 29, 44])
def test_a_seal_cut_short_is_broken(session: Session, length: int) -> None:
    sealed = seal(session, "granary", "b1", "decisions/d1", WHAT)
    with pytest.raises(Tampered):
        unseal(session, "granary", "decisions/d1", sealed[:length])


def test_each_business_has_a_key_of_its_own_at_each_partner(session: Session) -> None:
    pairs = [("granary", "b1"), ("granary", "b2"), ("mill", "b1")]
    names = [key_id(session, *pair) for pair in pairs]
    assert len(set(names)) == 3
    assert [key_id(session, *pair) for pair in pairs] == names


def test_without_its_key_it_is_erased_and_the_others_stay(session: Session) -> None:
    mine = seal(session, "granary", "b1", "decisions/d1", WHAT)
    others = seal(session, "granary", "b2", "decisions/d2", b"other")
    gone = {"wrapped": None, "business_id": None}
    session.execute(update(BusinessKey).where(BusinessKey.business_id == "b1").values(gone))
    with pytest.raises(Erased) as caught:
        unseal(session, "granary", "decisions/d1", mine)
    refused(caught, "erased")
    assert unseal_all(
        session, [Seal("granary", "decisions/d1", mine), Seal("granary", "decisions/d2", others)]
    ) == [None, b"other"]


def test_an_erased_business_that_comes_back_gets_another_key(session: Session) -> None:
    before = key_id(session, "granary", "b1")
    gone = {"wrapped": None, "business_id": None}
    session.execute(update(BusinessKey).where(BusinessKey.key_id == before).values(gone))
    assert key_id(session, "granary", "b1") != before


def test_another_master_key_opens_nothing(engine: Engine, session: Session) -> None:
    sealed = seal(session, "granary", "b1", "decisions/d1", WHAT)
    session.commit()
    other = unlock(database.connect(str(engine.url)), Master([b"n" * 32]))
    with database.session(other) as theirs, pytest.raises(Unavailable) as caught:
        unseal(theirs, "granary", "decisions/d1", sealed)
    refused(caught, "wrong-master-key")
    other.dispose()


def test_a_wrapped_key_opens_for_its_own_row_alone(session: Session) -> None:
    sealed = seal(session, "granary", "b1", "decisions/d1", WHAT)
    key_id(session, "granary", "b2")
    theirs = select(BusinessKey.wrapped).where(BusinessKey.business_id == "b2").scalar_subquery()
    mine = update(BusinessKey).where(BusinessKey.business_id == "b1")
    session.execute(mine.values(wrapped=theirs))
    with pytest.raises(Unavailable, match="wrong-master-key"):
        unseal(session, "granary", "decisions/d1", sealed)


def test_an_engine_that_is_not_unlocked_seals_nothing(engine: Engine) -> None:
    locked = database.connect(str(engine.url))
    with database.session(locked) as session, pytest.raises(TypeError, match="not unlocked"):
        seal(session, "granary", "b9", "decisions/d1", WHAT)
    locked.dispose()

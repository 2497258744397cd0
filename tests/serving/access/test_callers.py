"""A key opens what is its partner's, and nothing else opens anything."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from serving.access.callers import (
    Caller,
    Forbidden,
    Kind,
    NotAuthenticated,
    as_kind,
    caller_of,
)
from serving.access.keys import issue_key
from serving.store import database
from serving.tables import ApiKey, Partner
from tests.audit.cases import NOW
from tests.serving.conftest import Known
from tests.training.cases import refused

KEY_CHARACTERS = "0123456789abcdef_"


@pytest.fixture(scope="module")
def engine(known: Known, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Return a database of this module's own."""
    file = shutil.copy(known.file, tmp_path_factory.mktemp("access") / "lumbung.db")
    engine = database.connect(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def key(engine: Engine) -> str:
    """Return a key of a partner that has no other."""
    return issue_key(engine, "thresher", "Thresher")


def opens_nothing(engine: Engine, key: str) -> None:
    """Assert that a key is refused, in words that do not repeat it."""
    with pytest.raises(NotAuthenticated) as caught:
        caller_of(engine, key, NOW)
    refused(caught, "bad-key")
    assert caught.value.found == "a key that opens nothing"


def test_a_key_opens_what_is_its_partners(engine: Engine, key: str) -> None:
    assert caller_of(engine, key, NOW) == Caller("thresher", "lender", key.split("_")[1], "")


def test_two_keys_of_a_partner_differ_and_both_open(engine: Engine, key: str) -> None:
    other = issue_key(engine, "thresher", "Thresher")
    assert other != key
    assert {caller_of(engine, one, NOW).partner_id for one in (key, other)} == {"thresher"}


def test_a_key_tells_who_holds_it_and_for_whom_they_act(engine: Engine) -> None:
    key = issue_key(engine, "dinas", "Dinas", person="ani", kind="official")
    assert caller_of(engine, key, NOW) == Caller("dinas", "official", key.split("_")[1], "ani")


@pytest.mark.parametrize(("kind", "other"), [("lender", "official"), ("official", "lender")])
def test_who_is_of_another_kind_is_known_and_refused(kind: Kind, other: Kind) -> None:
    caller = Caller("granary", kind, "p", "ani")
    assert as_kind(caller, kind) is caller
    with pytest.raises(Forbidden) as caught:
        as_kind(caller, other)
    refused(caught, "other-kind")
    assert caught.value.http_status == 403


def test_a_second_key_may_name_the_partner_anew(engine: Engine) -> None:
    issue_key(engine, "silo", "Silo")
    issue_key(engine, "silo", "Silo and Sons")
    with Session(engine) as session:
        named = session.scalars(select(Partner.name).where(Partner.partner_id == "silo")).all()
    assert named == ["Silo and Sons"]


def test_a_key_has_256_random_bits_of_which_only_the_hash_is_kept(
    engine: Engine, key: str, known: Known
) -> None:
    mark, prefix, secret = key.split("_")
    assert (mark, len(prefix), len(secret)) == ("lbg", 12, 64)
    with Session(engine) as session:
        row = session.get_one(ApiKey, prefix)
    assert row.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert row.partner_id == "thresher"
    files = [Path(str(engine.url.database)), *Path(str(engine.url.database)).parent.iterdir()]
    assert all(secret.encode() not in file.read_bytes() for file in [*files, known.file])


@settings(deadline=None, max_examples=100)
@given(at=st.integers(0, 80), character=st.sampled_from(KEY_CHARACTERS))
def test_a_key_with_one_character_changed_opens_nothing(
    engine: Engine, key: str, at: int, character: str
) -> None:
    changed = key[:at] + character + key[at + 1 :]
    if changed != key:
        opens_nothing(engine, changed)


@settings(deadline=None, max_examples=100)
@given(st.text() | st.text(KEY_CHARACTERS).map("lbg_{}".format))
def test_any_other_text_opens_nothing(engine: Engine, text: str) -> None:
    opens_nothing(engine, text)


def test_the_secret_of_one_key_does_not_open_another(engine: Engine, key: str) -> None:
    prefix = key.split("_")[1]
    secret = issue_key(engine, "silo", "Silo").split("_")[2]
    opens_nothing(engine, f"lbg_{prefix}_{secret}")


@pytest.mark.parametrize("cut", ["lbg", "lbg_", "", "lbg_{prefix}", "lbg_{prefix}_", "{prefix}"])
def test_a_part_of_a_key_opens_nothing(engine: Engine, key: str, cut: str) -> None:
    opens_nothing(engine, cut.format(prefix=key.split("_")[1]))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer lbg_0_0",
        "Basic bGJnXzA6MA==",
        "Bearer \xe9",
        "lbg_000000000000_0",
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/decisions/d1"), ("POST", "/applications")])
def test_a_request_without_a_key_that_opens_gets_401(
    shared: TestClient, header: str | None, method: str, path: str
) -> None:
    headers = [] if header is None else [(b"Authorization", header.encode("latin-1"))]
    response = shared.request(method, f"/v1{path}", headers=headers, json={})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "bad-key"


def test_a_key_taken_back_opens_nothing_any_more(engine: Engine) -> None:
    key = issue_key(engine, "silo", "Silo")
    with Session(engine) as session, session.begin():
        session.delete(session.get_one(ApiKey, key.split("_")[1]))
    opens_nothing(engine, key)

"""Keys: for what, for how long, one in the place of another, and taken back at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from features.errors import Refused
from serving.access import keys, sessions
from serving.access.callers import (
    SCOPES,
    USUAL,
    Caller,
    NotAuthenticated,
    NotFound,
    Scope,
    caller_of,
)
from serving.access.keys import Asked, issue_key
from serving.store import database
from serving.tables import LedgerRow
from tests.audit.cases import NOW
from tests.serving.cases import ANI, MILLER, bearer, service_of
from tests.training.cases import refused

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def prefix_of(key: str) -> str:
    """Return the prefix of a key."""
    return key.split("_")[1]


def only(engine: Engine, prefix: str) -> keys.Key:
    """Return a key as it is listed at `NOW`."""
    (found,) = [one for one in keys.listed(engine, NOW) if one.prefix == prefix]
    return found


def opens_nothing(engine: Engine, key: str, code: str, after: timedelta = timedelta()) -> None:
    """Assert that a key is refused by a code."""
    with pytest.raises(NotAuthenticated) as caught:
        caller_of(engine, key, NOW + after)
    refused(caught, code)
    assert key.split("_")[2] not in str(caught.value)


@pytest.fixture
def key(decided: Engine) -> str:
    """Return a key of granary that reads for a day from `NOW` on."""
    return keys.issue(decided, "granary", Asked("ani", ["read"], DAY), NOW)


def test_a_key_opens_its_scopes_until_it_ends(decided: Engine, key: str) -> None:
    expected = Caller("granary", "lender", prefix_of(key), "ani", frozenset({"read"}))
    assert caller_of(decided, key, NOW + DAY - TICK) == expected
    opens_nothing(decided, key, "key-expired", DAY)


def test_a_key_of_which_nobody_says_more_opens_all_but_keys_for_a_year(decided: Engine) -> None:
    key = keys.issue(decided, "granary", Asked(), NOW)
    assert caller_of(decided, key, NOW).scopes == USUAL == set(SCOPES) - {"admin", "protected"}
    assert only(decided, prefix_of(key)).expires_at == NOW + timedelta(days=365)


def test_only_a_partner_there_is_gets_a_key(decided: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        keys.issue(decided, "nobody", Asked(), NOW)
    refused(caught, "no-partner")


def test_a_lender_never_becomes_an_official(decided: Engine) -> None:
    with pytest.raises(Refused) as caught:
        keys.add_partner(decided, "granary", "Granary", "official")
    refused(caught, "other-partner")


def test_a_key_taken_back_opens_nothing_from_then_on(decided: Engine, key: str) -> None:
    inside = sessions.for_staff(decided, key, NOW)
    keys.revoke(decided, prefix_of(key), NOW, "granary")
    opens_nothing(decided, key, "key-revoked")
    opens_nothing(decided, key, "key-revoked", -DAY)  # a clock that is put back revives no key
    assert sessions.staff_of(decided, inside.token, NOW) is None
    keys.revoke(decided, prefix_of(key), NOW + DAY)
    assert only(decided, prefix_of(key)).revoked_at == NOW


def test_a_session_ends_with_the_key_that_opened_it(decided: Engine) -> None:
    key = keys.issue(decided, "granary", Asked(lives=timedelta(minutes=5)), NOW)
    inside = sessions.for_staff(decided, key, NOW)
    last = NOW + timedelta(minutes=5)
    assert sessions.staff_of(decided, inside.token, last - TICK) is not None
    assert sessions.staff_of(decided, inside.token, last) is None


def test_one_key_takes_the_place_of_another_and_both_work_for_a_while(
    decided: Engine, key: str
) -> None:
    hour = timedelta(hours=1)
    other = keys.rotate(decided, prefix_of(key), NOW, hour)
    before, after = (caller_of(decided, one, NOW + hour - TICK) for one in (key, other))
    assert (after.partner_id, after.person, after.scopes) == ("granary", "ani", before.scopes)
    opens_nothing(decided, key, "key-expired", hour)
    assert caller_of(decided, other, NOW + DAY - TICK) == after
    opens_nothing(decided, other, "key-expired", DAY)


def test_no_key_lives_longer_for_having_been_replaced(decided: Engine, key: str) -> None:
    keys.rotate(decided, prefix_of(key), NOW, timedelta(days=30))
    assert only(decided, prefix_of(key)).expires_at == NOW + DAY


@pytest.mark.parametrize("over", ["expired", "revoked"])
def test_what_opens_nothing_any_more_is_not_replaced(decided: Engine, key: str, over: str) -> None:
    if over == "revoked":
        keys.revoke(decided, prefix_of(key), NOW)
    with pytest.raises(Refused) as caught:
        keys.rotate(decided, prefix_of(key), NOW + (DAY if over == "expired" else timedelta()))
    refused(caught, "key-over")


def test_nobody_replaces_or_takes_back_the_key_of_another(decided: Engine, key: str) -> None:
    for prefix in (prefix_of(key), "000000000000"):
        with pytest.raises(NotFound) as caught:
            keys.rotate(decided, prefix, NOW, by=MILLER)
        refused(caught, "no-key")
        with pytest.raises(NotFound) as caught:
            keys.revoke(decided, prefix, NOW, "mill")
        refused(caught, "no-key")
    assert caller_of(decided, key, NOW).partner_id == "granary"
    assert prefix_of(key) not in {one.prefix for one in keys.listed(decided, NOW, "mill")}


def test_a_key_knows_who_gave_it_through_every_change(decided: Engine, key: str) -> None:
    """Whoever saw a secret could use it: the giver, and who puts a key in another's place."""
    held = caller_of(decided, key, NOW)
    assert not held.delegated
    own = keys.rotate(decided, prefix_of(key), NOW, by=held)
    operators = keys.rotate(decided, prefix_of(own), NOW)
    assert [caller_of(decided, one, NOW).delegated for one in (own, operators)] == [False] * 2
    colleagues = keys.rotate(decided, prefix_of(operators), NOW, by=ANI)
    given = keys.issue(decided, "granary", Asked("budi", ["read"]), NOW, held.prefix)
    again = keys.rotate(decided, prefix_of(given), NOW)
    itself = keys.rotate(decided, prefix_of(again), NOW, by=caller_of(decided, again, NOW))
    for one in (colleagues, given, again, itself):
        assert caller_of(decided, one, NOW).delegated
    assert only(decided, prefix_of(own)).given_by is None
    assert only(decided, prefix_of(itself)).given_by == held.prefix


def test_the_day_of_the_last_use_is_kept(decided: Engine, key: str) -> None:
    assert only(decided, prefix_of(key)).last_used_on is None
    caller_of(decided, key, NOW)
    assert only(decided, prefix_of(key)).last_used_on == NOW.date()
    opens_nothing(decided, key[:-1] + ("0" if key[-1] != "0" else "1"), "bad-key")
    opens_nothing(decided, key, "key-expired", DAY)
    assert only(decided, prefix_of(key)).last_used_on == NOW.date()


def test_the_list_tells_where_each_key_stands_and_no_secret(decided: Engine, key: str) -> None:
    (found,) = [k for k in keys.listed(decided, NOW, "granary") if k.prefix == prefix_of(key)]
    assert (found.scopes, found.state) == (("read",), "in_force")
    (found,) = [k for k in keys.listed(decided, NOW + DAY) if k.prefix == prefix_of(key)]
    assert found.state == "expired"
    assert key.split("_")[2] not in repr(keys.listed(decided, NOW))


def test_whatever_is_done_with_a_key_stands_in_the_ledger(decided: Engine, key: str) -> None:
    other = prefix_of(keys.rotate(decided, prefix_of(key), NOW))
    keys.revoke(decided, other, NOW)
    keys.revoke(decided, other, NOW)
    with database.session(decided) as session:
        entries = session.scalars(select(LedgerRow).order_by(LedgerRow.number)).all()
    done = [(e.kind, e.subject) for e in entries if e.subject in (prefix_of(key), other)]
    begun, ended = ("key-given", prefix_of(key)), ("key-end", prefix_of(key))
    assert done == [begun, ("key-given", other), ended, ("key-end", other)]
    assert {e.partner_id for e in entries if e.kind.startswith("key")} >= {"granary"}


@pytest.mark.parametrize(
    ("scope", "path"),
    [("read", "/v1/decisions/d1"), ("cases", "/v1/cases"), ("programmes", "/v1/programmes")],
)
def test_a_route_opens_to_keys_with_its_scope_only(
    app: FastAPI, client: TestClient, scope: Scope, path: str
) -> None:
    engine = service_of(app).engine
    rest = issue_key(engine, "granary", "Granary", scopes=set(SCOPES) - {scope})
    answer = client.get(path, headers=bearer(rest))
    assert (answer.status_code, answer.json()["code"]) == (403, "missing-scope")
    mine = issue_key(engine, "granary", "Granary", scopes=[scope])
    assert client.get(path, headers=bearer(mine)).status_code in {200, 404}

"""``lumbung partners`` and ``lumbung keys``: who asks, by which key, until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from serving.access.callers import Caller, NotAuthenticated, caller_of
from serving.store import database
from tests.lumbung.conftest import Lumbung

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def granary(lumbung: Lumbung) -> None:
    """Add a partner."""
    assert lumbung("partners", "add", "granary", "--name", "Granary").status == 0


def opens(home: Path, key: str, after: timedelta = timedelta()) -> Caller:
    """Return whom a key opens the service to, a while from now."""
    engine = database.connect(f"sqlite:///{home / 'lumbung.db'}")
    try:
        return caller_of(engine, key, datetime.now(UTC) + after)
    finally:
        engine.dispose()


def test_a_partner_gets_a_key_in_two_steps(lumbung: Lumbung, home: Path) -> None:
    assert lumbung("partners", "add", "silo", "--name", "Silo").status == 0
    asked = ("silo", "--person", "siti", "--scope", "read", "--scope", "score", "--lives", "12h")
    ended = lumbung("keys", "issue", *asked, "--json")
    key = ended.json()["key"]
    scopes = frozenset({"read", "score"})
    assert opens(home, key) == Caller("silo", "lender", ended.json()["prefix"], "siti", scopes)
    assert "only here" in ended.stderr
    with pytest.raises(NotAuthenticated):
        opens(home, key, timedelta(hours=13))


def test_an_official_is_added_as_one(lumbung: Lumbung, home: Path) -> None:
    lumbung("partners", "add", "dinas", "--name", "Dinas", "--kind", "official")
    key = lumbung("keys", "issue", "dinas").stdout.strip()
    assert opens(home, key).kind == "official"
    assert "admin" not in opens(home, key).scopes


def test_a_key_for_nobody_is_refused(lumbung: Lumbung) -> None:
    ended = lumbung("keys", "issue", "nobody")
    assert ended.status == 1
    assert "no-partner" in ended.stderr


def test_one_key_takes_the_place_of_another(lumbung: Lumbung, home: Path) -> None:
    first = lumbung("keys", "issue", "granary", "--json").json()
    second = lumbung("keys", "rotate", first["prefix"], "--overlap", "2d", "--json").json()
    assert opens(home, first["key"], timedelta(days=1)).partner_id == "granary"
    with pytest.raises(NotAuthenticated):
        opens(home, first["key"], timedelta(days=3))
    assert opens(home, second["key"], timedelta(days=3)).partner_id == "granary"


def test_a_key_taken_back_opens_nothing_and_is_listed_so(lumbung: Lumbung, home: Path) -> None:
    made = lumbung("keys", "issue", "granary", "--json").json()
    assert lumbung("keys", "revoke", made["prefix"]).status == 0
    with pytest.raises(NotAuthenticated):
        opens(home, made["key"], timedelta(minutes=10))
    listed = lumbung("keys", "list", "granary", "--json").json()["keys"]
    assert {key["prefix"]: key["state"] for key in listed}[made["prefix"]] == "revoked"
    assert f"{made['prefix']}  granary  -  revoked" in lumbung("keys", "list").stdout
    assert lumbung("keys", "list", "nobody").stdout == "there is no key\n"


@pytest.mark.parametrize("overlap", ["7", "d", "7w", "-1d"])
def test_a_while_that_is_none_is_refused(lumbung: Lumbung, overlap: str) -> None:
    ended = lumbung("keys", "rotate", "000000000000", f"--overlap={overlap}")
    assert ended.status == 2
    assert "7d or 12h" in ended.stderr

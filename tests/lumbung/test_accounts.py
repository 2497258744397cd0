"""``lumbung accounts``: people are let in, and out."""

from __future__ import annotations

import pytest

from tests.lumbung.conftest import Lumbung

ADD = ("accounts", "add", "siti", "--partner", "granary", "--person", "Siti")


@pytest.fixture(autouse=True)
def granary(lumbung: Lumbung) -> None:
    """Add a partner."""
    assert lumbung("partners", "add", "granary", "--name", "Granary").status == 0


def test_an_account_is_made_with_a_link_and_no_password(lumbung: Lumbung) -> None:
    ended = lumbung(*ADD, "--scope", "cases", "--json")
    assert ended.status == 0
    assert ended.json()["setup"].startswith("http://127.0.0.1:8000/account/setup/")
    assert "password" not in ended.stdout
    (listed,) = lumbung("accounts", "list", "--json").json()["accounts"]
    assert (listed["username"], listed["scopes"], listed["state"]) == (
        "siti",
        ["cases"],
        "invited",
    )


def test_a_link_leads_where_people_reach_the_service(
    lumbung: Lumbung, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUMBUNG_PUBLIC_URL", "https://lumbung.example")
    assert lumbung(*ADD).stdout.startswith("https://lumbung.example/account/setup/")


def test_an_account_is_reset_and_disabled(lumbung: Lumbung) -> None:
    first = lumbung(*ADD, "--json").json()
    assert lumbung("accounts", "reset", "siti", "--json").json() != first
    assert lumbung("accounts", "disable", "siti").status == 0
    assert lumbung("accounts", "list").stdout == "siti  granary  Siti  disabled\n"


def test_an_account_is_bound_to_one_of_the_providers_people_and_unbound(
    lumbung: Lumbung, monkeypatch: pytest.MonkeyPatch
) -> None:
    lumbung(*ADD)
    ended = lumbung("accounts", "bind", "siti", "s-1")
    assert (ended.status, "no-provider" in ended.stderr) == (1, True)
    monkeypatch.setenv("LUMBUNG_OIDC_ISSUER", "https://id.granary.example")
    monkeypatch.setenv("LUMBUNG_OIDC_CLIENT_ID", "lumbung")
    monkeypatch.setenv("LUMBUNG_OIDC_SECRET_FILE", "/nowhere")
    assert lumbung("accounts", "bind", "siti", "s-1").status == 0
    lumbung("accounts", "add", "budi", "--partner", "granary", "--person", "Budi")
    assert "bound-already" in lumbung("accounts", "bind", "budi", "s-1").stderr
    bound = {
        one["username"]: one["bound"]
        for one in lumbung("accounts", "list", "--json").json()["accounts"]
    }
    assert bound == {"siti": True, "budi": False}
    assert lumbung("accounts", "unbind", "siti").status == 0
    assert lumbung("accounts", "bind", "budi", "s-1").status == 0


def test_there_may_be_none(lumbung: Lumbung) -> None:
    assert lumbung("accounts", "list").stdout == "there is no account\n"
    assert "no-account" in lumbung("accounts", "disable", "siti").stderr

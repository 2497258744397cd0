"""Accounts: set up once by a link, reset and disabled, and nothing of them kept in the clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from features.errors import BadInput, Refused
from serving.access import accounts, sessions, signing_in
from serving.access.callers import NotFound
from serving.access.signing_in import Shown
from serving.store import database
from serving.tables import AccountRow, LedgerRow, RecoveryRow
from tests.audit.cases import NOW
from tests.serving.access.cases import LATER, PASSWORD, is_refused
from tests.serving.cases import code_at
from tests.training.cases import refused


def test_a_link_sets_an_account_up_once(decided: Engine, token: str, paper: list[str]) -> None:
    assert paper
    with pytest.raises(NotFound) as caught:
        accounts.set_up(decided, token, PASSWORD, "000000", NOW)
    refused(caught, "no-setup")


def test_a_link_is_good_for_a_day(decided: Engine, token: str) -> None:
    last = NOW + timedelta(hours=24) - timedelta(microseconds=1)
    assert accounts.invited(decided, token, last).username == "siti"
    for other, at in ((token, NOW + timedelta(hours=24)), (token[:-1], NOW), ("", NOW)):
        with pytest.raises(NotFound) as caught:
            accounts.invited(decided, other, at)
        refused(caught, "no-setup")


def test_nothing_is_kept_until_password_and_telephone_are_right(
    decided: Engine, token: str, secret: str
) -> None:
    with pytest.raises(BadInput) as bad:
        accounts.set_up(decided, token, "siti", code_at(secret, NOW), NOW)
    refused(bad, "bad-password")
    with pytest.raises(Refused) as other:
        accounts.set_up(decided, token, PASSWORD, "000000", NOW)
    refused(other, "wrong-second-factor")
    (found,) = accounts.listed(decided)
    assert found.state == "invited"
    is_refused(decided, Shown("siti", PASSWORD, code_at(secret, LATER)))


def test_a_reset_ends_password_telephone_and_sessions(
    decided: Engine, shown: Shown, paper: list[str], secret: str
) -> None:
    inside = signing_in.sign_in(decided, shown, LATER)
    token = accounts.reset(decided, "siti", LATER)
    assert sessions.staff_of(decided, inside.token, LATER) is None
    is_refused(decided, replace(shown, code=paper[0]))
    invited = accounts.invited(decided, token, LATER)
    assert invited.secret != secret
    code = code_at(invited.secret, LATER)
    assert set(accounts.set_up(decided, token, PASSWORD, code, LATER)).isdisjoint(paper)
    is_refused(decided, replace(shown, code=paper[0]))


def test_a_disabled_account_lets_nobody_in_nor_on(
    decided: Engine, shown: Shown, paper: list[str]
) -> None:
    inside = signing_in.sign_in(decided, shown, LATER)
    accounts.disable(decided, "siti", LATER)
    assert sessions.staff_of(decided, inside.token, LATER) is None
    is_refused(decided, replace(shown, code=paper[0]))
    (found,) = accounts.listed(decided)
    assert (found.username, found.partner_id, found.state) == ("siti", "granary", "disabled")


def test_a_name_is_one_persons(decided: Engine, token: str) -> None:
    assert token
    with pytest.raises(Refused) as caught:
        accounts.add(decided, "siti", "mill", "Siti", NOW)
    refused(caught, "username-taken")


def test_an_account_is_of_a_partner_there_is(decided: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        accounts.add(decided, "siti", "nobody", "Siti", NOW)
    refused(caught, "no-partner")


@pytest.mark.parametrize("does", [accounts.reset, accounts.disable])
def test_nothing_is_done_to_an_account_that_there_is_not(decided: Engine, does: object) -> None:
    assert callable(does)
    with pytest.raises(NotFound) as caught:
        does(decided, "siti", NOW)
    refused(caught, "no-account")


def test_the_database_holds_neither_secret_nor_code_nor_password(
    decided: Engine, token: str, secret: str, paper: list[str]
) -> None:
    with database.session(decided) as session:
        rows = [*session.scalars(select(AccountRow)), *session.scalars(select(RecoveryRow))]
        dump = str([vars(row) for row in rows])
    written = [token, secret, PASSWORD, *paper, *(code.replace("-", "") for code in paper)]
    assert [one for one in written if one in dump] == []


def test_making_resetting_and_disabling_stand_in_the_ledger(decided: Engine, token: str) -> None:
    assert token
    accounts.reset(decided, "siti", NOW)
    accounts.disable(decided, "siti", NOW)
    with database.session(decided) as session:
        of = select(LedgerRow.partner_id).where(LedgerRow.kind == "account")
        assert session.scalars(of).all() == ["granary"] * 3

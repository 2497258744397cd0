"""Accounts: set up once by a link, entered by password and second factor, slow to who guesses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select, update

from features.errors import BadInput, Refused
from serving.access import accounts, sessions
from serving.access.accounts import Shown
from serving.access.callers import Caller, NotAuthenticated, NotFound
from serving.store import database
from serving.tables import AccountRow, LedgerRow, RecoveryRow
from tests.audit.cases import NOW
from tests.serving.cases import code_at
from tests.training.cases import refused

PASSWORD = "gabah kering giling 7"
STEP = timedelta(seconds=30)
LATER = NOW + 2 * STEP
"""When the code that set the account up is of a step that is over."""


@pytest.fixture
def token(decided: Engine) -> str:
    """Return the token by which siti of granary sets her account up."""
    return accounts.add(decided, "siti", "granary", "Siti", NOW, ["cases"])


@pytest.fixture
def secret(decided: Engine, token: str) -> str:
    """Return the secret on siti's telephone."""
    return accounts.invited(decided, token, NOW).secret


@pytest.fixture
def paper(decided: Engine, token: str, secret: str) -> list[str]:
    """Set the account up, and return the codes on paper."""
    return accounts.set_up(decided, token, PASSWORD, code_at(secret, NOW), NOW)


@pytest.fixture
def shown(secret: str, paper: list[str]) -> Shown:
    """Return what siti shows at `LATER`."""
    assert len(set(paper)) == 10
    return Shown("siti", PASSWORD, code_at(secret, LATER))


def is_refused(engine: Engine, shown: Shown, at: timedelta = timedelta()) -> None:
    """Assert that nobody is let in, in words that do not tell why."""
    with pytest.raises(NotAuthenticated) as caught:
        accounts.sign_in(engine, shown, LATER + at)
    refused(caught, "bad-sign-in")
    assert not [word for word in (shown.username, shown.password) if word in str(caught.value)]


def test_who_shows_all_three_is_let_in_as_themselves(decided: Engine, shown: Shown) -> None:
    inside = accounts.sign_in(decided, shown, LATER)
    by = sessions.staff_of(decided, inside.token, LATER)
    assert by is not None
    assert by == Caller("granary", "lender", by.prefix, "Siti", frozenset({"cases"}))


@pytest.mark.parametrize(
    "changed",
    [
        {"username": "budi"},
        {"username": "SITI"},
        {"password": "jerami basah 99"},
        {"code": "000000"},
    ],
)
def test_nothing_opens_with_one_of_them_wrong(
    decided: Engine, shown: Shown, changed: dict[str, str]
) -> None:
    is_refused(decided, replace(shown, **changed))
    assert sessions_there(decided) == 0


def sessions_there(engine: Engine) -> int:
    """Count the sessions of siti."""
    with database.session(engine) as session:
        account_id = session.scalars(select(AccountRow.account_id)).one()
    return len(sessions.of_account(engine, account_id, "", LATER))


def test_a_code_is_taken_once_and_none_from_before_it(
    decided: Engine, shown: Shown, secret: str
) -> None:
    accounts.sign_in(decided, shown, LATER)
    is_refused(decided, shown)
    is_refused(decided, replace(shown, code=code_at(secret, LATER - STEP)))
    after = replace(shown, code=code_at(secret, LATER + STEP))
    accounts.sign_in(decided, after, LATER + STEP)


def test_the_code_that_set_the_account_up_lets_nobody_in(
    decided: Engine, shown: Shown, secret: str
) -> None:
    with pytest.raises(NotAuthenticated):
        accounts.sign_in(decided, replace(shown, code=code_at(secret, NOW)), NOW)


def test_each_code_on_paper_lets_in_once(decided: Engine, shown: Shown, paper: list[str]) -> None:
    accounts.sign_in(decided, replace(shown, code=paper[3]), LATER)
    is_refused(decided, replace(shown, code=paper[3]))
    typed = paper[4].replace("-", " ").upper()
    accounts.sign_in(decided, replace(shown, code=typed), LATER)


def test_after_five_tries_even_what_is_right_has_to_wait_longer_each_time(
    decided: Engine, shown: Shown, paper: list[str]
) -> None:
    wrong = replace(shown, password="jerami basah 99")
    for _ in range(5):
        is_refused(decided, wrong)
    is_refused(decided, shown, timedelta(seconds=59))
    is_refused(decided, wrong, timedelta(seconds=60))
    waited = timedelta(seconds=60 + 119)
    is_refused(decided, replace(shown, code=paper[0]), waited)
    waited += timedelta(seconds=1)
    accounts.sign_in(decided, replace(shown, code=paper[0]), LATER + waited)


def test_who_was_let_in_may_be_wrong_five_times_again(
    decided: Engine, shown: Shown, paper: list[str]
) -> None:
    for code in paper[:3]:
        for _ in range(4):
            is_refused(decided, replace(shown, password="jerami basah 99"))
        accounts.sign_in(decided, replace(shown, code=code), LATER)


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
    inside = accounts.sign_in(decided, shown, LATER)
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
    inside = accounts.sign_in(decided, shown, LATER)
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


def test_a_password_kept_in_an_older_way_is_kept_anew_when_it_is_shown(
    decided: Engine, shown: Shown
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with database.session(decided) as session, session.begin():
        session.execute(update(AccountRow).values(password=old))
    accounts.sign_in(decided, shown, LATER)
    with database.session(decided) as session:
        kept = session.scalars(select(AccountRow.password)).one()
    assert "m=19456,t=2,p=1" in str(kept)


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


def test_a_person_ends_one_session_of_their_own_and_no_other(
    decided: Engine, shown: Shown, paper: list[str]
) -> None:
    first, second = (
        accounts.sign_in(decided, replace(shown, code=code), LATER) for code in paper[:2]
    )
    by = sessions.staff_of(decided, first.token, LATER)
    assert by is not None
    opened = sessions.of_account(decided, by.prefix, first.token, LATER)
    assert sorted(one.this for one in opened) == [False, True]
    (other,) = [one for one in opened if not one.this]
    sessions.end_of_account(decided, "another", other.name, LATER)
    assert sessions.staff_of(decided, second.token, LATER) is not None
    sessions.end_of_account(decided, by.prefix, other.name, LATER)
    assert sessions.staff_of(decided, second.token, LATER) is None
    assert sessions.staff_of(decided, first.token, LATER) == by

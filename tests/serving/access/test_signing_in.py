"""Signing in by password and second factor, slow to who guesses; and another password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select, update

from features.errors import BadInput
from serving.access import accounts, sessions, signing_in
from serving.access.callers import Caller, NotAuthenticated
from serving.access.signing_in import Shown
from serving.store import database
from serving.tables import AccountRow, LedgerRow
from tests.audit.cases import NOW
from tests.serving.access.cases import LATER, PASSWORD, STEP, is_refused
from tests.serving.cases import code_at
from tests.training.cases import refused


def test_who_shows_all_three_is_let_in_as_themselves(decided: Engine, shown: Shown) -> None:
    inside = signing_in.sign_in(decided, shown, LATER)
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
    signing_in.sign_in(decided, shown, LATER)
    is_refused(decided, shown)
    is_refused(decided, replace(shown, code=code_at(secret, LATER - STEP)))
    after = replace(shown, code=code_at(secret, LATER + STEP))
    signing_in.sign_in(decided, after, LATER + STEP)


def test_the_code_that_set_the_account_up_lets_nobody_in(
    decided: Engine, shown: Shown, secret: str
) -> None:
    with pytest.raises(NotAuthenticated):
        signing_in.sign_in(decided, replace(shown, code=code_at(secret, NOW)), NOW)


@pytest.mark.parametrize("meanwhile", [accounts.disable, accounts.reset])
def test_who_is_shut_out_while_they_sign_in_is_not_let_in(
    decided: Engine, shown: Shown, meanwhile: Callable[[Engine, str, datetime], object]
) -> None:
    row = signing_in.counted(decided, shown.username, LATER)
    assert row is not None
    meanwhile(decided, shown.username, LATER)
    with database.writing(decided) as session, pytest.raises(NotAuthenticated):
        signing_in.second(session, row, shown.code, LATER)


def test_another_password_lets_in_nobody_by_the_one_before(
    decided: Engine, shown: Shown, secret: str
) -> None:
    row = signing_in.counted(decided, shown.username, LATER)
    assert row is not None
    signing_in.change(decided, "", shown, "sawah hijau di lereng 7", LATER)
    with database.writing(decided) as session, pytest.raises(NotAuthenticated):
        signing_in.second(session, row, code_at(secret, LATER + STEP), LATER)


def test_each_code_on_paper_lets_in_once(decided: Engine, shown: Shown, paper: list[str]) -> None:
    signing_in.sign_in(decided, replace(shown, code=paper[3]), LATER)
    is_refused(decided, replace(shown, code=paper[3]))
    typed = paper[4].replace("-", " ").upper()
    signing_in.sign_in(decided, replace(shown, code=typed), LATER)


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
    signing_in.sign_in(decided, replace(shown, code=paper[0]), LATER + waited)


def test_who_was_let_in_may_be_wrong_five_times_again(
    decided: Engine, shown: Shown, paper: list[str]
) -> None:
    for code in paper[:3]:
        for _ in range(4):
            is_refused(decided, replace(shown, password="jerami basah 99"))
        signing_in.sign_in(decided, replace(shown, code=code), LATER)


def test_a_password_kept_in_an_older_way_is_kept_anew_when_it_is_shown(
    decided: Engine, shown: Shown
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with database.session(decided) as session, session.begin():
        session.execute(update(AccountRow).values(password=old))
    signing_in.sign_in(decided, shown, LATER)
    with database.session(decided) as session:
        kept = session.scalars(select(AccountRow.password)).one()
    assert "m=19456,t=2,p=1" in str(kept)


def test_a_person_ends_one_session_of_their_own_and_no_other(
    decided: Engine, shown: Shown, paper: list[str]
) -> None:
    first, second = (
        signing_in.sign_in(decided, replace(shown, code=code), LATER) for code in paper[:2]
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


JERAMI = "jerami basah 99"


def test_a_new_password_takes_the_place_of_the_one_before_and_ends_other_sessions(
    decided: Engine, shown: Shown, paper: list[str]
) -> None:
    here, elsewhere = (
        signing_in.sign_in(decided, replace(shown, code=code), LATER) for code in paper[:2]
    )
    signing_in.change(decided, here.token, shown, JERAMI, LATER)
    assert sessions.staff_of(decided, here.token, LATER) is not None
    assert sessions.staff_of(decided, elsewhere.token, LATER) is None
    is_refused(decided, replace(shown, code=paper[2]))
    signing_in.sign_in(decided, replace(shown, password=JERAMI, code=paper[3]), LATER)


@pytest.mark.parametrize("changed", [{"password": JERAMI}, {"code": "000000"}, {"username": ""}])
def test_no_password_is_changed_with_something_wrong_and_each_try_counts(
    decided: Engine, shown: Shown, paper: list[str], changed: dict[str, str]
) -> None:
    for _ in range(5):
        with pytest.raises(NotAuthenticated) as caught:
            signing_in.change(decided, "t", replace(shown, **changed), JERAMI, LATER)
        refused(caught, "bad-sign-in")
    right = replace(shown, code=paper[0])
    if "username" not in changed:
        is_refused(decided, right)
    after = LATER + timedelta(minutes=1)
    assert signing_in.sign_in(decided, right, after).expires_at > after


def test_a_new_password_that_is_soon_guessed_changes_nothing(decided: Engine, shown: Shown) -> None:
    with pytest.raises(BadInput) as caught:
        signing_in.change(decided, "t", shown, "password1234", LATER)
    refused(caught, "bad-password")
    assert signing_in.sign_in(decided, shown, LATER).expires_at > LATER


def test_a_change_stands_in_the_ledger(decided: Engine, shown: Shown) -> None:
    signing_in.change(decided, "t", shown, JERAMI, LATER)
    with database.session(decided) as session:
        of = select(LedgerRow.at).where(LedgerRow.kind == "account")
        assert session.scalars(of.order_by(LedgerRow.number)).all() == [NOW, LATER]

"""Who comes back from a provider is let in as the account bound to them, and as no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from features.errors import Refused
from serving.access import accounts, coming_back, sessions
from serving.access.callers import NotAuthenticated, NotFound
from serving.access.identity import Claim, Identity
from serving.access.signing_in import Shown
from serving.store import database
from serving.tables import AccountRow, LedgerRow
from tests.audit.cases import NOW
from tests.serving.access.cases import LATER, STEP, is_refused
from tests.serving.cases import code_at
from tests.training.cases import refused

ISSUER = "https://id.granary.example"
SITI = Identity(ISSUER, "s-1", "s-1")
MAIL = replace(SITI, known="siti@granary.example")


@pytest.fixture
def bound(decided: Engine, shown: Shown) -> Engine:
    """Return a database in which siti's account is bound to the provider's s-1."""
    coming_back.bind(decided, shown.username, (ISSUER, "sub", "s-1"), NOW)
    return decided


def unknown(engine: Engine, who: Identity, claim: Claim = "sub") -> None:
    """Assert that nobody is known by that."""
    with pytest.raises(NotAuthenticated) as caught:
        coming_back.known(engine, who, claim, LATER)
    refused(caught, "bad-provider-answer")


def stopped(engine: Engine, token: str, code: str, *, after: str, at: timedelta = STEP * 0) -> None:
    """Assert that nobody is let in."""
    with pytest.raises(NotAuthenticated) as caught:
        coming_back.finish(engine, token, code, LATER + at)
    refused(caught, after)


def test_who_was_bound_is_let_in_by_the_second_factor(bound: Engine, shown: Shown) -> None:
    token = coming_back.known(bound, SITI, "sub", LATER)
    assert sessions.staff_of(bound, token, LATER) is None
    opened = coming_back.finish(bound, token, shown.code, LATER)
    by = sessions.staff_of(bound, opened.token, LATER)
    assert by is not None
    assert (by.partner_id, by.person) == ("granary", "Siti")


@pytest.mark.parametrize(
    "other",
    [{"subject": "s-2", "known": "s-2"}, {"issuer": "https://another.example"}, {"known": "S-1"}],
    ids=str,
)
def test_nobody_else_is(bound: Engine, other: dict[str, str]) -> None:
    unknown(bound, replace(SITI, **other))
    unknown(bound, SITI, "email")


def test_another_partners_person_is_let_in_to_nothing_of_this_one(
    bound: Engine, shown: Shown
) -> None:
    setup = accounts.add(bound, "joko", "mill", "Joko", NOW, ["cases"])
    secret = accounts.invited(bound, setup, NOW).secret
    paper = accounts.set_up(bound, setup, "jerami basah 99", code_at(secret, NOW), NOW)
    coming_back.bind(bound, "joko", (ISSUER, "sub", "s-2"), NOW)
    token = coming_back.known(bound, Identity(ISSUER, "s-2", "s-2"), "sub", LATER)
    stopped(bound, token, shown.code, after="bad-sign-in")
    opened = coming_back.finish(bound, token, paper[0], LATER)
    by = sessions.staff_of(bound, opened.token, LATER)
    assert by is not None
    assert by.partner_id == "mill"


def test_an_address_that_goes_to_somebody_else_lets_them_not_in(
    decided: Engine, shown: Shown
) -> None:
    coming_back.bind(decided, shown.username, (ISSUER, "email", "Siti@Granary.example "), NOW)
    coming_back.known(decided, MAIL, "email", LATER)
    unknown(decided, replace(MAIL, subject="s-2"), "email")
    coming_back.known(decided, MAIL, "email", LATER)
    coming_back.bind(decided, shown.username, (ISSUER, "email", MAIL.known), LATER)
    coming_back.known(decided, replace(MAIL, subject="s-2"), "email", LATER)


def test_wrong_codes_count_as_they_do_beside_a_password(
    bound: Engine, shown: Shown, paper: list[str]
) -> None:
    token = coming_back.known(bound, SITI, "sub", LATER)
    for _ in range(5):
        stopped(bound, token, "000000", after="bad-sign-in")
    stopped(bound, token, paper[0], after="bad-sign-in")
    is_refused(bound, replace(shown, code=paper[1]))
    minute = timedelta(minutes=1)
    assert coming_back.finish(bound, token, paper[0], LATER + minute).expires_at > LATER


def test_who_came_back_is_waited_for_five_minutes_and_let_in_once(
    bound: Engine, paper: list[str]
) -> None:
    token = coming_back.known(bound, SITI, "sub", LATER)
    stopped(bound, token, paper[0], after="bad-provider-answer", at=coming_back.HALF_LIVES)
    again = coming_back.known(bound, SITI, "sub", LATER)
    stopped(bound, token, paper[0], after="bad-provider-answer")
    coming_back.finish(bound, again, paper[0], LATER)
    stopped(bound, again, paper[1], after="bad-provider-answer")
    stopped(bound, "", paper[1], after="bad-provider-answer")


def test_an_account_that_is_disabled_or_not_set_up_lets_nobody_in(
    bound: Engine, paper: list[str]
) -> None:
    token = coming_back.known(bound, SITI, "sub", LATER)
    accounts.disable(bound, "siti", LATER)
    stopped(bound, token, paper[0], after="bad-sign-in")
    unknown(bound, SITI)
    accounts.reset(bound, "siti", LATER)
    unknown(bound, SITI)


def test_unbinding_ends_what_is_open(bound: Engine, shown: Shown) -> None:
    token = coming_back.known(bound, SITI, "sub", LATER)
    opened = coming_back.finish(bound, token, shown.code, LATER)
    coming_back.unbind(bound, "siti", LATER)
    assert sessions.staff_of(bound, opened.token, LATER) is None
    unknown(bound, SITI)
    assert [one.bound for one in accounts.listed(bound)] == [False]


def test_who_is_bound_in_anothers_place_ends_what_that_one_has_open(
    bound: Engine, shown: Shown, paper: list[str]
) -> None:
    opened = coming_back.finish(
        bound, coming_back.known(bound, SITI, "sub", LATER), shown.code, LATER
    )
    token = coming_back.known(bound, SITI, "sub", LATER)
    coming_back.bind(bound, "siti", (ISSUER, "sub", "s-2"), LATER)
    assert sessions.staff_of(bound, opened.token, LATER) is None
    stopped(bound, token, paper[0], after="bad-provider-answer")
    unknown(bound, SITI)


def test_two_accounts_are_never_bound_to_one_person(bound: Engine) -> None:
    accounts.add(bound, "joko", "mill", "Joko", NOW)
    with pytest.raises(Refused) as caught:
        coming_back.bind(bound, "joko", (ISSUER, "sub", "s-1"), NOW)
    refused(caught, "bound-already")
    with pytest.raises(NotFound) as none:
        coming_back.bind(bound, "nobody", (ISSUER, "sub", "s-3"), NOW)
    refused(none, "no-account")


def test_the_database_holds_no_name_of_the_provider_and_the_ledger_each_step(
    bound: Engine,
) -> None:
    token = coming_back.known(bound, SITI, "sub", LATER)
    coming_back.known(bound, SITI, "sub", LATER)
    with database.session(bound) as session:
        dump = str([vars(row) for row in session.scalars(select(AccountRow))])
        entered = select(LedgerRow.digest).where(LedgerRow.kind == "account")
        entries = session.scalars(entered).all()
    assert not [one for one in (ISSUER, "s-1", token) if one in dump]
    assert len(entries) == len(set(entries)) == 3, "made, bound, and first known"

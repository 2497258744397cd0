"""A session opens one thing to one browser for half an hour, and its forms cannot be forged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import Response
from sqlalchemy import Engine, select

from serving.access import sessions
from serving.access.callers import NotAuthenticated, caller_of
from serving.access.links import PATH, enter, issue
from serving.access.sessions import LIVES, Session, cookie, is_marked, mark_of, staff_cookie
from serving.store import database
from serving.tables import ApiKey, SessionRow
from tests.audit.cases import NOW
from tests.serving.cases import DECISIONS
from tests.serving.conftest import Known
from tests.training.cases import refused

MINE = DECISIONS[0]


@pytest.fixture
def opened(decided: Engine) -> Session:
    """Return an applicant's session, opened at `NOW`."""
    issued = issue(decided, MINE, NOW)
    return enter(decided, issued.url_path.removeprefix(PATH), issued.code, NOW)


def test_a_session_holds_for_half_an_hour_and_no_longer(decided: Engine, opened: Session) -> None:
    assert opened.expires_at == NOW + timedelta(minutes=30)
    last = opened.expires_at - timedelta(microseconds=1)
    assert sessions.session_of(decided, opened.token, last) == MINE
    assert sessions.session_of(decided, opened.token, opened.expires_at) is None


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "ü", "a" * 10_000])
def test_no_other_token_opens_anything(decided: Engine, opened: Session, token: str) -> None:
    assert token != opened.token
    assert sessions.session_of(decided, token, NOW) is None
    assert sessions.staff_of(decided, token, NOW) is None


def test_a_session_that_is_ended_is_over_and_others_are_not(
    decided: Engine, opened: Session, known: Known
) -> None:
    staff = sessions.for_staff(decided, key_of(known), NOW)
    sessions.end(decided, opened.token)
    assert sessions.session_of(decided, opened.token, NOW) is None
    assert sessions.staff_of(decided, staff.token, NOW) == caller_of(decided, key_of(known), NOW)


def key_of(known: Known) -> str:
    """Return the key of the partner called granary."""
    return known.granary["Authorization"].removeprefix("Bearer ")


def test_staff_enter_by_their_partners_key_and_see_no_applicants_page_by_it(
    decided: Engine, opened: Session, known: Known
) -> None:
    staff = sessions.for_staff(decided, key_of(known), NOW)
    assert sessions.staff_of(decided, staff.token, NOW) == caller_of(decided, key_of(known), NOW)
    assert sessions.session_of(decided, staff.token, NOW) is None
    assert sessions.staff_of(decided, opened.token, NOW) is None
    assert sessions.staff_of(decided, staff.token, NOW + LIVES) is None


def test_a_key_taken_back_ends_the_sessions_it_opened(decided: Engine, known: Known) -> None:
    staff = sessions.for_staff(decided, key_of(known), NOW)
    with database.session(decided) as session, session.begin():
        session.delete(session.get_one(ApiKey, key_of(known).split("_")[1]))
    assert sessions.staff_of(decided, staff.token, NOW) is None


def test_staff_do_not_enter_by_another_key(decided: Engine, known: Known) -> None:
    with pytest.raises(NotAuthenticated) as caught:
        sessions.for_staff(decided, key_of(known)[:-1], NOW)
    refused(caught, "bad-key")


def test_the_database_keeps_no_token_and_lets_go_of_what_is_over(
    decided: Engine, opened: Session, known: Known
) -> None:
    later = sessions.for_staff(decided, key_of(known), NOW + LIVES)
    with database.session(decided) as session:
        (row,) = session.scalars(select(SessionRow)).all()
        kept = [str(getattr(row, column.name)) for column in row.__table__.columns]
    assert key_of(known).split("_")[1] in kept
    assert not [value for value in kept if later.token in value or opened.token in value]


def test_the_cookie_goes_to_no_script_no_other_site_and_no_other_page(opened: Session) -> None:
    response = Response()
    response.set_cookie(**cookie(opened, "/p/x", secure=True))
    said = response.headers["set-cookie"].split("; ")
    assert said[0] == f"__Secure-lumbung={opened.token}"
    assert set(said[1:]) == {"HttpOnly", "Max-Age=1800", "Path=/p/x", "SameSite=strict", "Secure"}
    response = Response()
    response.set_cookie(**cookie(opened, "/p/x", secure=False))
    assert "Secure" not in response.headers["set-cookie"]


def test_the_cookie_of_staff_goes_to_the_host_that_set_it_alone(opened: Session) -> None:
    response = Response()
    response.set_cookie(**staff_cookie(opened, secure=True))
    said = response.headers["set-cookie"].split("; ")
    assert said[0] == f"__Host-lumbung-staff={opened.token}"
    assert set(said[1:]) == {"HttpOnly", "Max-Age=28800", "Path=/", "SameSite=strict", "Secure"}


def test_a_session_of_staff_goes_on_while_it_is_used_and_for_a_working_day_at_most(
    decided: Engine, known: Known
) -> None:
    staff, half = sessions.for_staff(decided, key_of(known), NOW), timedelta(minutes=20)
    uses = [NOW + half * at for at in range(1, 24)]
    assert all(sessions.staff_of(decided, staff.token, at) for at in uses)
    assert sessions.staff_of(decided, staff.token, NOW + timedelta(hours=8)) is None


def test_a_session_of_staff_that_nobody_uses_is_over_in_half_an_hour(
    decided: Engine, known: Known
) -> None:
    staff = sessions.for_staff(decided, key_of(known), NOW)
    assert sessions.staff_of(decided, staff.token, NOW + timedelta(minutes=20)) is not None
    assert sessions.staff_of(decided, staff.token, NOW + timedelta(minutes=50)) is None


def test_a_form_carries_the_mark_of_its_own_session_only(opened: Session) -> None:
    assert opened.mark == mark_of(opened.token) != opened.token
    assert is_marked(opened.token, opened.mark)
    for mark in ("", "ü", opened.mark[:-1], mark_of("another"), opened.token):
        assert not is_marked(opened.token, mark)

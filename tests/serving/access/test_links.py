"""A link and a code open one decision for a while, and five wrong codes close it for good."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from features.errors import Refused
from serving.access import links, sessions
from serving.access.callers import NotFound
from serving.access.links import DIGITS, LIVES, MOST_WRONG, PATH, Issued
from serving.store import database
from serving.tables import LinkRow, SessionRow
from tests.audit.cases import NOW
from tests.serving.cases import DECISIONS, wrong_code
from tests.training.cases import refused

MINE, OTHERS = DECISIONS


@pytest.fixture
def issued(decided: Engine) -> Issued:
    """Return a link to `MINE`, made at `NOW`."""
    return links.issue(decided, MINE, NOW)


def link_id(issued: Issued) -> str:
    """Return what stands behind the address of the pages."""
    return issued.url_path.removeprefix(PATH)


def test_the_right_code_opens_the_links_own_decision(decided: Engine, issued: Issued) -> None:
    links.issue(decided, OTHERS, NOW)
    opened = links.enter(decided, link_id(issued), issued.code, NOW)
    assert sessions.session_of(decided, opened.token, NOW) == MINE


def test_a_code_opens_again_and_may_be_written_in_groups(decided: Engine, issued: Issued) -> None:
    for code in (issued.code, f" {issued.code[:4]} {issued.code[4:]}\n"):
        opened = links.enter(decided, link_id(issued), code, NOW)
        assert sessions.session_of(decided, opened.token, NOW) == MINE


def test_links_and_codes_differ_and_cannot_be_guessed(decided: Engine) -> None:
    made = [links.issue(decided, MINE, NOW) for _ in range(5)]
    assert len({m.url_path for m in made}) == len({m.code for m in made}) == 5
    assert all(len(m.code) == DIGITS and m.code.isdigit() for m in made)
    assert all(len(link_id(m)) == 24 for m in made)  # of 6 bits each


def test_the_database_keeps_neither_link_nor_code(decided: Engine, issued: Issued) -> None:
    with database.session(decided) as session:
        (row,) = session.scalars(select(LinkRow)).all()
        kept = {column.name: str(getattr(row, column.name)) for column in row.__table__.columns}
    assert not [name for name, value in kept.items() if link_id(issued) in value]
    assert not [name for name, value in kept.items() if issued.code in value]


def test_there_is_no_link_to_a_decision_that_there_is_not(decided: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        links.issue(decided, "d9", NOW)
    refused(caught, "no-decision")


def attempt(engine: Engine, issued: Issued, code: str, now: datetime = NOW) -> str:
    """Try a code, and return what came of it: ``open``, or an error's code."""
    try:
        opened = links.enter(engine, link_id(issued), code, now)
    except (NotFound, Refused) as error:
        return error.code
    return "open" if sessions.session_of(engine, opened.token, now) == MINE else "shut"


def test_what_is_over_says_the_same_as_what_never_was(decided: Engine, issued: Issued) -> None:
    said = []
    for name, code in ((link_id(issued), "link-expired"), ("x" * 24, "no-link")):
        with pytest.raises(NotFound) as caught:
            links.enter(decided, name, issued.code, NOW + LIVES)
        refused(caught, code)
        said.append((caught.value.found, caught.value.expected, caught.value.hint))
    assert said[0] == said[1]


def test_a_link_opens_to_the_last_instant_of_the_time_it_was_given(decided: Engine) -> None:
    hour = timedelta(hours=1)
    issued = links.issue(decided, MINE, NOW, hour)
    assert issued.expires_at == NOW + hour
    last = issued.expires_at - timedelta(microseconds=1)
    assert attempt(decided, issued, issued.code, last) == "open"
    assert attempt(decided, issued, issued.code, issued.expires_at) == "link-expired"


def test_a_later_link_ends_the_earlier_and_all_it_opened(decided: Engine, issued: Issued) -> None:
    opened = links.enter(decided, link_id(issued), issued.code, NOW)
    later = links.issue(decided, MINE, NOW)
    assert sessions.session_of(decided, opened.token, NOW) is None
    assert attempt(decided, issued, issued.code) == "link-expired"
    assert attempt(decided, later, later.code) == "open"


def test_a_link_to_another_decision_ends_nothing(decided: Engine, issued: Issued) -> None:
    links.issue(decided, OTHERS, NOW)
    assert attempt(decided, issued, issued.code) == "open"


def test_five_wrong_codes_lock_a_link_even_to_the_right_one(
    decided: Engine, issued: Issued
) -> None:
    wrong = wrong_code(issued.code)
    assert [attempt(decided, issued, wrong) for _ in range(5)] == ["wrong-code"] * 5
    assert attempt(decided, issued, wrong) == "link-locked"
    assert attempt(decided, issued, issued.code) == "link-locked"
    fresh = links.issue(decided, MINE, NOW)
    assert attempt(decided, fresh, fresh.code) == "open"


def test_right_codes_do_not_count_and_do_not_forgive(decided: Engine, issued: Issued) -> None:
    right, wrong = issued.code, wrong_code(issued.code)
    codes = [right, wrong] * (MOST_WRONG - 1) + [right, wrong, wrong]
    came = ["open", "wrong-code"] * (MOST_WRONG - 1) + ["open", "wrong-code", "link-locked"]
    assert [attempt(decided, issued, code) for code in codes] == came


def test_wrong_codes_are_counted_across_whoever_opens_the_database(
    decided: Engine, issued: Issued
) -> None:
    came = []
    for _ in range(MOST_WRONG + 1):
        worker = database.connect(str(decided.url))
        came.append(attempt(worker, issued, wrong_code(issued.code)))
        worker.dispose()
    assert came == ["wrong-code"] * MOST_WRONG + ["link-locked"]


def at_once(engine: Engine, issued: Issued, codes: list[str]) -> list[str]:
    """Try codes all at the same time, and return what came of each."""
    together = threading.Barrier(len(codes))

    def attempt_together(code: str) -> str:
        together.wait()
        return attempt(engine, issued, code)

    with ThreadPoolExecutor(len(codes)) as pool:
        return list(pool.map(attempt_together, codes))


def test_guesses_at_the_same_time_are_no_more_than_guesses_in_turn(
    decided: Engine, issued: Issued
) -> None:
    came = at_once(decided, issued, [wrong_code(issued.code)] * 12)
    assert sorted(came) == ["link-locked"] * 7 + ["wrong-code"] * MOST_WRONG
    assert attempt(decided, issued, issued.code) == "link-locked"


def test_right_and_wrong_codes_at_the_same_time_get_each_their_due(
    decided: Engine, issued: Issued
) -> None:
    wrong = wrong_code(issued.code)
    came = at_once(decided, issued, [issued.code, wrong, issued.code, wrong])
    assert came == ["open", "wrong-code", "open", "wrong-code"]
    with database.session(decided) as session:
        assert session.scalars(select(LinkRow.wrong)).all() == [2]
        assert len(session.scalars(select(SessionRow)).all()) == 2


def test_of_links_made_at_the_same_time_one_opens(decided: Engine) -> None:
    together = threading.Barrier(8)

    def make(_: int) -> Issued:
        together.wait()
        return links.issue(decided, MINE, NOW)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make, range(8)))
    came = [attempt(decided, issued, issued.code) for issued in made]
    assert sorted(came) == ["link-expired"] * 7 + ["open"]

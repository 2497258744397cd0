"""A case is opened by a decision or by the applicant, and is due when the law or the house says."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from audit.days import WIB
from audit.decision import Decision
from audit.result import Kind
from features.errors import BadInput, LumbungError, Refused
from features.sources import SOURCES
from serving.access.callers import NotFound
from serving.applications import cases
from serving.applications.cases import (
    DATA,
    LONGEST,
    RESULT,
    ask_for_person,
    ask_to_erase,
    ask_to_see,
    cases_of,
    due,
    say_wrong,
)
from serving.business.records import Whose
from serving.rights.erasing import Lock, erase_within
from serving.store import database
from serving.store.sealed import Erased
from serving.tables import CaseRow
from tests.audit.cases import APPLICATION, NOW
from tests.serving.cases import DECISIONS
from tests.training.cases import refused

MINE, OTHERS = DECISIONS


def wib(*when: int) -> datetime:
    """Return a time in Batang, as UTC."""
    return datetime(*when, tzinfo=WIB).astimezone(UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("opened", "last"),
    [
        # two weekends between
        (wib(2026, 11, 24, 12), date(2026, 12, 8)),
        # on a Friday, a Saturday, a Sunday: the days begin with Monday
        (wib(2026, 11, 27, 9), date(2026, 12, 11)),
        (wib(2026, 11, 28, 9), date(2026, 12, 11)),
        (wib(2026, 11, 29, 9), date(2026, 12, 11)),
        # the day is Batang's: in Greenwich both are Monday
        (wib(2026, 11, 23, 23, 59), date(2026, 12, 7)),
        (wib(2026, 11, 24, 0, 1), date(2026, 12, 8)),
        # off: 24 and 25 December, 1 January, Isra and Mi'raj on 5 January
        (wib(2026, 12, 18, 9), date(2027, 1, 7)),
        # off: the Day of Silence and Hari Raya, 18 to 24 March, and Good Friday, 3 April
        (wib(2026, 3, 13, 9), date(2026, 4, 6)),
    ],
)
def test_ten_working_days_skip_weekends_and_holidays(opened: datetime, last: date) -> None:
    """The last days were counted by hand, on the calendar of the three ministers (SKB)."""
    end = datetime(last.year, last.month, last.day, tzinfo=WIB) + timedelta(days=1)
    assert due("review", opened) == due("objection", opened) == end
    assert due("objection", opened).utcoffset() == timedelta(0)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001  the zone is given beside
def test_there_are_always_ten_weekdays_and_seldom_many_more(opened: datetime) -> None:
    first, end = opened.astimezone(WIB).date(), due("review", opened).astimezone(WIB).date()
    days = [first + timedelta(days=i) for i in range(1, (end - first).days)]
    weekdays = [day for day in days if day.weekday() < 5]
    assert days[-1].weekday() < 5
    assert 10 <= len(weekdays) <= 18
    assert first < end


def test_a_correction_is_due_after_72_hours_weekend_or_not() -> None:
    friday = wib(2026, 11, 27, 16)
    assert due("correction", friday) == wib(2026, 11, 30, 16)


def test_erasure_and_access_are_due_after_72_hours_too() -> None:
    friday = wib(2026, 11, 27, 16)
    assert due("erasure", friday) == due("access", friday) == wib(2026, 11, 30, 16)


def test_who_asks_for_erasure_or_for_more_opens_a_case_about_all_data(decided: Engine) -> None:
    erasure = ask_to_erase(decided, MINE, " ", NOW)
    access = ask_to_see(decided, MINE, "Salinan di kertas.", NOW + timedelta(hours=1))
    told = [(case.kind, case.about, case.wrote) for case in (erasure, access)]
    assert told == [("erasure", DATA, None), ("access", DATA, "Salinan di kertas.")]
    assert cases_of(decided, MINE) == [erasure, access]


def test_who_asks_for_more_says_for_what(decided: Engine) -> None:
    with pytest.raises(BadInput) as caught:
        ask_to_see(decided, MINE, " \n", NOW)
    refused(caught, "says-nothing")


def test_who_asks_for_a_person_opens_a_case_at_the_partner_that_asked(decided: Engine) -> None:
    case = ask_for_person(decided, MINE, "  Saya punya kuitansi.\n", NOW)
    assert (case.kind, case.about, case.wrote) == ("objection", RESULT, "Saya punya kuitansi.")
    assert (case.decision_id, case.partner_id) == (MINE, "granary")
    assert (case.opened_at, case.due_at) == (NOW, due("objection", NOW))
    assert (case.first_seen_at, case.answered_at, case.outcome) == (None, None, None)
    assert cases_of(decided, MINE) == [case]
    assert cases_of(decided, OTHERS) == []


def test_to_ask_for_a_person_nobody_has_to_write(decided: Engine) -> None:
    assert ask_for_person(decided, MINE, " \n", NOW).wrote is None


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_wrong_with_each_source_can_be_said(decided: Engine, source: str) -> None:
    case = say_wrong(decided, MINE, source, "Bukan milik saya.", NOW)
    assert (case.kind, case.about, case.due_at) == (
        "correction",
        source,
        NOW + timedelta(hours=72),
    )


def test_cases_of_a_decision_come_in_the_order_they_were_opened(decided: Engine) -> None:
    opened = [
        say_wrong(decided, MINE, "bills", "Sudah dibayar.", NOW + timedelta(hours=2)),
        ask_for_person(decided, MINE, "", NOW + timedelta(hours=1)),
    ]
    assert cases_of(decided, MINE) == opened[::-1]


@pytest.mark.parametrize(
    ("source", "wrote", "code"),
    [
        ("result", "Salah.", "no-source"),
        ("", "Salah.", "no-source"),
        ("payments", " \t", "says-nothing"),
        ("payments", "x" * (LONGEST + 1), "too-long"),
    ],
)
def test_a_correction_that_cannot_be_used_is_refused_without_what_was_written(
    decided: Engine, source: str, wrote: str, code: str
) -> None:
    with pytest.raises(BadInput) as caught:
        say_wrong(decided, MINE, source, wrote, NOW)
    refused(caught, code)
    assert "Salah" not in str(caught.value)
    assert "xx" not in str(caught.value)
    assert cases_of(decided, MINE) == []


def test_the_longest_text_is_kept_whole_and_no_nul_is(decided: Engine) -> None:
    assert ask_for_person(decided, MINE, "é" * LONGEST, NOW).wrote == "é" * LONGEST
    assert ask_for_person(decided, OTHERS, "a\0b", NOW).wrote == "ab"


def test_there_is_no_case_of_a_decision_that_there_is_not(decided: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        ask_for_person(decided, "d9", "", NOW)
    refused(caught, "no-decision")


def test_the_same_is_not_asked_twice_while_it_is_open(decided: Engine) -> None:
    ask_for_person(decided, MINE, "", NOW)
    say_wrong(decided, MINE, "bills", "Salah.", NOW)
    with pytest.raises(Refused) as caught:
        ask_for_person(decided, MINE, "Lagi.", NOW)
    refused(caught, "case-open")
    with pytest.raises(Refused):
        say_wrong(decided, MINE, "bills", "Lagi.", NOW)
    say_wrong(decided, MINE, "books", "Salah.", NOW)
    ask_for_person(decided, OTHERS, "", NOW)
    assert len(cases_of(decided, MINE)) == 3


def test_who_is_erased_meanwhile_has_no_case_opened(decided: Engine, tmp_path: Path) -> None:
    whose = Whose("granary", APPLICATION.business_id)
    with ThreadPoolExecutor(1) as asking:
        with database.writing(decided) as session:
            asked = asking.submit(ask_to_see, decided, MINE, "Semua data.", NOW)
            erase_within(session, tmp_path / "destroyed.txt", whose, NOW, Lock())
        with pytest.raises(Erased):
            asked.result()
    assert cases_of(decided, MINE) == []


def test_of_many_who_ask_the_same_at_once_one_is_heard(decided: Engine) -> None:
    together = threading.Barrier(8)

    def ask(_: int) -> str:
        together.wait()
        try:
            ask_for_person(decided, MINE, "", NOW)
        except LumbungError as error:
            return error.code
        return "open"

    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(ask, range(8)))
    assert sorted(came) == ["case-open"] * 7 + ["open"]
    assert len(cases_of(decided, MINE)) == 1


@pytest.mark.parametrize(
    ("recommended", "outcome", "override"),
    [
        ("eligible", "lend", "none"),
        ("eligible", "not_yet", "high"),
        ("not_yet", "lend", "low"),
        ("not_yet", "not_yet", "none"),
        ("human_review", "lend", None),
        ("human_review", "not_yet", None),
        ("eligible", "corrected", None),
        ("not_yet", "more_data_needed", None),
        ("eligible", None, None),
    ],
)
def test_an_override_is_an_answer_on_the_other_side_of_the_line(
    decided: Engine,
    recommended: Kind,
    outcome: cases.Outcome | None,
    override: cases.Override | None,
) -> None:
    case = ask_for_person(decided, MINE, "", NOW)
    assert replace(case, recommended=recommended, outcome=outcome).override == override


def test_the_review_of_a_decision_is_of_its_time_and_its_result(
    decided: Engine, made: Decision
) -> None:
    with database.session(decided) as session:
        of = replace(made, decision_id=MINE, partner_id="granary")
        row = session.get_one(CaseRow, cases.review(session, of))
    assert (row.kind, row.about, row.wrote) == ("review", RESULT, None)
    assert (row.decision_id, row.partner_id) == (MINE, "granary")
    assert (row.opened_at, row.recommended) == (made.decided_at, made.result.kind)

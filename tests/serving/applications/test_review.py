"""A partner's staff sees its own cases in order, answers each once, and how it does is counted."""

from __future__ import annotations

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import Engine

from audit.decision import Decision
from audit.result import Kind, Result
from features.errors import BadInput, Refused
from serving.access.callers import NotFound
from serving.applications import decisions, review
from serving.applications.cases import (
    Case,
    CaseKind,
    Outcome,
    ask_for_person,
    ask_to_erase,
    ask_to_see,
    cases_of,
    say_wrong,
)
from serving.applications.review import (
    ANSWERS,
    PAGE,
    Answer,
    Erasing,
    ReasonCode,
    Summary,
    queue,
    summary,
)
from serving.ledger.verification import verify
from serving.rights.erasing import destroyed
from serving.store.sealed import Erased
from serving.tables import DecisionRow
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import NOW
from tests.serving.cases import DECISIONS, HOW, keep
from tests.serving.conftest import ON_SQLITE
from tests.training.cases import refused

MINE, OTHERS = DECISIONS
HOUR = timedelta(hours=1)
SAID = Answer("lend", "V02", "staff-7", "Kami sudah berkunjung.")


def kept(engine: Engine, made: Decision, n: int, kind: Kind = "not_yet") -> list[str]:
    """Keep n more decisions of the partner granary with a result, and return their ids."""
    names = [f"{kind}-{i:03}" for i in range(n)]
    for name in names:
        application = replace(made.application, application_id=name)
        result = Result(kind, made.result.causes)
        keep(engine, replace(made, decision_id=name, application=application, result=result))
    return names


def test_the_queue_holds_a_partners_own_cases_the_first_due_first(decided: Engine) -> None:
    objection = ask_for_person(decided, MINE, "", NOW)
    theirs = ask_for_person(decided, OTHERS, "", NOW)
    correction = say_wrong(decided, MINE, "bills", "Salah.", NOW + HOUR)
    assert queue(decided, "granary", "open").cases == [correction, objection]
    assert queue(decided, "mill", "open").cases == [theirs]
    assert queue(decided, "granary", "answered").cases == []


def test_an_answered_case_moves_from_one_queue_to_the_other(decided: Engine) -> None:
    case = ask_for_person(decided, MINE, "", NOW)
    answered = review.answer(decided, "granary", case.case_id, SAID, NOW + HOUR, HOW)
    assert queue(decided, "granary", "open").cases == []
    assert queue(decided, "granary", "answered").cases == [answered]


def test_pages_follow_each_other_without_gap_or_repetition(decided: Engine, made: Decision) -> None:
    """Many are due at the same instant, so the order within it counts too."""
    for i, name in enumerate(kept(decided, made, 2 * PAGE + 1)):
        ask_for_person(decided, name, "", NOW + timedelta(days=i % 2))
    pages = [queue(decided, "granary", "open")]
    while pages[-1].next_cursor is not None:
        pages.append(queue(decided, "granary", "open", pages[-1].next_cursor))
    assert [len(page.cases) for page in pages] == [PAGE, PAGE, 1]
    seen = [(case.due_at, case.case_id) for page in pages for case in page.cases]
    assert seen == sorted(seen)
    assert len(set(seen)) == 2 * PAGE + 1


def test_a_full_last_page_leads_nowhere(decided: Engine, made: Decision) -> None:
    for name in kept(decided, made, PAGE):
        ask_for_person(decided, name, "", NOW)
    assert queue(decided, "granary", "open").next_cursor is None


def cursor(value: object) -> str:
    """Return a value as a cursor would be written."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        *("x", "ü", "====", cursor(1), cursor([]), cursor(["2026", "a", "b"]), cursor([1, 2])),
        *(cursor("ab"), cursor(["9999-12-31T23:59:59-12:00", "a"]), cursor(None)),
        *(cursor([NOW.isoformat(), last]) for last in ("\ud800", "a b", "\0", 7, None)),
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(decided: Engine, wrong: str) -> None:
    with pytest.raises(BadInput) as caught:
        queue(decided, "granary", "open", wrong)
    refused(caught, "bad-cursor")


def test_a_case_is_seen_first_once(decided: Engine) -> None:
    case = ask_for_person(decided, MINE, "", NOW)
    assert review.see(decided, "granary", case.case_id, NOW + HOUR).first_seen_at == NOW + HOUR
    again = review.see(decided, "granary", case.case_id, NOW + 2 * HOUR)
    assert again == replace(case, first_seen_at=NOW + HOUR)


def test_to_list_a_case_is_not_to_see_it(decided: Engine) -> None:
    case = ask_for_person(decided, MINE, "", NOW)
    queue(decided, "granary", "open")
    assert review.find(decided, "granary", case.case_id).first_seen_at is None


def test_a_case_of_another_cannot_be_told_from_none_and_is_not_touched(decided: Engine) -> None:
    case = ask_for_person(decided, MINE, "", NOW)
    said = []
    for name in (case.case_id, "nowhere"):
        with pytest.raises(NotFound) as seeing:
            review.see(decided, "mill", name, NOW)
        with pytest.raises(NotFound) as answering:
            review.answer(decided, "mill", name, SAID, NOW, HOW)
        for caught in (seeing, answering):
            refused(caught, "no-case")
            said.append(str(caught.value))
    assert len(set(said)) == 1
    assert cases_of(decided, MINE) == [case]


def test_an_answer_is_kept_whole(decided: Engine) -> None:
    case = ask_for_person(decided, MINE, "Tolong.", NOW)
    answered = review.answer(decided, "granary", case.case_id, SAID, NOW + HOUR, HOW)
    assert answered == replace(
        case,
        answered_at=NOW + HOUR,
        officer="staff-7",
        outcome="lend",
        reason_code="V02",
        note="Kami sudah berkunjung.",
    )


def test_a_case_is_answered_once(decided: Engine) -> None:
    case = ask_for_person(decided, MINE, "", NOW)
    first = review.answer(decided, "granary", case.case_id, SAID, NOW + HOUR, HOW)
    other = Answer("not_yet", "V09", "staff-8", None)
    with pytest.raises(Refused) as caught:
        review.answer(decided, "granary", case.case_id, other, NOW + 2 * HOUR, HOW)
    refused(caught, "case-answered")
    assert cases_of(decided, MINE) == [first]


def test_of_two_answers_at_once_one_wins_whole(decided: Engine) -> None:
    case = ask_for_person(decided, MINE, "", NOW)
    together = threading.Barrier(8)

    def answer(i: int) -> Case | str:
        said = Answer(("lend", "not_yet")[i % 2], ("V01", "V09")[i % 2], f"staff-{i}", f"note {i}")
        together.wait()
        try:
            return review.answer(decided, "granary", case.case_id, said, NOW + i * HOUR, HOW)
        except Refused as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(answer, range(8)))
    (won,) = [case for case in came if isinstance(case, Case)]
    assert came.count("case-answered") == 7
    i = int(str(won.officer).removeprefix("staff-"))
    assert (won.note, won.answered_at) == (f"note {i}", NOW + i * HOUR)
    assert (won.outcome, won.reason_code) == (("lend", "V01"), ("not_yet", "V09"))[i % 2]
    assert cases_of(decided, MINE) == [won]


def test_what_was_answered_may_be_asked_anew(decided: Engine) -> None:
    case = ask_for_person(decided, MINE, "", NOW)
    review.answer(decided, "granary", case.case_id, SAID, NOW, HOW)
    assert ask_for_person(decided, MINE, "", NOW + HOUR).case_id != case.case_id


def test_every_reason_of_an_answer_is_worded() -> None:
    for language in LANGUAGES:
        assert tuple(wording(language)["answers"]) == get_args(ReasonCode)


ERASED = Answer("erased", "V10", "staff-7", None)


def test_who_answers_erased_erases_in_the_same_transaction(decided: Engine, tmp_path: Path) -> None:
    how = Erasing(tmp_path / "destroyed.txt")
    ask_for_person(decided, MINE, "Masih terbuka.", NOW)
    case = ask_to_erase(decided, MINE, "Mohon dihapus.", NOW)
    told = review.answer(decided, "granary", case.case_id, ERASED, NOW + HOUR, how)
    assert (told.outcome, told.wrote, told.answered_at) == ("erased", None, NOW + HOUR)
    assert len(destroyed(how.listed)) == 1
    assert cases_of(decided, MINE) == [told]
    with pytest.raises(Erased):
        decisions.find(decided, DecisionRow.decision_id == MINE)
    assert decisions.find(decided, DecisionRow.decision_id == OTHERS) is not None
    assert verify(decided, [], lambda *_: None).faults == []


@ON_SQLITE
def test_what_has_to_be_kept_is_not_erased_and_the_case_stays_open(
    decided: Engine, tmp_path: Path
) -> None:
    how = Erasing(tmp_path / "destroyed.txt", dispute_days=30)
    case = ask_to_erase(decided, MINE, "", NOW)
    with pytest.raises(Refused) as caught:
        review.answer(decided, "granary", case.case_id, ERASED, NOW + HOUR, how)
    refused(caught, "retention-lock")
    assert (cases_of(decided, MINE), destroyed(how.listed)) == ([case], [])
    law = Answer("kept", "V11", "staff-7", "Sengketa: disimpan sampai 24 Desember.")
    told = review.answer(decided, "granary", case.case_id, law, NOW + HOUR, how)
    assert (told.outcome, told.note) == ("kept", law.note)
    assert decisions.find(decided, DecisionRow.decision_id == MINE) is not None


@ON_SQLITE
def test_who_keeps_what_is_to_be_erased_names_the_rule(decided: Engine) -> None:
    case = ask_to_erase(decided, MINE, "", NOW)
    nothing = Answer("kept", "V11", "staff-7", None)
    with pytest.raises(BadInput) as caught:
        review.answer(decided, "granary", case.case_id, nothing, NOW, HOW)
    refused(caught, "says-nothing")
    assert cases_of(decided, MINE) == [case]


def opened(engine: Engine, kind: CaseKind) -> Case:
    """Open a case of a kind that an applicant opens."""
    match kind:
        case "objection":
            return ask_for_person(engine, MINE, "", NOW)
        case "correction":
            return say_wrong(engine, MINE, "bills", "Salah.", NOW)
        case "erasure":
            return ask_to_erase(engine, MINE, "", NOW)
        case _:
            return ask_to_see(engine, MINE, "Salinan.", NOW)


@ON_SQLITE
@pytest.mark.parametrize("kind", ["objection", "correction", "erasure", "access"])
def test_a_case_takes_only_the_answers_of_its_kind(decided: Engine, kind: CaseKind) -> None:
    case = opened(decided, kind)
    for outcome in get_args(Outcome):
        codes = set(get_args(ReasonCode)) - set(ANSWERS[kind].get(outcome, ()))
        said = Answer(outcome, min(codes), "staff-7", "Catatan.")
        with pytest.raises(BadInput) as caught:
            review.answer(decided, "granary", case.case_id, said, NOW, HOW)
        refused(caught, "other-answer")
    assert cases_of(decided, MINE) == [case]


def test_every_kind_of_case_has_answers_and_all_of_them_words() -> None:
    assert set(ANSWERS) == set(get_args(CaseKind))
    assert {name for one in ANSWERS.values() for name in one} == set(get_args(Outcome))
    given = {code for one in ANSWERS.values() for codes in one.values() for code in codes}
    assert given == set(get_args(ReasonCode))
    for language in LANGUAGES:
        words = wording(language)
        assert {f"outcome_{name}" for name in get_args(Outcome)} <= set(words["staff"])
        assert {f"kind_{name}" for name in get_args(CaseKind)} <= set(words["staff"])
        assert {f"case_{name}" for name in get_args(CaseKind)} <= set(words["page"])


def test_with_no_case_there_is_nothing_to_count(decided: Engine) -> None:
    ask_for_person(decided, OTHERS, "", NOW)
    assert summary(decided, "granary", NOW) == Summary(
        open=0,
        overdue=0,
        answered=0,
        unseen=0,
        hours_to_view=None,
        hours_to_answer=None,
        judged=0,
        high_side=0,
        low_side=0,
        override_rate=None,
    )


def test_what_is_open_is_overdue_after_its_last_instant(decided: Engine) -> None:
    due_at = say_wrong(decided, MINE, "bills", "Salah.", NOW).due_at
    ask_for_person(decided, MINE, "", NOW)
    for now, overdue in ((due_at, 0), (due_at + timedelta(microseconds=1), 1)):
        found = summary(decided, "granary", now)
        assert (found.open, found.overdue) == (2, overdue)


def worked(
    engine: Engine, decision_id: str, outcome: Outcome, hours: int, *, seen: int | None = None
) -> None:
    """Open a case at `NOW`, see it after so many hours or never, and answer it."""
    case = ask_for_person(engine, decision_id, "", NOW)
    if seen is not None:
        review.see(engine, "granary", case.case_id, NOW + seen * HOUR)
    said = replace(SAID, outcome=outcome)
    review.answer(engine, "granary", case.case_id, said, at(hours), HOW)


def at(hours: int) -> datetime:
    """Return the time so many hours after `NOW`."""
    return NOW + hours * HOUR


def test_staff_that_differs_from_the_score_and_staff_that_never_looks_show(
    decided: Engine, made: Decision
) -> None:
    good = kept(decided, made, 2, "eligible")
    bad = kept(decided, made, 3, "not_yet")
    open_ = kept(decided, made, 1, "human_review")
    worked(decided, good[0], "lend", 10, seen=2)
    worked(decided, good[1], "not_yet", 20, seen=4)
    worked(decided, bad[0], "lend", 30, seen=8)
    worked(decided, bad[1], "not_yet", 100)
    worked(decided, bad[2], "corrected", 7)
    worked(decided, open_[0], "lend", 8)
    found = summary(decided, "granary", at(200))
    assert (found.open, found.overdue, found.answered, found.unseen) == (0, 0, 6, 3)
    assert (found.hours_to_view, found.hours_to_answer) == (4.0, 15.0)
    assert (found.judged, found.high_side, found.low_side) == (4, 1, 1)
    assert found.override_rate == 0.5

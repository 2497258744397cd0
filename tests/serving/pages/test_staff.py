"""The officers' pages: the queue, a case with what raised a hand, and an answer given once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from serving.access.keys import issue_key
from serving.access.links import Issued
from serving.access.sessions import mark_of
from serving.applications import cases, decisions, review
from serving.store.sealed import Erased
from serving.tables import DecisionRow
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import NOW
from tests.serving.cases import HOW, service_of
from tests.serving.conftest import Known
from tests.serving.pages.cases import LOOK, NOT_YET
from tests.serving.pages.conftest import Visitor
from tests.serving.pages.test_applicant import said

DATABASES = ("sqlite",)
"""What a page shows and takes is kept by rooms whose own tests run on both."""

ANSWER = {"outcome": "lend", "reason_code": "V04", "officer": "o7", "note": "Sudah jelas."}


@pytest.fixture
def case(engine: Engine) -> str:
    """Return the id of the case of the decision that goes to a person."""
    (case,) = cases.cases_of(engine, LOOK)
    return case.case_id


def test_without_a_key_there_is_only_the_form_for_it(client: TestClient, case: str) -> None:
    assert "Kunci API" in client.get("/staff").text
    assert client.get(f"/staff/cases/{case}").status_code == 401


def test_a_key_that_opens_nothing_is_told_so(client: TestClient) -> None:
    answer = Visitor(client, Issued("/staff", "lbg_x_y", NOW), secret="key").enter()
    assert answer.status_code == 401
    assert wording("id")["staff"]["bad_key"] in answer.text
    assert "set-cookie" not in answer.headers


def test_an_official_sees_no_case_and_can_leave(
    client: TestClient, engine: Engine, case: str
) -> None:
    key = issue_key(engine, "dinas", "Dinas", person="ani", kind="official")
    inside = Visitor(client, Issued("/staff", key, NOW), secret="key")
    assert inside.enter().status_code == 303
    token = client.cookies["lumbung-staff"]
    assert inside.read().status_code == inside.read(f"/cases/{case}").status_code == 403
    client.post("/staff/leave", data={"mark": mark_of(token)})
    assert inside.read(f"/cases/{case}").status_code == 401


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_queue_lists_who_waits_the_first_due_first(
    officer: Visitor, engine: Engine, lang: str
) -> None:
    cases.say_wrong(engine, NOT_YET, "bills", "Sudah lunas.", NOW)
    page, words = said(officer.read(lang=lang).text), wording(lang)["staff"]
    assert words["waiting"].format(n=2, late=0) in page
    assert page.index(words["kind_correction"]) < page.index(words["kind_review"])
    assert words["overdue"] not in page


def test_what_is_overdue_is_told_in_words(client: TestClient, officer: Visitor) -> None:
    assert isinstance(client.app, FastAPI)
    service_of(client.app).now = lambda: NOW + timedelta(days=30)
    page = said(Visitor(client, officer.way, secret="key").read().text)
    assert "Kunci API" in page  # the session is over by then
    Visitor(client, officer.way, secret="key").enter()
    assert wording("id")["staff"]["overdue"] in said(officer.read().text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_case_shows_what_raised_a_hand_and_that_it_is_no_finding(
    officer: Visitor, case: str, lang: str
) -> None:
    page, words = said(officer.read(f"/cases/{case}", lang).text), wording(lang)
    assert words["signals"]["circled_share"] in page
    assert words["staff"]["raised_how"] in page
    assert words["features"]["order_rating"] in page
    assert words["staff"]["free"] in page


def test_opening_a_case_is_kept_as_its_first_view(
    officer: Visitor, engine: Engine, case: str
) -> None:
    assert review.find(engine, "granary", case).first_seen_at is None
    officer.read(f"/cases/{case}")
    assert review.find(engine, "granary", case).first_seen_at == NOW


def test_an_answer_is_kept_with_its_coded_reason_and_shown(
    officer: Visitor, engine: Engine, case: str
) -> None:
    under = f"/cases/{case}"
    assert officer.act(under, on=under, **ANSWER).status_code == 303
    kept = review.find(engine, "granary", case)
    assert (kept.outcome, kept.reason_code, kept.officer, kept.note) == tuple(ANSWER.values())
    page = said(officer.read(under).text)
    assert wording("id")["answers"]["V04"] in page
    assert "oleh o7" in page
    assert wording("id")["staff"]["queue_none"] in said(officer.read().text)


def test_a_full_note_may_have_many_lines(officer: Visitor, engine: Engine, case: str) -> None:
    under, lines = f"/cases/{case}", "x\n" * 499 + "x."
    browsers = lines.replace("\n", "\r\n")
    assert officer.act(under, on=under, **{**ANSWER, "note": browsers}).status_code == 303
    assert review.find(engine, "granary", case).note == lines


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_erasure_is_answered_by_what_may_come_of_it_and_erases(
    officer: Visitor, engine: Engine, lang: str
) -> None:
    asked = cases.ask_to_erase(engine, NOT_YET, "Mohon dihapus.", NOW)
    at = f"/cases/{asked.case_id}"
    page, words = officer.read(at, lang=lang).text, wording(lang)["staff"]
    assert words["how_erasure"] in said(page)
    assert re.findall(r'<option value="([a-z_]+|V\d+)">', page) == [
        *("erased", "kept", "unknown", "V10", "V11", "V13")
    ]
    form = {"outcome": "erased", "reason_code": "V10", "officer": "o7", "note": ""}
    answer = officer.act(at, lang=lang, on=at, **form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/staff?lang={lang}")
    assert [case.outcome for case in cases.cases_of(engine, NOT_YET)] == ["erased"]
    with pytest.raises(Erased):
        decisions.find(engine, DecisionRow.decision_id == NOT_YET)


def test_what_has_to_be_kept_still_is_told_to_the_officer(
    client: TestClient, officer: Visitor, engine: Engine
) -> None:
    assert isinstance(client.app, FastAPI)
    state = client.app.state
    state.settings = state.settings.model_copy(update={"dispute_days": 30})
    asked = cases.ask_to_erase(engine, NOT_YET, "", NOW)
    at = f"/cases/{asked.case_id}"
    form = {"outcome": "erased", "reason_code": "V10", "officer": "o7", "note": ""}
    answer = officer.act(at, on=at, **form)
    assert answer.status_code == 409
    assert wording("id")["staff"]["fault_locked"] in said(answer.text)
    (case,) = cases.cases_of(engine, NOT_YET)
    assert (case.kind, case.answered_at) == ("erasure", None)


def test_a_case_is_answered_once(officer: Visitor, engine: Engine, case: str) -> None:
    under = f"/cases/{case}"
    said_first = review.Answer("not_yet", "V07", "o1", None)
    mark_page = officer.read(under)
    assert mark_page.status_code == 200
    review.answer(engine, "granary", case, said_first, NOW, HOW)
    again = officer.act(under, on="", **ANSWER)
    assert again.status_code == 409
    assert wording("id")["staff"]["fault_answered"] in said(again.text)
    assert review.find(engine, "granary", case).outcome == "not_yet"


@pytest.mark.parametrize(
    "wrong",
    [
        *({"outcome": "maybe"}, {"reason_code": "V99"}, {"note": "x" * 1001}),
        *({"officer": name} for name in ("", "   ", "o\0", "o\r\n7", "\u202eo", "x" * 65)),
    ],
)
def test_an_answer_that_is_not_whole_is_asked_for_again(
    officer: Visitor, engine: Engine, case: str, wrong: dict[str, str]
) -> None:
    under = f"/cases/{case}"
    assert officer.act(under, on=under, **{**ANSWER, **wrong}).status_code == 422
    assert review.find(engine, "granary", case).answered_at is None


def test_a_form_without_its_own_mark_answers_nothing(
    officer: Visitor, engine: Engine, case: str
) -> None:
    assert officer.send(f"/cases/{case}", {**ANSWER, "mark": "0" * 64}).status_code == 409
    assert review.find(engine, "granary", case).answered_at is None


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_nobody_is_signed_in_by_another_site(client: TestClient, known: Known, site: str) -> None:
    """Whoever is let in by a stranger's key would work on the stranger's cases."""
    key = known.mill["Authorization"].removeprefix("Bearer ")
    for sent, expected in ((site, 409), ("same-origin", 303), ("none", 303)):
        answer = client.post(
            "/staff", data={"key": key}, headers={"Sec-Fetch-Site": sent}, follow_redirects=False
        )
        assert answer.status_code == expected
        assert ("set-cookie" in answer.headers) == (expected == 303)


def test_another_partners_officer_sees_neither_the_queue_nor_the_case(
    client: TestClient, known: Known, case: str
) -> None:
    key = known.mill["Authorization"].removeprefix("Bearer ")
    other = Visitor(client, Issued("/staff", key, NOW), secret="key")
    other.enter()
    assert wording("id")["staff"]["queue_none"] in said(other.read().text)
    assert other.read(f"/cases/{case}").status_code == 404


def test_an_applicants_session_opens_no_queue_and_an_officers_no_decision(
    client: TestClient, officer: Visitor
) -> None:
    token = client.cookies.get("lumbung-staff", path="/")
    assert token is not None
    client.cookies.set("lumbung", token, path="/p")
    way = Visitor(client, Issued("/p/" + "x" * 24, "", NOW))
    assert "Kode 8 angka" in way.read().text
    assert officer.read().status_code == 200


def test_signing_out_ends_the_session(officer: Visitor) -> None:
    assert officer.act("/leave").status_code == 303
    assert "Kunci API" in officer.read().text

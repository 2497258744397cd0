"""The applicant's pages: who gets in, what is shown to them, and what their forms do."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from audit.decision import Decision
from features.signals import SIGNALS
from serving.access import links
from serving.access.links import MOST_WRONG, Issued
from serving.applications import cases, review
from serving.business import consents
from serving.pages.kept import last_day
from serving.telling import written
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import NOW
from tests.serving.cases import HOW, keep, wrong_code
from tests.serving.pages.cases import ELIGIBLE, KINDS, LOOK, NO_STEP, NOT_YET
from tests.serving.pages.conftest import Visitor

DATABASES = ("sqlite",)
"""What a page shows and takes is kept by rooms whose own tests run on both."""

Visit = Callable[[str], Visitor]
ACTS = ("human", "correction", "erasure", "access", "data", "withdraw", "leave")
PAGES = ("/withdraw", "/notice.pdf", "/notice.txt")


def said(page: str) -> str:
    """Return a page's text as a person reads it."""
    inside = page[page.index("<body") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inside)).split())


def test_without_the_code_nothing_of_the_decision_is_shown(
    client: TestClient, engine: Engine
) -> None:
    way = links.issue(engine, NOT_YET, NOW)
    page = client.get(way.url_path)
    assert page.status_code == 200
    assert "Kode 8 angka" in page.text
    assert "Belum memenuhi" not in page.text
    assert "Granary" not in page.text


def test_a_link_that_there_is_not_looks_like_one_that_there_is(
    client: TestClient, engine: Engine
) -> None:
    way, none = links.issue(engine, NOT_YET, NOW).url_path, "/p/" + "x" * 24
    assert client.get(way).text.replace(way, "") == client.get(none).text.replace(none, "")


def test_ended_locked_and_unknown_links_are_told_in_the_same_words(
    client: TestClient, engine: Engine
) -> None:
    ended, locked = links.issue(engine, NOT_YET, NOW), links.issue(engine, ELIGIBLE, NOW)
    links.issue(engine, NOT_YET, NOW)
    wrong = Visitor(client, Issued(locked.url_path, wrong_code(locked.code), NOW))
    for _ in range(MOST_WRONG):
        assert "Kode belum cocok" in wrong.enter().text
    none = Issued("/p/" + "x" * 24, "00000000", NOW)
    told = [Visitor(client, way).enter() for way in (ended, locked, none)]
    assert {re.sub(r"/p/[\w-]+", "", answer.text) for answer in told} == {
        re.sub(r"/p/[\w-]+", "", told[0].text)
    }
    assert wording("id")["page"]["link_over"] in said(told[0].text)


def test_the_right_code_opens_the_decision_by_a_cookie_no_script_can_read(
    client: TestClient, engine: Engine
) -> None:
    way = links.issue(engine, NOT_YET, NOW)
    answer = Visitor(client, way).enter()
    cookie = answer.headers["set-cookie"].lower()
    assert answer.headers["location"] == f"{way.url_path}?lang=id"
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert f"path={way.url_path.lower()}" in cookie
    assert "Belum memenuhi" in client.get(way.url_path).text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_all_that_a_person_may_know(
    visit: Visit, kinds: tuple[Decision, ...], kind: str, lang: str
) -> None:
    page = said(visit(kind).read(lang=lang).text)
    words = wording(lang)
    kept = next(decision for decision in kinds if decision.decision_id == kind)
    assert words["results"][kept.result.kind] in page
    assert words["page"]["decides"].format(lender="Granary") in page
    assert kept.application.application_id in page
    for code in kept.points.by_reason:
        if kept.points.by_reason[code]:
            assert words["groups"][code] in page
    for part in ("human", "wrong", "download", "access_open", "withdraw", "erase", "erase_open"):
        assert words["page"][part] in page
    for used in kept.data_used:
        assert words["sources"][used.source] in page
    for referral in kept.support:
        assert words["support"][referral.programme] in page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_nothing_that_a_person_may_not_know(
    visit: Visit, kind: str, lang: str
) -> None:
    page = visit(kind).read(lang=lang).text
    for signal in SIGNALS:
        assert signal.name not in page
        assert wording(lang)["signals"][signal.name] not in page
    for secret in ("probability", "circled", "cut-off", "max_pd", "ditolak", "rejected", "SHAP"):
        assert secret not in page


def test_offers_are_shown_with_every_cost_and_only_where_they_can_be_had(
    visit: Visit, kinds: tuple[Decision, ...]
) -> None:
    offers = kinds[KINDS.index(ELIGIBLE)].offers
    eligible, not_yet = (said(visit(kind).read().text) for kind in (ELIGIBLE, NOT_YET))
    assert offers
    for offer in offers:
        assert f"Rp{offer.instalment:,}".replace(",", ".") in eligible
        assert f"Rp{offer.total_cost:,}".replace(",", ".") in eligible
        assert f"Rp{offer.instalment:,}".replace(",", ".") not in not_yet
    assert wording("id")["page"]["offers_maybe"] in said(visit(LOOK).read().text)


def test_without_a_step_the_page_says_so_and_leads_to_people(visit: Visit) -> None:
    with_steps, without = (said(visit(kind).read().text) for kind in (NOT_YET, NO_STEP))
    none = wording("id")["promises"]["none"]
    assert none in without
    assert wording("id")["page"]["steps_people"] in without
    assert none not in with_steps
    assert "Ajukan jumlah yang lebih kecil: Rp3.000.000." in with_steps


def test_one_applicant_cannot_read_anothers_decision(
    client: TestClient, engine: Engine, visit: Visit
) -> None:
    visit(ELIGIBLE)
    other = links.issue(engine, NOT_YET, NOW)
    assert "Kode 8 angka" in client.get(other.url_path).text
    assert client.get(f"{other.url_path}/notice.txt").status_code == 401


@pytest.mark.parametrize("under", ["", "/withdraw", "/notice.txt"])
def test_a_session_opens_nothing_at_any_other_address(
    client: TestClient, engine: Engine, visit: Visit, under: str
) -> None:
    visit(ELIGIBLE)
    shown = {"Cookie": f"lumbung={client.cookies['lumbung']}"}
    client.cookies.clear()
    for link in (links.issue(engine, NOT_YET, NOW).url_path, "/p/x%0d%0aSet-Cookie:%20a=b"):
        answer = client.get(link + under, headers=shown)
        assert answer.status_code == (401 if under else 200)
        assert "Granary" not in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_every_page_asks_for_the_code_again_once_the_session_is_over(
    client: TestClient, visit: Visit, page: str
) -> None:
    visitor = visit(NOT_YET)
    assert visitor.read(page).status_code == 200
    client.cookies.clear()
    answer = visitor.read(page)
    assert answer.status_code == 401
    assert wording("id")["page"]["fault_session"] in said(answer.text)


@pytest.mark.parametrize("act", ACTS)
def test_a_form_without_its_own_mark_does_nothing(engine: Engine, visit: Visit, act: str) -> None:
    visitor = visit(NOT_YET)
    fields = {"wrote": "x", "source": "bills"}
    assert visitor.send(f"/{act}", {**fields, "mark": "0" * 64}).status_code == 409
    assert visitor.send(f"/{act}", fields).status_code == 422
    assert cases.cases_of(engine, NOT_YET) == []
    assert consents.withdrawn_at(engine, "granary", "b1") is None
    assert visitor.read("/notice.txt").status_code == 200


def test_asking_for_a_human_opens_a_case_and_shows_until_when_it_is_answered(
    engine: Engine, visit: Visit
) -> None:
    visitor = visit(NOT_YET)
    answer = visitor.act("/human", wrote="Panen terlambat <b>dua</b> minggu.")
    assert answer.status_code == 303
    (case,) = cases.cases_of(engine, NOT_YET)
    assert (case.kind, case.wrote) == ("objection", "Panen terlambat <b>dua</b> minggu.")
    page = visitor.client.get(answer.headers["location"]).text
    assert wording("id")["page"]["sent"] in page
    assert "&lt;b&gt;dua&lt;/b&gt;" in page
    assert "8 Desember 2026" in page  # ten working days after Tuesday, 24 November


def test_asking_twice_says_that_it_is_under_way(visit: Visit) -> None:
    visitor = visit(NOT_YET)
    visitor.act("/human")
    again = visitor.act("/human")
    assert again.status_code == 409
    assert wording("id")["page"]["fault_already"] in said(again.text)


def test_a_correction_names_its_source(engine: Engine, visit: Visit) -> None:
    visitor = visit(ELIGIBLE)
    assert visitor.act("/correction", source="bills", wrote="Sudah lunas.").status_code == 303
    (case,) = cases.cases_of(engine, ELIGIBLE)
    assert (case.kind, case.about, case.wrote) == ("correction", "bills", "Sudah lunas.")
    assert "Koreksi data: Tagihan" in said(visitor.read().text)


@pytest.mark.parametrize("act", ["/human", "/correction"])
def test_a_full_field_may_have_many_lines(engine: Engine, visit: Visit, act: str) -> None:
    """A browser counts the end of a line as one character, and sends two."""
    lines = "x\n" * 499 + "x."
    wrote = lines.replace("\n", "\r\n")
    assert visit(ELIGIBLE).act(act, source="bills", wrote=wrote).status_code == 303
    (case,) = cases.cases_of(engine, ELIGIBLE)
    assert case.wrote == lines


@pytest.mark.parametrize("wrote", ["", "   ", "x" * 1001])
def test_a_correction_that_says_nothing_or_too_much_is_asked_for_again(
    engine: Engine, visit: Visit, wrote: str
) -> None:
    answer = visit(ELIGIBLE).act("/correction", source="bills", wrote=wrote)
    assert answer.status_code == 422
    assert wording("id")["page"]["fault_form"] in said(answer.text)
    assert cases.cases_of(engine, ELIGIBLE) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_asking_for_erasure_or_for_more_opens_a_case_that_is_due_within_72_hours(
    engine: Engine, visit: Visit, lang: str
) -> None:
    visitor = visit(NOT_YET)
    for under, wrote in (("/erasure", ""), ("/access", "Salinan di kertas.")):
        assert visitor.act(under, wrote=wrote).status_code == 303
    opened = cases.cases_of(engine, NOT_YET)
    assert {case.kind for case in opened} == {"erasure", "access"}
    assert {case.due_at - case.opened_at for case in opened} == {timedelta(hours=72)}
    page, words = said(visitor.read(lang=lang).text), wording(lang)["page"]
    last = written.day(last_day(opened[0].due_at), lang)
    for kind in ("erasure", "access"):
        assert words[f"case_{kind}"] in page
    assert page.count(last) >= 2


def test_the_answer_of_an_officer_is_shown_to_the_applicant(engine: Engine, visit: Visit) -> None:
    visitor = visit(LOOK)
    (case,) = cases.cases_of(engine, LOOK)
    answer = review.Answer("lend", "V04", "o7", "Terima kasih, sudah jelas.")
    review.answer(engine, "granary", case.case_id, answer, NOW, HOW)
    page = said(visitor.read().text)
    assert "Terima kasih, sudah jelas." in page
    assert wording("id")["answers"]["V04"] in page
    assert wording("id")["staff"]["outcome_lend"] in page
    assert "o7" not in page


def test_everything_kept_can_be_carried_away(visit: Visit) -> None:
    answer = visit(NOT_YET).act("/data")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="lumbung.json"'
    names = {decision["decision_id"] for decision in json.loads(answer.text)["decisions"]}
    assert names == set(KINDS)  # they are the same business's


def test_consent_is_withdrawn_only_after_being_asked_once_more(
    engine: Engine, visit: Visit
) -> None:
    visitor = visit(NOT_YET)
    asked = visitor.read("/withdraw")
    assert "Granary" in asked.text
    assert consents.withdrawn_at(engine, "granary", "b1") is None
    assert visitor.act("/withdraw", on="/withdraw").status_code == 303
    assert consents.withdrawn_at(engine, "granary", "b1") == NOW
    assert "Persetujuan dicabut 24 November 2026" in said(visitor.read().text)


def test_a_consent_given_anew_is_not_called_withdrawn(
    engine: Engine, visit: Visit, kinds: tuple[Decision, ...]
) -> None:
    visitor = visit(NOT_YET)
    visitor.act("/withdraw", on="/withdraw")
    later = replace(
        kinds[0],
        decision_id="later",
        decided_at=NOW + timedelta(days=1),
        application=replace(kinds[0].application, application_id="later"),
    )
    keep(engine, later)
    assert "Persetujuan dicabut" not in said(visitor.read().text)


def test_leaving_closes_the_page_for_whoever_holds_the_telephone_next(visit: Visit) -> None:
    visitor = visit(NOT_YET)
    token = visitor.client.cookies["lumbung"]
    answer = visitor.act("/leave")
    assert answer.status_code == 303
    visitor.client.cookies.set("lumbung", token, path=visitor.way.url_path)
    assert "Kode 8 angka" in visitor.read().text
    assert wording("id")["page"]["left"] in visitor.client.get(answer.headers["location"]).text


def test_the_notice_of_the_page_is_the_notice_of_the_partner(
    visit: Visit, granary: dict[str, str]
) -> None:
    visitor = visit(NOT_YET)
    for file in ("notice.txt", "notice.pdf"):
        own = visitor.read(f"/{file}", "en")
        theirs = visitor.client.get(
            f"/v1/decisions/{NOT_YET}/{file}", params={"lang": "en"}, headers=granary
        )
        assert own.content == theirs.content


def test_another_language_is_a_fault_of_the_address(visit: Visit) -> None:
    assert visit(NOT_YET).read(lang="jv").status_code == 422

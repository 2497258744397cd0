"""The notice: the same words as the page, on paper, in one language, the same bytes each time."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from fpdf import FPDF

from audit.decision import Decision
from serving.pages import notice
from serving.pages.shown import Names, shown
from serving.telling.words import LANGUAGES, wording
from tests.serving.pages.cases import ELIGIBLE, KINDS, LOOK, NO_STEP, NOT_YET

NAMES = Names("BPR BKK Batang", {"kur-mikro": "KUR Mikro"})
Headers = dict[str, str]


def text(kept: Decision, language: str) -> str:
    """Return a notice as text, its lines joined again."""
    whole = notice.as_text(shown(kept, NAMES, language), language)
    return " ".join(whole.split())


@pytest.fixture
def of(kinds: tuple[Decision, ...]) -> dict[str, Decision]:
    """Return the decisions by their names."""
    return {decision.decision_id: decision for decision in kinds}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_it_says_result_reasons_data_how_to_disagree_and_who_decides(
    of: dict[str, Decision], kind: str, language: str
) -> None:
    told, words = shown(of[kind], NAMES, language), wording(language)
    said = text(of[kind], language)
    for sentence in (told.headline, told.asked, told.decided, told.decides, *told.told):
        assert sentence in said
    for sentence in (*told.reasons, *told.strengths):
        assert sentence in said
    for used in told.data:
        assert f"{used.source}: {used.rows} " in said
    assert words["notice"]["contest"].format(lender="BPR BKK Batang") in said


def test_it_tells_each_step_with_time_helper_and_promise(of: dict[str, Decision]) -> None:
    said = text(of[NOT_YET], "en")
    for step in shown(of[NOT_YET], NAMES, "en").steps:
        for part in (*step.acts, step.time, step.helpers, step.promise):
            assert part in said


def test_without_a_step_it_says_so_and_names_who_can_help(of: dict[str, Decision]) -> None:
    said = text(of[NO_STEP], "id")
    assert wording("id")["promises"]["none"] in said
    assert wording("id")["support"]["bookkeeping"] in said
    assert wording("id")["promises"]["none"] not in text(of[ELIGIBLE], "id")


def test_it_offers_nothing_that_cannot_be_had(of: dict[str, Decision]) -> None:
    offers = of[ELIGIBLE].offers
    assert all(offer.product_name in text(of[ELIGIBLE], "id") for offer in offers)
    assert wording("id")["page"]["offers"] not in text(of[NOT_YET], "id")
    assert wording("id")["page"]["offers_maybe"] in text(of[LOOK], "id")


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_are_short_enough_for_a_small_printer(of: dict[str, Decision], language: str) -> None:
    whole = notice.as_text(shown(of[NOT_YET], NAMES, language), language)
    assert max(map(len, whole.splitlines())) <= notice.LINE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_as_pdf_it_is_one_page_that_names_its_language_and_title(
    of: dict[str, Decision], kind: str, language: str
) -> None:
    file = notice.as_pdf(shown(of[kind], NAMES, language), language, of[kind].decided_at)
    assert file.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", file)) == 1
    assert f"/Lang ({language})".encode() in file
    assert b"/Title (" in file
    assert b"D:20261124050000Z" in file


def test_as_pdf_it_is_the_same_bytes_each_time_and_others_for_another_decision(
    of: dict[str, Decision],
) -> None:
    files = [
        notice.as_pdf(shown(of[kind], NAMES, "id"), "id", of[kind].decided_at)
        for kind in (NOT_YET, NOT_YET, ELIGIBLE)
    ]
    assert files[0] == files[1] != files[2]


def test_letters_that_the_font_lacks_do_not_stop_it(of: dict[str, Decision]) -> None:
    names = replace(NAMES, lender="Koperasi 稲 – “Padi” −1")  # noqa: RUF001
    assert notice.as_pdf(shown(of[LOOK], names, "id"), "id", of[LOOK].decided_at)


def test_what_the_file_says_is_what_was_to_be_said(
    of: dict[str, Decision], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = shown(of[ELIGIBLE], NAMES, "id")
    monkeypatch.setattr("fpdf.FPDF", _plain)
    file = notice.as_pdf(told, "id", of[ELIGIBLE].decided_at).decode("latin-1")
    written = " ".join(re.findall(r"\((.*?)\) Tj", file))
    assert told.headline in written
    assert told.offers[0].instalment in written


def _plain(**said: str) -> FPDF:
    """Return a writer that leaves its text readable in the file."""
    made = FPDF(format=said["format"])
    made.compress = False
    return made


@pytest.mark.parametrize("file", ["notice.pdf", "notice.txt"])
def test_a_partner_reads_the_notices_of_its_own_decisions_only(
    client: TestClient, granary: Headers, mill: Headers, file: str
) -> None:
    address = f"/v1/decisions/{LOOK}/{file}"
    assert client.get(address, headers=granary).status_code == 200
    assert client.get(address, headers=mill).status_code == 404
    assert client.get(address).status_code == 401
    assert client.get(f"{address}?lang=jv", headers=granary).status_code == 422

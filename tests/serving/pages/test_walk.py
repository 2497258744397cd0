"""The pages walked in Chromium: without JavaScript, on small telephones, by WCAG, and on paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from serving.applications import cases, review
from serving.business import consents
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import NOW
from tests.serving.conftest import Known
from tests.serving.pages.cases import ELIGIBLE, KINDS, LOOK, NOT_YET
from tests.serving.pages.conftest import Site

DATABASES = ("sqlite",)

WIDTHS = (320, 1280)
MOST_BYTES = 50 * 1024
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # every rule is asked; what passes is not told at length
}


def context(browser: Browser, width: int, *, script: bool) -> BrowserContext:
    """Return a browser of a width; a telephone's is as high as it is on cheap ones."""
    size = {"width": width, "height": 640 if width < 1000 else 900}
    made = browser.new_context(viewport=size, java_script_enabled=script)  # type: ignore[arg-type]
    made.set_default_timeout(10_000)
    return made


@pytest.fixture(params=WIDTHS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return a page without JavaScript, on which the browser may not have to block anything."""
    inside = context(browser, request.param, script=False)
    page, complaints = inside.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    assert [said for said in complaints if "Security" in said] == []
    inside.close()


def enter(page: Page, site: Site, decision_id: str, lang: str) -> str:
    """Enter to a decision by its link and code; return the page's address."""
    way = site.issue(decision_id)
    page.goto(f"{site.url}{way.url_path}?lang={lang}")
    page.get_by_label(wording(lang)["page"]["code"]).fill(way.code)
    page.get_by_role("button", name=wording(lang)["page"]["open"]).click()
    expect(page.locator(".result")).to_be_visible()
    return f"{site.url}{way.url_path}"


def sign_in(page: Page, site: Site, known: Known, lang: str) -> None:
    """Sign in as an officer of the partner called granary."""
    page.goto(f"{site.url}/staff?lang={lang}")
    key = known.granary["Authorization"].removeprefix("Bearer ")
    page.get_by_label(wording(lang)["staff"]["key"]).fill(key)
    page.get_by_role("button", name=wording(lang)["staff"]["enter"]).click()
    expect(page.get_by_role("heading", name=wording(lang)["staff"]["queue"])).to_be_visible()


def fits(page: Page) -> bool:
    """Return whether nothing of the whole page has to be scrolled to the side."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_right_of_an_applicant_is_used_without_javascript(
    page: Page, site: Site, lang: str
) -> None:
    words = wording(lang)["page"]
    here = enter(page, site, NOT_YET, lang)
    assert page.locator("html").get_attribute("lang") == lang
    assert fits(page)

    page.get_by_text(words["human_open"]).click()
    page.get_by_label(words["human_text"]).fill("Panen terlambat.")
    page.get_by_role("button", name=words["human_send"]).click()
    expect(page.get_by_role("status")).to_have_text(words["sent"])

    page.get_by_text(words["wrong_open"]).click()
    page.get_by_label(words["wrong_source"]).select_option("bills")
    page.get_by_label(words["wrong_text"]).fill("Listrik sudah dibayar.")
    page.get_by_role("button", name=words["wrong_send"]).click()
    expect(page.get_by_text("Listrik sudah dibayar.")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name=words["download_send"]).click()
    carried = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert {case["kind"] for case in carried["cases"]} >= {"objection", "correction"}

    with page.expect_download() as download:
        page.get_by_role("link", name=words["notice_pdf"]).click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name=words["notice_txt"]).click()
    expect(page.locator("body")).to_contain_text(wording(lang)["results"]["not_yet"])
    page.goto(f"{here}?lang={lang}")

    page.get_by_role("link", name=words["withdraw_open"]).click()
    expect(page.get_by_role("heading", name=words["withdraw_title"])).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name=words["withdraw_send"]).click()
    expect(page.get_by_role("heading", name=words["cases"])).to_be_visible()
    assert consents.withdrawn_at(site.engine, "granary", "b1") == NOW

    page.get_by_role("button", name=words["leave"]).click()
    expect(page.get_by_label(words["code"])).to_be_visible()
    kinds = [case.kind for case in cases.cases_of(site.engine, NOT_YET)]
    assert sorted(kinds) == ["correction", "objection"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_officer_answers_a_case_without_javascript(
    page: Page, site: Site, known: Known, lang: str
) -> None:
    words = wording(lang)["staff"]
    sign_in(page, site, known, lang)
    assert fits(page)
    page.get_by_role("link", name=words["kind_review"]).click()
    expect(page.get_by_label(words["outcome"])).to_be_visible()
    assert fits(page)
    page.get_by_label(words["outcome"]).select_option("lend")
    page.get_by_label(words["reason_code"]).select_option("V04")
    page.get_by_label(words["officer"]).fill("o7")
    page.get_by_label(words["note"]).fill("Sudah jelas.")
    page.get_by_role("button", name=words["send"]).click()
    expect(page.get_by_text("Sudah jelas.")).to_be_visible()
    (case,) = cases.cases_of(site.engine, LOOK)
    assert (case.outcome, case.reason_code) == ("lend", "V04")
    assert review.summary(site.engine, "granary", NOW).open == 0


def test_the_language_is_changed_by_a_link(page: Page, site: Site) -> None:
    enter(page, site, ELIGIBLE, "id")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(wording("en")["results"]["eligible"])
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Bahasa Indonesia").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(wording("id")["results"]["eligible"])
    assert page.locator("html").get_attribute("lang") == "id"


def test_every_page_weighs_at_most_fifty_kilobytes(page: Page, site: Site) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  Playwright marks it
    for kind in KINDS:
        here = enter(page, site, kind, "id")
        answers.clear()
        page.goto(here)
        (whole,) = answers  # there is nothing that the page would load
        assert 0 < len(whole.body()) <= MOST_BYTES


def test_on_paper_there_is_no_form_and_the_style_is_in_force(page: Page, site: Site) -> None:
    enter(page, site, ELIGIBLE, "id")
    right = page.get_by_role("heading", name=wording("id")["page"]["rights"])
    assert right.is_visible()
    page.emulate_media(media="print")
    assert not right.is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_focus_is_seen_and_targets_are_large(page: Page, site: Site) -> None:
    enter(page, site, NOT_YET, "id")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    for target in page.locator("a:visible, button:visible, summary:visible, select:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 24, target.inner_text()
        assert box["width"] >= 24


def axe(page: Page) -> str:
    """Return what axe-core finds wrong on a page; empty where nothing is."""
    found = Axe().run(page, options=RULES)
    return str(found.generate_snapshot())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_the_applicants_pages(
    browser: Browser, site: Site, lang: str, width: int
) -> None:
    inside = context(browser, width, script=True)
    page = inside.new_page()
    page.goto(f"{site.url}/p/unknown?lang={lang}")
    assert axe(page) == ""
    for kind in KINDS:
        here = enter(page, site, kind, lang)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert axe(page) == ""
    page.goto(f"{here}/withdraw?lang={lang}")
    assert axe(page) == ""
    inside.clear_cookies()
    page.goto(f"{here}/withdraw?lang={lang}")
    assert axe(page) == ""
    inside.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_the_officers_pages(
    browser: Browser, site: Site, known: Known, lang: str, width: int
) -> None:
    inside = context(browser, width, script=True)
    page = inside.new_page()
    page.goto(f"{site.url}/staff?lang={lang}")
    assert axe(page) == ""
    sign_in(page, site, known, lang)
    assert axe(page) == ""
    page.get_by_role("link", name=wording(lang)["staff"]["kind_review"]).click()
    assert axe(page) == ""
    inside.close()

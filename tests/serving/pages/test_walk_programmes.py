"""The pages of programmes and products walked in Chromium: small, wide, by WCAG, on paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from audit.decision import Decision
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlock
from serving.telling.words import LANGUAGES, wording
from tests.serving.cases import MASTER
from tests.serving.conftest import Known
from tests.serving.pages.conftest import Site
from tests.serving.pages.programme_cases import (
    keep_allocation,
    lenders_key,
    officials_key,
    stocked,
)
from tests.serving.pages.test_walk import MOST_BYTES, WIDTHS, axe, context, fits
from tests.serving.programme_cases import opened

DATABASES = ("sqlite",)

AT = "/officials/programmes/batang"
SEED = "/staff/products/seed"


@pytest.fixture(scope="session")
def allocated(base: Path, known: Known) -> Path:
    """Return the database with a product in force and an allocation, made once."""
    file = Path(shutil.copy(known.file, base / "allocated.db"))
    engine = unlock(database.connect(f"sqlite:///{file}"), MASTER)
    officials_key(engine)
    stocked(engine)
    opened(engine)
    keep_allocation(engine)
    engine.dispose()
    return file


@pytest.fixture
def settings(settings: Settings, allocated: Path) -> Settings:
    shutil.copy(allocated, settings.home / "lumbung.db")
    return settings


@pytest.fixture
def kinds() -> tuple[Decision, ...]:
    """Return no decision: none is shown here."""
    return ()


@pytest.fixture(params=WIDTHS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return a page without JavaScript, on which the browser may not have to block anything."""
    inside = context(browser, request.param, script=False)
    page, complaints = inside.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    assert [said for said in complaints if "Security" in said] == []
    inside.close()


def sign_in(page: Page, url: str, key: str, lang: str) -> None:
    """Sign in with a key, and wait until inside."""
    page.goto(f"{url}?lang={lang}")
    page.locator("#key").fill(key)
    page.locator("main button").click()
    expect(page.locator("#key")).to_have_count(0)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_official_reads_an_allocation_without_javascript(
    page: Page, site: Site, lang: str
) -> None:
    words = wording(lang)
    answers: list[Response] = []
    sign_in(page, f"{site.url}/officials", officials_key(site.engine), lang)
    assert fits(page)
    page.get_by_role("link", name="Batang").click()
    expect(page.get_by_role("button", name=words["officials"]["allocate"])).to_be_visible()
    assert fits(page)
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  Playwright marks it
    page.get_by_role("link", name="No. 1").click()
    expect(page.get_by_role("heading", name=words["allocation"]["heat"])).to_be_visible()
    assert fits(page)
    assert page.locator("svg.chart").count() == 6
    (whole,) = answers
    assert 0 < len(whole.body()) <= MOST_BYTES
    with page.expect_download() as download:
        page.get_by_role("link", name=words["allocation"]["csv"]).first.click()
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("kecamatan,")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_lender_proposes_and_a_colleague_verifies_without_javascript(
    page: Page, site: Site, lang: str
) -> None:
    words = wording(lang)
    sign_in(page, f"{site.url}/staff", lenders_key(site.engine, "ani"), lang)
    page.get_by_role("link", name=words["staff"]["products"]).click()
    assert fits(page)
    page.get_by_role("link", name="Seed").click()
    page.get_by_text(words["portal"]["propose"]).click()
    assert fits(page)
    terms = page.get_by_label(words["portal"]["terms"])
    terms.fill(terms.input_value().replace("0.06", "0.05"))
    page.get_by_role("button", name=words["portal"]["send"]).last.click()
    expect(page.get_by_role("heading", name=words["versions"]["waiting"])).to_be_visible()
    assert fits(page)
    page.context.clear_cookies()
    sign_in(page, f"{site.url}/staff", lenders_key(site.engine), lang)
    page.goto(f"{site.url}{SEED}?lang={lang}")
    page.get_by_role("button", name=words["versions"]["verify"]).click()
    expect(page.get_by_role("heading", name=words["versions"]["waiting"])).to_have_count(0)
    expect(page.locator(".result")).to_contain_text("5%")


def test_on_paper_an_allocation_shows_its_numbers_and_no_links(page: Page, site: Site) -> None:
    sign_in(page, f"{site.url}/officials", officials_key(site.engine), "id")
    page.goto(f"{site.url}{AT}/allocations/1")
    page.emulate_media(media="print")
    assert not page.get_by_role("link", name=wording("id")["allocation"]["csv"]).first.is_visible()
    assert page.locator("svg.chart").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_programmes_and_products(
    browser: Browser, site: Site, lang: str, width: int
) -> None:
    inside = context(browser, width, script=True)
    page = inside.new_page()
    for door, key, pages in (
        ("/officials", officials_key(site.engine), ("/officials", AT, f"{AT}/allocations/1")),
        ("/staff", lenders_key(site.engine), ("/staff/products", SEED)),
    ):
        inside.clear_cookies()  # a browser is one person's
        sign_in(page, f"{site.url}{door}", key, lang)
        for at in pages:
            page.goto(f"{site.url}{at}?lang={lang}")
            page.evaluate(
                "document.querySelectorAll('details').forEach(one => { one.open = true })"
            )
            assert axe(page) == ""
    inside.close()

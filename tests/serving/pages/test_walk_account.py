"""The pages of accounts walked in Chromium: set up, in by password or provider, changed, out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from audit.decision import Decision
from serving.access import accounts, coming_back, keys
from serving.settings import Settings
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import NOW
from tests.serving.cases import code_at
from tests.serving.identity import CLIENT, Identity, listening
from tests.serving.pages.conftest import Site
from tests.serving.pages.test_account import PASSWORD
from tests.serving.pages.test_walk import MOST_BYTES, WIDTHS, axe, context, fits

DATABASES = ("sqlite",)

Look = Callable[[Page], None]


@pytest.fixture
def there() -> Iterator[Identity]:
    """Return a provider that listens."""
    with listening(NOW) as made:
        yield made


@pytest.fixture
def settings(settings: Settings, there: Identity, tmp_path: Path) -> Settings:
    secret = tmp_path / "oidc"
    secret.write_text(CLIENT[1], encoding="utf-8")
    told = {"oidc_issuer": there.url, "oidc_client_id": CLIENT[0], "oidc_secret_file": secret}
    return settings.model_copy(update=told)


@pytest.fixture
def kinds() -> tuple[Decision, ...]:
    """Return no decision: none is shown here."""
    return ()


def walk(page: Page, site: Site, there: Identity, lang: str, look: Look) -> None:
    """Walk the pages of siti's account from its link on; look at each."""
    words = wording(lang)["account"]
    keys.add_partner(site.engine, "granary", "Granary")
    token = accounts.add(site.engine, "siti", "granary", "Siti", NOW, ["cases"])
    coming_back.bind(site.engine, "siti", (there.url, "sub", "s-1"), NOW)
    page.goto(f"{site.url}/account/setup/{token}?lang={lang}")
    look(page)
    secret = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.content())
    assert secret
    for password in ("password1234", PASSWORD):
        page.get_by_label(words["choose"]).fill(password)
        page.get_by_label(words["confirm"]).fill(code_at(secret[0].replace(" ", ""), NOW))
        page.get_by_role("button", name=words["send"]).click()
        expect(page.locator("h1")).to_be_visible()
        look(page)
    paper = page.locator("code").all_inner_texts()
    page.get_by_role("link", name=words["done"]).click()
    look(page)
    for code in ("000000", paper[0]):
        page.get_by_label(words["username"]).fill("siti")
        page.get_by_label(words["password"]).fill(PASSWORD)
        page.get_by_label(words["code"]).fill(code)
        page.get_by_role("button", name=words["enter"]).click()
        if code == "000000":
            expect(page.get_by_role("alert")).to_have_text(words["bad_sign_in"])
            look(page)
    expect(page.get_by_role("heading", name=wording(lang)["staff"]["queue"])).to_be_visible()
    page.goto(f"{site.url}/account?lang={lang}")
    page.locator("summary").click()
    look(page)
    page.get_by_label(words["change_from"]).fill(PASSWORD)
    page.get_by_label(words["change_to"]).fill("jerami basah 99")
    page.get_by_label(words["code"]).fill(paper[1])
    page.get_by_role("button", name=words["change_send"]).click()
    expect(page.get_by_role("status")).to_have_text(words["changed"])
    look(page)
    page.get_by_role("button", name=words["leave"]).click()
    expect(page.get_by_role("status")).to_contain_text(there.url.removeprefix("http://"))
    look(page)
    page.get_by_role("link", name=words["provider_go"].format(host=there.url[7:])).click()
    expect(page.get_by_role("heading", name=words["second"])).to_be_visible()
    look(page)
    page.get_by_label(words["code"]).fill(paper[2])
    page.get_by_role("button", name=words["enter"]).click()
    expect(page.get_by_role("heading", name=wording(lang)["staff"]["queue"])).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_of_an_account_is_done_without_javascript_and_fits(
    browser: Browser, site: Site, there: Identity, lang: str, width: int
) -> None:
    inside = context(browser, width, script=False)
    page, complaints = inside.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))

    def look(page: Page) -> None:
        assert fits(page)
        assert len(page.content().encode()) <= MOST_BYTES
        assert page.locator("html").get_attribute("lang") == lang

    walk(page, site, there, lang, look)
    assert [said for said in complaints if "Security" in said] == []
    inside.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_an_account(
    browser: Browser, site: Site, there: Identity, lang: str
) -> None:
    inside = context(browser, WIDTHS[0], script=True)

    def look(page: Page) -> None:
        assert axe(page) == ""

    walk(inside.new_page(), site, there, lang, look)
    inside.close()

"""The pages of editions walked in Chromium: small and wide, without JavaScript, by WCAG."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from audit.decision import Decision
from serving.pages.edition_tables import PARTS
from serving.settings import Settings
from serving.telling.words import LANGUAGES
from tests.serving.pages.conftest import Site
from tests.serving.pages.programme_cases import officials_key
from tests.serving.pages.test_editions import edited
from tests.serving.pages.test_walk import WIDTHS, axe, context, fits
from tests.serving.pages.test_walk_programmes import sign_in

__all__ = ["edited"]

DATABASES = ("sqlite",)


@pytest.fixture
def settings(settings: Settings, edited: Path) -> Settings:
    shutil.copy(edited, settings.home / "lumbung.db")
    return settings


@pytest.fixture
def kinds() -> tuple[Decision, ...]:
    """Return no decision beside those of the edition."""
    return ()


@pytest.mark.parametrize(("width", "lang"), list(zip(WIDTHS, LANGUAGES, strict=True)))
def test_axe_finds_nothing_and_nothing_leaves_the_screen(
    browser: Browser, site: Site, lang: str, width: int
) -> None:
    inside = context(browser, width, script=True)
    page = inside.new_page()
    sign_in(page, f"{site.url}/officials", officials_key(site.engine), lang)
    home = f"{site.url}/officials/editions"
    every = (home, f"{home}/2026-Q3", *(f"{home}/2026-Q3/{part}" for part in PARTS))
    for url in every:
        page.goto(f"{url}?lang={lang}")
        assert fits(page), url
        assert axe(page) == "", url
    inside.close()

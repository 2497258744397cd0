"""The report of an audit in Chromium: small and wide, by WCAG, with everything opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from serving.pages.fairness import fairness_page
from serving.telling.words import LANGUAGES
from tests.serving.pages.test_fairness import UNFAIR
from tests.serving.pages.test_walk import WIDTHS, axe, context, fits


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_and_nothing_leaves_the_screen(
    browser: Browser, tmp_path: Path, lang: str, width: int
) -> None:
    file = tmp_path / "report.html"
    file.write_text(fairness_page(UNFAIR, "en" if lang == "en" else "id"), encoding="utf-8")
    inside = context(browser, width, script=True)
    page = inside.new_page()
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert fits(page)
    assert axe(page) == ""
    inside.close()

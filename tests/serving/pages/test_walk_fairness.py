"""The report of an audit in Chromium: small and wide, by WCAG, with everything opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from audit.fairness.report import Report
from serving.pages.fairness import fairness_page
from serving.telling.words import LANGUAGES
from tests.serving.pages.test_fairness import EXPLAINED, UNFAIR
from tests.serving.pages.test_walk import WIDTHS, axe, context, fits


@pytest.mark.parametrize("report", [UNFAIR, EXPLAINED], ids=["unfair", "explained"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_and_nothing_leaves_the_screen(
    browser: Browser, tmp_path: Path, report: Report, lang: str, width: int
) -> None:
    file = tmp_path / "report.html"
    file.write_text(fairness_page(report, "en" if lang == "en" else "id"), encoding="utf-8")
    inside = context(browser, width, script=True)
    page = inside.new_page()
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert fits(page)
    assert axe(page) == ""
    inside.close()

"""The pictures in docs/images/ are of the pages as they are."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from lumbung.outline import outline
from lumbung.screenshots import IMAGES, pictured
from tests.conftest import ROOT
from tests.serving.pages.conftest import browser

__all__ = ["browser"]


def test_every_picture_has_the_outline_of_the_page_of_today(
    as_made: Path, browser: Browser
) -> None:
    """Else take them anew, and look at them: `python -m lumbung.screenshots` after `make demo`."""
    kept = {file.stem: file.read_text("utf-8") for file in (ROOT / IMAGES).glob("*.txt")}
    today = {}
    for name, page in pictured(browser, as_made):
        today[name] = outline(page)
        assert today[name] == kept.get(name), name
    assert set(today) == set(kept)
    assert all((ROOT / IMAGES / f"{name}.png").exists() for name in kept)

"""An outline says what stands on a page, and nothing of whom it shows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from lumbung.outline import outline
from tests.serving.pages.conftest import browser

__all__ = ["browser"]

PAGE = """<main><h1>{title}</h1><p>{person}</p><ul>{cases}</ul>
<details><summary>More</summary><label>{label} <input></label></details>
<table><tr><th>Kecamatan</th></tr><tr><td>{person}</td></tr></table></main>"""
CASE = "<li><h2><a href='/1'>Case, {day}</a></h2></li>"
PLAIN = {
    "title": "Queue",
    "person": "Siti",
    "label": "Note",
    "cases": CASE.format(day="27 November 2026"),
}
OTHERS = {"person": "Budi", "cases": "".join(CASE.format(day=f"{n} Mei 2027") for n in (1, 2))}


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        (OTHERS, True),
        ({"title": "Cases"}, False),
        ({"label": "Word"}, False),
        ({"cases": ""}, False),
    ],
    ids=["other people on other days", "another heading", "another label", "a part that is gone"],
)
def test_only_another_page_has_another_outline(
    browser: Browser, changed: dict[str, str], *, same: bool
) -> None:
    page = browser.new_page()
    drawn = []
    for said in (PLAIN, {**PLAIN, **changed}):
        page.set_content(PAGE.format(**said))
        drawn.append(outline(page))
    assert (drawn[0] == drawn[1]) is same
    assert 'heading "Queue"' in drawn[0]
    assert "Siti" not in drawn[0]
    page.close()

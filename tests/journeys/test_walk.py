"""A new user's walk in a browser: from what the demonstration prints, by every link, to the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from serving.telling.words import LANGUAGES
from tests.journeys.demo import Demo
from tests.serving.pages.conftest import browser
from tests.serving.pages.test_walk import WIDTHS, axe, context, fits

__all__ = ["browser"]

MOST: Final = 40
"""Pages that one visitor comes to; the walk is no crawl without an end."""

FILES: Final = (".csv", ".json", ".pdf", ".txt")


@dataclass
class Walk:
    """One visitor's walk in one language.

    Args:
        page: on which they walk, signed in.
        home: the service's address; nothing else is walked to.
        lang: the language they began with.
        seen: what a place looks like, names and numbers apart → the first such address.
    """

    page: Page
    home: str
    lang: str
    seen: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen to what the browser complains of."""
        self.page.on("console", lambda said: self.complaints.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def on(self, starts: list[str]) -> None:
        """Go to each start and on from there, a page of each look once."""
        waiting = list(starts)
        while waiting:
            url = waiting.pop(0)
            if look(url) in self.seen:
                continue
            self.seen[look(url)] = url
            assert len(self.seen) <= MOST
            if urlsplit(url).path.endswith(FILES):
                assert self.page.request.get(url).ok, url
            else:
                waiting += self.visit(url)

    def visit(self, url: str) -> list[str]:
        """Look at a page from all sides; return where its links lead."""
        answer = self.page.goto(url)
        assert answer is not None
        assert answer.ok, url
        assert self.page.locator("html").get_attribute("lang") == self.lang, url
        assert fits(self.page), url
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert axe(self.page) == "", url
        assert self.complaints == [], url
        return list(self.links())

    def links(self) -> Iterator[str]:
        """Yield where the links of this page lead here, those to another language left out."""
        for link in self.page.locator("a[href]:not([hreflang])").all():
            url = str(link.evaluate("link => link.href")).partition("#")[0]
            if url.startswith(self.home + "/"):
                yield url


def look(url: str) -> str:
    """Return an address without what differs between pages that look the same; of a file, its kind.

    Each file has tests of its own.
    """
    parts = urlsplit(url)
    if parts.path.endswith(FILES):
        return parts.path.rpartition(".")[2]
    asked = sorted(f"{k}={v}" for k, v in parse_qsl(parts.query) if k not in ("lang", "cursor"))
    return re.sub(r"/(p/[^/]+|[^/.]*\d[^/.]*)", "/#", parts.path) + "?" + "&".join(asked)


def entered(walk: Walk, url: str, fields: dict[str, str]) -> None:
    """Fill in the form of an entrance, and go in."""
    walk.visit(f"{url}?lang={walk.lang}")
    for name, value in fields.items():
        walk.page.locator(f"#{name}").fill(value)
    walk.page.locator("main button").first.click()
    walk.page.wait_for_load_state()


def visitors(said: str, home: str) -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """Yield the entrance of each visitor, what they fill in, and what else they are sent to."""
    for url, code in re.findall(r"(http://\S+/p/\S+)   code (\S+)", said):
        yield url, {"code": code}, [url]
    signing_in = re.findall(r"(\S+/account)\n +name (\S+)   password (\S+)\n +code (\S+)", said)
    for (url, name, password, code), work in zip(signing_in, ("staff", "officials"), strict=True):
        fields = {"username": name, "password": password, "code": code}
        yield url, fields, [url, *re.findall(rf"{home}/{work}/\S+", said), f"{home}/{work}"]


@pytest.mark.parametrize(("width", "lang"), list(zip(WIDTHS, LANGUAGES, strict=True)))
def test_every_page_from_what_is_printed_on_is_whole(
    demo: Demo, browser: Browser, lang: str, width: int
) -> None:
    home, said = f"http://127.0.0.1:{demo.port}", demo.said()
    reached = set()
    for entrance, fields, starts in visitors(said, home):
        inside = context(browser, width, script=True)
        inside.set_default_timeout(60_000)  # a whole report as PDF takes a while
        walk = Walk(inside.new_page(), home, lang)
        entered(walk, entrance, fields)
        walk.on([f"{url}?lang={lang}" for url in starts])
        reached |= set(walk.seen.values())
        inside.close()
    ways = {url.partition("?")[0] for url in reached}
    named = {url.rstrip(").") for url in re.findall(rf"{home}/\S+", said)}
    assert named - {f"{home}/docs", f"{home}/v1/applications"} <= ways
    assert 25 < len(reached) < 5 * MOST


def test_the_page_of_the_api_draws_every_operation_and_asks_nobody_else(
    demo: Demo, browser: Browser
) -> None:
    home = f"http://127.0.0.1:{demo.port}"
    inside = browser.new_context()
    walk = Walk(inside.new_page(), home, "en")
    asked: list[str] = []
    inside.on("request", lambda request: asked.append(request.url))
    walk.page.goto(f"{home}/docs")
    drawn = walk.page.locator(".opblock")
    drawn.first.wait_for()
    described = inside.request.get(f"{home}/openapi.json").json()
    assert drawn.count() == sum(map(len, described["paths"].values()))
    assert walk.complaints == []  # of what the browser was told to refuse, too
    assert [url for url in asked if not url.startswith((f"{home}/", "data:"))] == []
    inside.close()

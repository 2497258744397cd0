"""The pictures of the pages, for docs/images/: ``python -m lumbung.screenshots``.

It asks for a demonstration that was made once (``make demo``). A service of its own answers from a
copy of that database, so nothing is added to it; its clock stands still, so the days in the
pictures do too. The browser is the system's Chromium. Beside each picture lies its outline, by
which a test finds pictures of pages that are not so any more.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import socket
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from audit.decision import Decision
from features.errors import BadInput
from lumbung.cli import say
from lumbung.demo_people import LENDER, PROGRAMME
from lumbung.demo_programs import HOME
from lumbung.outline import outline
from serving.access import links
from serving.app import create_app
from serving.applications import cases
from serving.reading.request import Application
from serving.service import Service
from serving.settings import Settings

IMAGES: Final = Path("docs/images")
EXAMPLE: Final = Path("docs/examples/application.json")
ALLOCATION: Final = "allocation"
REPORT: Final = HOME / "allocation.html"
"""An allocation of simulated applicants; docs/allocation.md says by which command. The one of the
demonstration looks the same, but hides most: those it is of are few."""

NOW: Final = datetime(2026, 11, 24, 2, tzinfo=UTC)
"""A morning on which the example products hold."""

TOO_MUCH: Final = {"amount": 20_000_000, "tenor_months": 12}
"""What the example's business cannot carry yet."""

CHROMIUM: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""How a browser is started that is alone on its machine and asks nobody for anything."""

SMALL: Final = ViewportSize(width=320, height=640)
WIDE: Final = ViewportSize(width=1000, height=800)
COLOURS: Final = 192
"""Enough for the pages, and half the bytes."""


@contextlib.contextmanager
def listening(service_app: Any) -> Iterator[str]:
    """Let an application listen on a free port of this machine; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(service_app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{free.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def main() -> None:
    """Write every picture, and its outline beside it."""
    if not (HOME / "api-key").exists():
        raise BadInput(
            found="no demonstration",
            expected=f"one in {HOME}",
            hint="Run `make demo` once.",
            code="no-demo",
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(CHROMIUM)
        )
        for name, page in pictured(browser, HOME):
            if name != ALLOCATION:
                _picture(page, IMAGES / f"{name}.png")
            (IMAGES / f"{name}.txt").write_text(outline(page), encoding="utf-8")
        _allocation(browser)
        browser.close()


def pictured(browser: Browser, home: Path) -> Iterator[tuple[str, Page]]:
    """Yield the name of each picture and its page, which is closed when the next is asked for.

    Args:
        browser: that shows them.
        home: the folder of the demonstration, which stays as it is.
    """
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(_settings(home, Path(folder)))
        service: Service = app.state.service
        service.now = lambda: NOW
        with listening(app) as url:
            for pages in (
                _applicants(browser, url, service),
                _officers(browser, url, _key(home, "api")),
                _officials(browser, url, _key(home, "official")),
            ):
                for name, page in pages:
                    yield name, page
                    page.close()


def _settings(home: Path, folder: Path) -> Settings:
    """Return the demonstration's settings, with a copy of its database."""
    with (
        contextlib.closing(sqlite3.connect(home / "lumbung.db")) as kept,
        contextlib.closing(sqlite3.connect(folder / "lumbung.db")) as copy,
    ):
        kept.backup(copy)  # what a service that runs has not put into the file yet as well
    copied = f"sqlite:///{folder / 'lumbung.db'}"
    return Settings(home=home, offer_examples=True, database_url=copied, mlflow_uri="")


def _key(home: Path, name: str) -> str:
    return (home / f"{name}-key").read_text(encoding="utf-8").strip()


def _applicants(browser: Browser, url: str, service: Service) -> Iterator[tuple[str, Page]]:
    """Ask for too much, and once more as the first step advises."""
    body = {**json.loads(EXAMPLE.read_text(encoding="utf-8")), **TOO_MUCH}
    first = _decided(service, body)
    advised = first.next_steps[0].applicant
    instead = {"amount": advised.amount, "tenor_months": advised.tenor_months}
    second = _decided(service, {**body, "application_id": "example-2", **instead})
    cases.ask_for_person(service.engine, first.decision_id, "Panen saya baru bulan depan.", NOW)
    yield "applicant-id", _entered(browser, url, service, first, "id", WIDE)
    yield "applicant-en", _entered(browser, url, service, second, "en", WIDE)
    yield "applicant-320", _entered(browser, url, service, first, "id", SMALL)


def _decided(service: Service, body: dict[str, Any]) -> Decision:
    asked = Application.model_validate_json(json.dumps(body))
    decision = service.decide(asked, LENDER)
    say(f"{decision.application.application_id}: {decision.result.kind}")
    return decision


def _entered(
    browser: Browser, url: str, service: Service, kept: Decision, lang: str, size: ViewportSize
) -> Page:
    """Return an applicant's page, entered by a link and its code."""
    way = links.issue(service.engine, kept.decision_id, NOW)
    page = browser.new_page(viewport=size, java_script_enabled=False)
    page.goto(f"{url}{way.url_path}?lang={lang}")
    page.locator("#code").fill(way.code)
    page.locator("main button").click()
    page.locator(".result").wait_for()
    return page


def _by_key(browser: Browser, url: str, key: str) -> Page:
    """Return the first page behind an entrance by a key."""
    page = browser.new_context(viewport=WIDE, java_script_enabled=False).new_page()
    page.goto(f"{url}?lang=en")
    page.locator("#key").fill(key)
    page.locator("main button").click()
    return page


def _officers(browser: Browser, url: str, key: str) -> Iterator[tuple[str, Page]]:
    page = _by_key(browser, f"{url}/staff", key)
    page.locator("h2 a").first.click()
    page.locator("#outcome").wait_for()
    yield "staff", page


def _officials(browser: Browser, url: str, key: str) -> Iterator[tuple[str, Page]]:
    """Show the programme's allocation, and the newest report of a period with some of its parts."""
    page = _by_key(browser, f"{url}/officials", key)
    inside = page.context
    allocated = inside.new_page()
    allocated.goto(f"{url}/officials/programmes/{PROGRAMME}/allocations/1?lang=en")
    yield ALLOCATION, allocated
    page.goto(f"{url}/officials/editions?lang=en")
    page.locator("h2 a").first.click()
    at = page.url.partition("?")[0]
    for name in ("funnel", "fairness", "drift"):
        part = inside.new_page()
        part.goto(f"{at}/{name}?lang=en")
        yield f"edition-{name}", part
    yield "edition", page


def _allocation(browser: Browser) -> None:
    """Take the picture of an allocation's report, where one was made."""
    if not REPORT.exists():
        say(f"No {REPORT}: `lumbung allocate --report {REPORT}` makes it.")
        return
    page = browser.new_page(viewport=WIDE, java_script_enabled=False)
    page.goto(REPORT.resolve().as_uri())
    _picture(page, IMAGES / f"{ALLOCATION}.png")


def _picture(page: Page, file: Path) -> None:
    """Write a picture of a whole page."""
    taken = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    click.echo(file)


if __name__ == "__main__":
    main()

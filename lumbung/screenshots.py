"""The pictures of the pages, for docs/images/: ``python -m lumbung.screenshots``.

It asks for a demonstration that was made once (``make demo``). A service of its own answers from a
copy of that database, so nothing is added to it; its clock stands still, so the days in the
pictures do too. The browser is the system's Chromium.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import socket
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
from lumbung.demo import HOME, PARTNER
from serving.access import links
from serving.app import create_app
from serving.applications import cases
from serving.reading.request import Application
from serving.service import Service
from serving.settings import Settings

IMAGES: Final = Path("docs/images")
EXAMPLE: Final = Path("docs/examples/application.json")
REPORT: Final = HOME / "allocation.html"
"""An allocation of simulated applicants; docs/allocation.md says by which command."""

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
    """Write every picture."""
    if not (HOME / "api-key").exists():
        raise BadInput(
            found="no demonstration",
            expected=f"one in {HOME}",
            hint="Run `make demo` once.",
            code="no-demo",
        )
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(_settings(Path(folder)))
        service: Service = app.state.service
        service.now = lambda: NOW
        with listening(app) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=list(CHROMIUM)
            )
            _applicant(browser, url, service)
            _officer(browser, url)
            _allocation(browser)
            _edition(browser, url)
            browser.close()


def _settings(folder: Path) -> Settings:
    """Return the demonstration's settings, with a copy of its database."""
    shutil.copy(HOME / "lumbung.db", folder / "lumbung.db")
    return Settings(
        home=HOME, offer_examples=True, database_url=f"sqlite:///{folder / 'lumbung.db'}"
    )


def _applicant(browser: Browser, url: str, service: Service) -> None:
    """Ask for too much, and once more as the first step advises."""
    body = {**json.loads(EXAMPLE.read_text(encoding="utf-8")), **TOO_MUCH}
    first = _decided(service, body)
    advised = first.next_steps[0].applicant
    instead = {"amount": advised.amount, "tenor_months": advised.tenor_months}
    second = _decided(service, {**body, "application_id": "example-2", **instead})
    cases.ask_for_person(service.engine, first.decision_id, "Panen saya baru bulan depan.", NOW)
    _picture(_entered(browser, url, service, first, "id", WIDE), name="applicant-id")
    _picture(_entered(browser, url, service, second, "en", WIDE), name="applicant-en")
    _picture(_entered(browser, url, service, first, "id", SMALL), name="applicant-320")


def _decided(service: Service, body: dict[str, Any]) -> Decision:
    asked = Application.model_validate_json(json.dumps(body))
    decision = service.decide(asked, PARTNER)
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


def _officer(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport=WIDE, java_script_enabled=False)
    page.goto(f"{url}/staff?lang=en")
    page.locator("#key").fill((HOME / "api-key").read_text(encoding="utf-8").strip())
    page.locator("main button").click()
    page.locator("h2 a").first.click()
    page.locator("#outcome").wait_for()
    _picture(page, name="staff")


def _allocation(browser: Browser) -> None:
    """Take the picture of an allocation's report, where one was made."""
    if not REPORT.exists():
        say(f"No {REPORT}: `lumbung allocate --report {REPORT}` makes it.")
        return
    page = browser.new_page(viewport=WIDE, java_script_enabled=False)
    page.goto(REPORT.resolve().as_uri())
    _picture(page, name="allocation")


def _edition(browser: Browser, url: str) -> None:
    """Take pictures of the newest report of a closed period: at a glance, and some of its parts."""
    inside = browser.new_context(viewport=WIDE, java_script_enabled=False)
    page = inside.new_page()
    page.goto(f"{url}/officials?lang=en")
    page.locator("#key").fill((HOME / "official-key").read_text(encoding="utf-8").strip())
    page.locator("main button").click()
    page.goto(f"{url}/officials/editions?lang=en")
    page.locator("h2 a").first.click()
    at = page.url.partition("?")[0]
    for name in ("funnel", "fairness", "drift"):
        part = inside.new_page()
        part.goto(f"{at}/{name}?lang=en")
        _picture(part, name=f"edition-{name}")
    _picture(page, name="edition")


def _picture(page: Page, *, name: str) -> None:
    """Write a picture of a whole page, and leave it."""
    file = IMAGES / f"{name}.png"
    taken = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    click.echo(file)
    page.close()


if __name__ == "__main__":
    main()

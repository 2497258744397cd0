"""What every page tells the browser, and how faults are told."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from fastapi.testclient import TestClient
from markupsafe import escape

from serving.pages.page import headers, templates

DATABASES = ("sqlite",)
"""What a page shows and takes is kept by rooms whose own tests run on both."""

ADDRESSES = (
    "/p/unknown",
    "/p/unknown/withdraw",
    "/p/unknown/notice.pdf",
    "/staff",
    "/staff/cases/x",
    "/staff/products",
    "/officials",
    "/officials/programmes/x/allocations/1/demand.csv",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_keeps_the_browser_from_scripts_copies_and_telling_others(
    client: TestClient, address: str
) -> None:
    found = client.get(address).headers
    policy = dict(part.split(" ", 1) for part in found["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "script-src" not in policy
    assert "unsafe" not in found["Content-Security-Policy"]
    assert found["Cache-Control"] == "no-store"
    assert found["Referrer-Policy"] == "same-origin"
    assert found["X-Content-Type-Options"] == "nosniff"


def test_the_only_style_allowed_is_the_one_in_the_page(client: TestClient) -> None:
    page = client.get("/p/unknown").text
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in headers()["Content-Security-Policy"]
    assert "style=" not in page


def test_no_template_holds_a_script_or_asks_for_anything_elsewhere() -> None:
    for name in templates().list_templates():
        source = templates().loader.get_source(templates(), name)[0]  # type: ignore[union-attr]
        assert not re.search(
            r"<script|javascript:|\son\w+=|https?://(?!www\.w3\.org/2000/svg)", source
        )
        assert "|safe" not in source.replace(" ", "")


def test_what_a_person_wrote_is_shown_and_never_run() -> None:
    nasty = "<script>alert(1)</script>"
    shown = templates().from_string("{{ wrote }}").render(wrote=nasty)
    assert shown == str(escape(nasty))


def test_a_fault_of_a_page_is_a_page_in_the_language_asked_for(client: TestClient) -> None:
    answer = client.get("/p/unknown/notice.txt?lang=en")
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert '<html lang="en">' in answer.text
    assert 'role="alert"' in answer.text
    assert 'href="/p/unknown?lang=en"' in answer.text


def test_a_link_that_is_no_link_does_not_break_out_of_the_page(client: TestClient) -> None:
    page = client.get('/p/"><b>x').text
    assert "<b>x" not in page

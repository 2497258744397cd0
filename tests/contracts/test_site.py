"""The pages make a site without a warning, which fetches nothing from anywhere else."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

from serving.telling.words import wording
from tests.conftest import ROOT

LOADED = re.compile(
    r"""<(?:script|img|iframe|source|embed)\b[^>]*\bsrc="([^"]+)"|<link\b[^>]*\bhref="([^"]+)\""""
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built as `make site` does, of what git would take."""
    made = tmp_path_factory.mktemp("site")
    build = ["sphinx", "--quiet", "--fail-on-warning", "--keep-going", "-c", "docs"]
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", *build, "-d", str(made / "read"), ".", str(made / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return made / "site"


def test_every_page_is_there_under_its_own_name(site: Path) -> None:
    """A page that the front page does not list has failed the build already."""
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    made = {str(file.relative_to(site)) for file in site.rglob("*.html")}
    assert {str(page.relative_to(ROOT).with_suffix(".html")) for page in pages} <= made
    assert 'url=docs/index.html"' in (site / "index.html").read_text(encoding="utf-8")


def test_a_page_loads_nothing_from_elsewhere(site: Path) -> None:
    loaded = {
        (file.name, address)
        for file in site.rglob("*.html")
        for both in LOADED.findall(file.read_text(encoding="utf-8"))
        for address in both
        if address
    }
    assert len(loaded) > 100
    assert not [found for found in loaded if re.match(r"(?:\w+:)?//", found[1])]
    for style in site.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", style.read_text("utf-8"))


def test_the_navigation_is_what_the_front_page_lists(site: Path) -> None:
    front = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    bar = (site / "docs" / "index.html").read_text(encoding="utf-8")
    captions = re.findall(r'class="caption-text">([^<]+)<', bar)
    assert captions == re.findall(r"^## (.+)$", front, re.MULTILINE)
    shown = re.findall(r'<li class="toctree-l1[^>]*><a [^>]*>([^<]+)</a>', bar)
    listed = re.findall(r"^- \[([^]]+)\]\(", front, re.MULTILINE)
    assert [html.unescape(one) for one in shown] == listed


@pytest.mark.parametrize(("language", "chapter"), [("id", "Bahasa Indonesia"), ("en", "English")])
def test_the_applicants_tutorial_speaks_in_the_words_of_their_page(
    language: str, chapter: str
) -> None:
    page = (ROOT / "docs" / "tutorials" / "applicant.md").read_text(encoding="utf-8")
    told = page.partition(f"## {chapter}\n")[2].partition("\n## ")[0]
    pressed = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", told)
    words = wording(language)
    assert len(pressed) > 8
    assert set(pressed) <= {*words["page"].values(), *words["results"].values()}

"""The pages as a site (`make site`), which has the navigation that docs/index.md lists.

The source is the whole repository: so a link is the same in a page and on the site, and one to a
file of code gives the file. Nothing is fetched from elsewhere, when built or when read.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

project = "Lumbung"
language = "en"
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "README.md",
    "README.id.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "benchmarks/README.md",
    "notebooks/README.md",
]
# Looked into by nobody; walking them takes long.
exclude_patterns = [".*", "var", "build"]

myst_heading_anchors = 4
myst_enable_extensions = ["html_image"]
# Blocks are pictures and output where they name no language.
highlight_language = "none"

html_theme = "furo"
html_title = "Lumbung"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_permalinks_icon = "#"

DECISIONS = "docs/decisions"
ENTRY = re.compile(r"^[-*] \[([^]]+)\]\(([^)]+)\.md\)", re.MULTILINE)
FOLDER = re.compile(r"\]\(((?:[\w-]+/)+)\)")


def tree(caption: str, entries: list[str]) -> str:
    """Return what tells Sphinx of a part of the navigation, and shows nothing itself."""
    lines = [f":caption: {caption}", ":hidden:", "", *entries]
    return "\n\n```{toctree}\n" + "\n".join(lines) + "\n```\n"


def within(text: str) -> list[str]:
    """Return the pages that a part lists, each by the words it is listed with."""
    return [f"{words} <{page}>" for words, page in ENTRY.findall(text)]


def listed(root: Path, folder: str) -> str:
    """Return a list of the pages of a folder, for its own page."""
    files = sorted(file for file in (root / folder).glob("*.md") if file.name != "README.md")
    return "\n" + "".join(f"- [](/{folder}/{file.name})\n" for file in files)


def read(app: Sphinx, name: str, source: list[str]) -> None:
    """Make the navigation of what the front page lists; a link to a folder is one to its page."""
    if name == root_doc:
        parts = re.split(r"^## (.+)$", source[0], flags=re.MULTILINE)[1:]
        named = zip(parts[::2], parts[1::2], strict=True)
        source[0] += "".join(tree(part, within(text)) for part, text in named)
    if name == f"{DECISIONS}/README":
        source[0] += listed(Path(app.srcdir), DECISIONS)
    elif name.startswith(f"{DECISIONS}/"):
        # Beside every page all of them would take more room than the rest, and half of the time.
        source[0] = f"---\norphan: true\n---\n\n{source[0]}"
    source[0] = FOLDER.sub(r"](\1README.md)", source[0])


def enter(app: Sphinx, problem: Exception | None) -> None:
    """Send whoever opens the folder of the site to its front page."""
    if problem is None:
        Path(app.outdir, "index.html").write_text(
            f'<!doctype html><meta http-equiv="refresh" content="0; url={root_doc}.html">'
            f'<a href="{root_doc}.html">{project}</a>\n',
            encoding="utf-8",
        )


def setup(app: Sphinx) -> None:
    """Hang both where Sphinx looks."""
    app.connect("source-read", read)
    app.connect("build-finished", enter)

"""The blocks of code in the pages, and what stands of a command in a block of the shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import click
from markdown_it import MarkdownIt

from tests.conftest import ROOT

PAGES: Final = [
    ROOT / "README.md",
    ROOT / "README.id.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "benchmarks" / "README.md",
    ROOT / "notebooks" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]

OURS: Final = re.compile(
    r"(?:^|[;&|(])\s*(?:\w+=\S+\s+)*(?:\.venv/bin/)?"
    r"((?:lumbung|make|python -m) (?:\x22[^\x22]*\x22|\x27[^\x27]*\x27|[^\n;&|\x22\x27])*)",
    re.MULTILINE,
)
"""A command of ours, up to what ends it."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its page from the root, the line it begins at, its language, its text.

    And the chapter that it stands in: the page's last heading of the second level before it.
    """

    page: str
    line: int
    language: str
    text: str
    chapter: str

    @property
    def place(self) -> str:
        """Return its page and chapter."""
        return f"{self.page}#{self.chapter}"

    def __str__(self) -> str:
        """Return where it stands."""
        return f"{self.page}:{self.line}"


def _blocks() -> list[Block]:
    return [block for page in PAGES for block in _of_page(page)]


def _of_page(page: Path) -> list[Block]:
    name, chapter = str(page.relative_to(ROOT)), ""
    found: list[Block] = []
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    for before, token in pairwise([*tokens[:1], *tokens]):
        if before.type == "heading_open" and before.tag == "h2":
            chapter = token.content
        if token.type == "fence":
            line = (token.map or [0])[0] + 1
            found.append(Block(name, line, token.info, token.content, chapter))
    return found


BLOCKS: Final = _blocks()


def of(language: str, page: str = "") -> list[Block]:
    """Return the blocks of a language, of one page or of all."""
    return [one for one in BLOCKS if one.language == language and page in ("", one.page)]


def lines(block: Block) -> list[str]:
    """Return the commands of a block of the shell, one a line, without our programs' folder."""
    text = block.text.replace("\\\n", " ").replace(".venv/bin/", "").replace(" && ", "\n")
    return [line for line in text.splitlines() if line.strip()]


def line(begins: str, changed: Mapping[str, str] | None = None) -> list[str]:
    """Return the words of the command of the pages that begins so, but for what is changed in it.

    Each of what is changed has to stand in it: else the page would have moved on without its test.
    """
    (said,) = {one for block in of("sh") for one in lines(block) if one.startswith(begins)}
    for old, new in (changed or {}).items():
        assert old in said, old
        said = said.replace(old, new)
    return shlex.split(said, comments=True)


def commands(text: str) -> list[list[str]]:
    """Return the words of each command of ours, `make` or `python -m` in a block of the shell.

    What stands in a here-document is no command; a redirection is no word of one.
    """
    plain = re.sub(r"(<<'(\w+)')\n.*?^\2$", r"\1", text, flags=re.DOTALL | re.MULTILINE)
    found = OURS.findall(plain.replace("\\\n", " "))
    return [shlex.split(re.split(r" [<>]", line)[0], comments=True) for line in found]


def parsed(group: click.Command, words: list[str]) -> click.Context:
    """Return the context of the command that words name; raises UsageError for none."""
    if not isinstance(group, click.Group):
        return group.make_context(str(group.name), list(words))
    command = group.get_command(click.Context(group), words[0])
    assert command is not None, words
    return parsed(command, words[1:])

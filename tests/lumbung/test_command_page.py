"""docs/cli.md has every command, as the program's own help says it."""

from __future__ import annotations

import re

import click
from click.testing import CliRunner

from lumbung import cli, command_page


def test_a_command_has_a_chapter_and_a_group_has_none() -> None:
    chapters = re.findall(r"^## lumbung (.+)$", command_page.page(), re.MULTILINE)
    assert {chapter.split()[0] for chapter in chapters} == set(cli.COMMANDS)
    assert "keys rotate" in chapters
    assert "keys" not in chapters
    assert chapters == sorted(chapters)


def test_a_chapter_says_what_the_help_says() -> None:
    told = " ".join(CliRunner().invoke(cli.program, ["keys", "rotate", "--help"]).output.split())
    chapter = re.search(r"## lumbung keys rotate\n(.*?)\n## ", command_page.page(), re.DOTALL)
    assert chapter
    for name, said in re.findall(r"^\| `(.+?)` \| (.+?) \|$", chapter[1], re.MULTILINE):
        assert f"{name} {said}" in told


def test_a_bar_within_a_cell_does_not_end_it() -> None:
    rows = [line for line in command_page.page().splitlines() if line.startswith("| `--")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {3}
    assert any("\\|" in row for row in rows)


def test_a_command_without_options_has_no_table() -> None:
    found = {one.command_path: one for one in command_page.commands()}
    assert [
        one for one in found["lumbung stop"].command.params if isinstance(one, click.Option)
    ] == []
    chapter = command_page.page().partition("## lumbung stop\n")[2].partition("\n## ")[0]
    assert "|" not in chapter

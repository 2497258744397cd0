"""A page's own `lumbung bench …`, made small by what is added to it."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner

from lumbung import cli


def figures(page: list[str], *more: str, status: int = 0) -> dict[str, Any]:
    """Run a command of a page with more words; return the object that it prints.

    Args:
        page: the words of the command, of `tests.contracts.blocks.line`.
        more: words that make it small, or that come of where it runs.
        status: that it has to end with.
    """
    ended = CliRunner().invoke(cli.program, [*page[1:], *more, "--json"])
    assert ended.exit_code == status, f"{ended.output}{ended.exception!r}"
    found: dict[str, Any] = json.loads(ended.stdout)
    return found

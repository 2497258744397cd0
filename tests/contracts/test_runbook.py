"""An operator can give what the runbook says, and knows how long the rows of each table live."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from lumbung import cli
from serving.settings import Settings
from serving.tables import Base
from tests.conftest import ROOT

RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
RETENTION = (ROOT / "docs/retention.md").read_text(encoding="utf-8")
GIVEN = sorted(
    {
        line
        for block in re.findall(r"```sh\n(.*?)```", RUNBOOK, re.DOTALL)
        for line in re.findall(r"\blumbung [a-z].*", block)
    }
)


def parsed(group: click.Command, words: list[str]) -> click.Context:
    """Return the context of the command that words name; raises UsageError for none."""
    if not isinstance(group, click.Group):
        return group.make_context(str(group.name), words)
    command = group.get_command(click.Context(group), words[0])
    assert command is not None, words
    return parsed(command, words[1:])


@pytest.mark.parametrize("line", GIVEN)
def test_a_command_of_the_runbook_takes_what_it_is_given(line: str) -> None:
    parsed(cli.program, shlex.split(line, comments=True)[1:])


def test_the_runbook_has_a_chapter_for_whatever_may_happen() -> None:
    chapters = set(re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE))
    assert chapters >= {
        *("Start", "Stop", "Upgrade", "Every day", "Back up", "Restore", "Rotate keys"),
        *("Another champion", "The kill switch", "The database is away", "MLflow is away"),
        *("The disk is full", "A breach", "A person wants to be erased"),
        "The ledger does not verify",
    }
    assert len(GIVEN) > 10


@pytest.mark.parametrize("page", [RUNBOOK, RETENTION], ids=["runbook", "retention"])
def test_every_setting_a_page_names_is_there(page: str) -> None:
    named = {name.lower() for name in re.findall(r"LUMBUNG_([A-Z_]+)", page)}
    assert named <= set(Settings.model_fields)


def test_of_every_table_it_is_said_how_long_a_row_is_kept() -> None:
    said = [
        name
        for cell in re.findall(r"^\| (`[^|]+`) \|", RETENTION, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    ]
    assert len(said) == len(set(said))
    assert set(said) >= set(Base.metadata.tables)

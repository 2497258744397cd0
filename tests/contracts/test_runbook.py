"""The runbook has every chapter, and of each table it is told how long its rows live."""

from __future__ import annotations

import re

import pytest

from serving.settings import Settings
from serving.tables import Base
from tests.conftest import ROOT
from tests.contracts.blocks import of

RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
RETENTION = (ROOT / "docs/retention.md").read_text(encoding="utf-8")


def test_the_runbook_has_a_chapter_for_whatever_may_happen() -> None:
    chapters = set(re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE))
    assert chapters >= {
        *("Start", "Stop", "Upgrade", "Every day", "Back up", "Restore", "Rotate keys"),
        *("Another champion", "The kill switch", "The database is away", "MLflow is away"),
        *("The disk is full", "A breach", "A person wants to be erased"),
        "The ledger does not verify",
    }
    assert len(of("sh", "docs/runbook.md")) > 10


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

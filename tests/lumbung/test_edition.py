"""``lumbung edition`` makes what is due, once, and signs where the ledger ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from audit.days import wib
from audit.editions.period import due
from lumbung.cli import program
from serving.editions import keeping
from serving.settings import Settings
from serving.store import database


def test_what_is_due_is_made_once_and_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUMBUNG_HOME", str(tmp_path))
    monkeypatch.setenv("LUMBUNG_EDITIONS", "year")
    engine = database.connect(Settings().database)
    database.migrate(engine)
    (period,) = due("year", wib(datetime.now(UTC)), [])
    first = CliRunner().invoke(program, ["edition", "--json"])
    assert json.loads(first.stdout.splitlines()[-1]) == {"made": [period.name]}
    kept = keeping.find(engine, period.name)
    assert kept.signed is not None
    assert kept.signed.number == kept.entry
    again = CliRunner().invoke(program, ["edition"])
    assert again.stdout == "nothing is due\n"
    engine.dispose()

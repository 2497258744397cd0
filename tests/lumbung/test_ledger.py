"""``lumbung ledger`` and ``lumbung master``, as an operator calls them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from audit.decide import decide
from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.applications import decisions
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked
from serving.tables import DecisionRow
from tests.audit.cases import APPLICATION, STAMP, history, records_of, rules
from tests.lumbung.conftest import Lumbung
from tests.serving.cases import keep


@pytest.fixture
def engine(home: Path, model: RiskModel) -> Iterator[Engine]:
    """Return the database in the home folder, with a decision."""
    engine = unlocked(Settings(environment="development", home=home))
    database.migrate(engine)
    issue_key(engine, "granary", "Granary")
    made = decide(APPLICATION, records_of(history(10)), rules(model), STAMP)
    keep(engine, replace(made, partner_id="granary"))
    yield engine
    engine.dispose()


def change(engine: Engine, statement: str) -> None:
    """Change something in the database, as who can write to it could."""
    with engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.usefixtures("engine")
def test_a_whole_ledger_is_told_so(lumbung: Lumbung) -> None:
    found = lumbung("ledger", "verify", "--json").json()
    assert (found["whole"], found["wrong"], found["faults"]) == (True, 0, [])
    assert (found["entries"], found["kinds"]) == (2, {"decision": 1, "key-given": 1})
    assert lumbung("ledger", "verify").stdout == f"whole: 2 entries, the last {found['hash']}\n"


def test_what_is_wrong_is_told_with_its_place_and_ends_with_status_3(
    lumbung: Lumbung, engine: Engine
) -> None:
    change(engine, "UPDATE ledger SET partner_id = 'mill' WHERE number = 2")
    seen = lumbung("ledger", "verify")
    assert seen.status == 3
    assert "ledger-changed at 2: " in seen.stdout
    assert "not whole: 2 entries" in seen.stdout
    found = lumbung("ledger", "verify", "--json").json()
    assert {fault["code"] for fault in found["faults"]} == {"ledger-changed", "evidence-changed"}


def test_a_checkpoint_finds_what_was_cut_with_its_end(
    lumbung: Lumbung, engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "checkpoint.json"
    printed = lumbung("ledger", "checkpoint", "--out", str(file)).stdout
    made = json.loads(printed)
    assert (file.read_text("utf-8"), made["number"]) == (printed, 2)
    known = ("ledger", "verify", "--checkpoint", str(file))
    assert lumbung(*known, "--key", made["key"]).status == 0
    change(engine, "DELETE FROM decisions")
    change(engine, "DELETE FROM ledger WHERE number = 2")
    change(engine, "UPDATE ledger_head SET number = 1, hash = (SELECT hash FROM ledger)")
    assert lumbung("ledger", "verify").status == 0
    seen = lumbung(*known)
    assert (seen.status, "checkpoint-differs at 2" in seen.stdout) == (3, True)


def test_the_master_key_is_changed_without_touching_what_is_sealed(
    lumbung: Lumbung, engine: Engine, home: Path
) -> None:
    with engine.connect() as connection:
        before = connection.execute(text("SELECT sealed FROM decisions")).scalar_one()
    file = home / "master.key"
    old, new = file.read_text("ascii"), base64.b64encode(b"n" * 32).decode() + "\n"
    file.write_text(new + old, "ascii")
    assert lumbung("master", "rewrap", "--json").json() == {"wrapped": 1}
    assert lumbung("master", "rewrap").stdout == "0 keys wrapped anew\n"
    file.write_text(new, "ascii")
    anew = unlocked(Settings(environment="development", home=home))
    found = decisions.find(anew, DecisionRow.partner_id == "granary")
    assert found is not None
    with anew.connect() as connection:
        assert connection.execute(text("SELECT sealed FROM decisions")).scalar_one() == before
    anew.dispose()

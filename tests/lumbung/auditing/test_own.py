"""The service's own decisions of a period are audited from its database, as it keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from audit.decide import decide
from audit.decision import Decision
from audit.result import Result
from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.applications.lenders import Answer, tell
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked
from serving.tables import HeadRow
from tests.audit.cases import APPLICATION, NOW, STAMP, history, records_of, rules
from tests.lumbung.conftest import Lumbung
from tests.matching.cases import LENDER
from tests.serving.editions.test_gathering import put

PERIOD = ("--since", "2026-11-24", "--until", "2026-11-25")
"""The day of `NOW`, WIB."""

EACH = 32
"""Applications of a kecamatan: enough to compare."""

LIMPUNG, TULIS = "3325080", "3325100"
HOUR = timedelta(hours=1)


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    """Return the database in the home folder, with a partner."""
    engine = unlocked(Settings(environment="development", home=home))
    database.migrate(engine)
    issue_key(engine, "granary", "Granary")
    yield engine
    engine.dispose()


@pytest.fixture
def decided(engine: Engine, model: RiskModel) -> Engine:
    """Let Limpung be recommended and lent to, and of Tulis every other application.

    Of Tulis nobody is offered anything.
    """
    made = decide(APPLICATION, records_of(history(10)), rules(model), STAMP)
    for number in range(2 * EACH):
        place = LIMPUNG if number < EACH else TULIS
        fine = place == LIMPUNG or number % 2 == 0
        put(engine, of(made, place), f"d{number}", NOW, **said(made, place, fine=fine))
        answer = Answer("approved", NOW, None, 600, None)
        told = answer if fine else Answer("declined", NOW, None, None, None)
        tell(engine, "granary", f"d{number}", told, NOW + HOUR)
    return engine


def of(made: Decision, place: str) -> Decision:
    """Return a decision on a business of a kecamatan."""
    business = replace(made.application.business, kecamatan=place)
    return replace(made, application=replace(made.application, business=business))


def said(made: Decision, place: str, *, fine: bool) -> dict[str, Any]:
    result = Result("eligible", ()) if fine else Result("not_yet", ("risk_above_the_line",))
    return {"result": result, "offers": made.offers if place == LIMPUNG else ()}


def shares(found: dict[str, Any]) -> dict[str, float]:
    """Return kecamatan → the share approved that a report tells."""
    told = [one for one in found["groups"] if one["counted"] == "decided" and "kecamatan" in one]
    alone = [one for one in told if set(one) == {"kecamatan", "counted", "n", "approved"}]
    return {one["kecamatan"]: one["approved"] for one in alone if one["kecamatan"]}


def test_what_was_decided_answered_and_shown_is_audited_as_it_is_kept(
    lumbung: Lumbung, decided: Engine, tmp_path: Path
) -> None:
    lender = str(LENDER["id"])
    expected = {
        "decided": {LIMPUNG: 1.0, TULIS: 0.5},
        "answered": {LIMPUNG: 1.0, TULIS: 0.5},
        lender: {LIMPUNG: 1.0, TULIS: 0.0},
    }
    with database.session(decided) as session:
        head = session.scalars(select(HeadRow.hash)).one()
    for about, approved in expected.items():
        out = tmp_path / f"{about}.json"
        ended = lumbung("audit", *PERIOD, "--about", about, "--report", out, "--draws", "100",
                        "--across", "kecamatan,sector")  # fmt: skip
        assert ended.status == 0, ended.stderr
        found = json.loads(out.read_text(encoding="utf-8"))
        assert (found["applications"], found["digest"]) == (2 * EACH, head)
        assert found["title"] == f"{about} 2026-11-24 2026-11-25"
        assert shares(found) == approved


def test_where_nothing_happened_there_is_nothing_to_audit(
    lumbung: Lumbung, decided: Engine, tmp_path: Path
) -> None:
    del decided
    ended = lumbung("audit", *PERIOD, "--about", "ended", "--report", tmp_path / "out.json")
    assert ended.status == 2
    assert "nothing-decided" in ended.stderr
    assert not (tmp_path / "out.json").exists()


def test_a_period_has_two_ends(lumbung: Lumbung, tmp_path: Path) -> None:
    ended = lumbung("audit", "--since", "2026-11-24", "--report", tmp_path / "out.json")
    assert ended.status == 2
    assert "--since and --until" in ended.stderr

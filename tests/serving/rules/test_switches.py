"""The kill switch: one setting, seen by every process at once, and entered in the ledger."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from audit.rules import Rules
from features.errors import BadInput, Unavailable
from models.risk import RiskModel
from serving.rules.switches import LONGEST, seen, switch
from serving.service import Service
from serving.store import database
from serving.tables import LedgerRow, SwitchRow
from tests.audit.cases import NOW, rules
from tests.conftest import ROOT
from tests.serving.cases import asked


@pytest.fixture
def service(engine: Engine, model: RiskModel) -> Service:
    return Service(engine, lambda: rules(model), now=lambda: NOW)


def test_nothing_switched_is_the_champion(engine: Engine) -> None:
    assert seen(engine).scorer == "champion"
    assert seen(engine).switch == 0


def test_switched_to_the_rules_every_case_goes_to_a_person_until_switched_back(
    engine: Engine, service: Service
) -> None:
    before = service.in_force()
    assert switch(engine, "rules", "the scores look wrong", NOW) == 1
    made = service.decide(asked(200), "granary")
    assert (made.versions.scorer, made.result.kind) == ("rules", "human_review")
    assert service.in_force() is service.in_force()
    assert switch(engine, "champion", "they were right", NOW) == 2
    assert service.in_force() is before
    again = service.decide(asked(200, application_id="a2"), "granary")
    assert again.versions.scorer == "champion"


def test_each_setting_is_kept_and_entered_in_the_ledger(engine: Engine) -> None:
    for scorer in ("rules", "rules", "champion"):
        switch(engine, scorer, f"now the {scorer}", NOW)
    with database.session(engine) as session:
        kept = session.execute(select(SwitchRow.number, SwitchRow.scorer, SwitchRow.why)).all()
        entered = session.scalars(select(LedgerRow.subject).where(LedgerRow.kind == "switch")).all()
    assert [tuple(row) for row in kept] == [
        (1, "rules", "now the rules"),
        (2, "rules", "now the rules"),
        (3, "champion", "now the champion"),
    ]
    assert entered == ["1", "2", "3"]


@pytest.mark.parametrize("why", ["", " ", "x" * (LONGEST + 1)])
def test_without_a_reason_nothing_is_switched(engine: Engine, why: str) -> None:
    with pytest.raises(BadInput) as caught:
        switch(engine, "rules", why, NOW)
    assert (caught.value.code, seen(engine).switch) == ("bad-reason", 0)


def test_the_rules_decide_even_where_no_champion_is_to_be_had(
    engine: Engine, model: RiskModel
) -> None:
    def none() -> Rules:
        raise Unavailable(found="none", expected="one", hint="Wait.", code="no-champion")

    alone = rules(model).by_rules("nobody else")
    service = Service(engine, none, now=lambda: NOW, alone=lambda: alone)
    with pytest.raises(Unavailable):
        service.in_force()
    switch(engine, "rules", "no champion to be had", NOW)
    assert service.decide(asked(), "granary").versions.scorer == "rules"


def test_another_process_switches_and_this_one_sees_it_at_its_next_decision(
    url: str, home: Path, service: Service
) -> None:
    assert service.decide(asked(), "granary").versions.scorer == "champion"
    settings = {"LUMBUNG_HOME": str(home), "LUMBUNG_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "lumbung", "switch", "rules", "--why", "trial", "--json"]
    done = subprocess.run(  # noqa: S603  our own program
        command, env=settings, capture_output=True, text=True, check=False, cwd=home
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == '{"switch": 1, "scorer": "rules"}\n'
    made = service.decide(asked(application_id="a2"), "granary")
    assert made.versions.scorer == "rules"


def test_what_changes_the_rules_is_asked_in_one_query(engine: Engine, service: Service) -> None:
    service.in_force()
    asked_for: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked_for.append(told[2]))
    service.in_force()
    assert len(asked_for) == 1

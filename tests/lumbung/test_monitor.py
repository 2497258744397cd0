"""``lumbung monitor``, as cron calls it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit.decide import decide
from models import artefact
from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.rules import fetched
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked
from tests.audit.cases import APPLICATION, NOW, STAMP, history, records_of, rules
from tests.lumbung.conftest import Lumbung
from tests.serving.applications.test_ended import OLD
from tests.serving.editions.test_gathering import put, report

UNTIL = "2026-11-25"
"""The day after `NOW`."""


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    """Return the database in the home folder, with a partner."""
    engine = unlocked(Settings(environment="development", home=home))
    database.migrate(engine)
    issue_key(engine, "granary", "Granary")
    yield engine
    engine.dispose()


def serves(home: Path, model: RiskModel) -> None:
    """Let a model be the champion that was fetched last, as version 7."""
    kept = home / "champions"
    artefact.save(model, kept / "7-run")
    fetched.write(kept / "7-run" / fetched.DIGEST, model.digest)
    fetched.use(kept, "7-run")


@pytest.mark.usefixtures("engine")
def test_nothing_decided_is_insufficient_data_and_no_alarm(lumbung: Lumbung) -> None:
    found = lumbung("monitor")
    assert found.status == 0
    assert found.stdout.splitlines() == [
        "0 applicants, 0 loans judged",
        "no reference: no model says what it was trained on, so train one anew",
        "of the same Hijri season a year before too little is known",
        "insufficient data: nothing could be compared, which is not calm",
    ]


def test_applicants_who_are_all_alike_ring(
    lumbung: Lumbung, engine: Engine, home: Path, model: RiskModel, tmp_path: Path
) -> None:
    serves(home, model)
    made = decide(APPLICATION, records_of(history()), rules(model), STAMP)
    for hour in range(40):
        put(engine, made, f"d{hour}", NOW - hour * timedelta(hours=1))
    figures = tmp_path / "lumbung.prom"
    asked = ("monitor", "--until", UNTIL, "--days", 30)
    found = lumbung(*asked, "--metrics", figures, "--json")
    said = found.json()
    assert found.status == 3
    assert (said["since"], said["until"], said["model"]) == ("2026-10-26", UNTIL, "7")
    assert (said["applicants"], said["judged"], said["reference"]) == (40, 0, True)
    codes = {one["code"] for one in said["alarms"]}
    assert "feature-moved" in codes
    assert "Next: docs/alarms.md#feature-moved" in found.stderr
    assert 'lumbung_drift_alarms{code="feature-moved",level="act"}' in figures.read_text()
    told = lumbung(*asked).stdout
    assert told.startswith("40 applicants, 0 loans judged\n")
    assert f"{len(said['alarms'])} alarms among {len(said['compared'])} comparisons" in told


def test_limits_of_a_file_count(
    lumbung: Lumbung, engine: Engine, model: RiskModel, tmp_path: Path
) -> None:
    """Of loans each said to go bad with some chance more go bad than that."""
    made = decide(APPLICATION, records_of(history()), rules(model), STAMP)
    for number in range(60):
        put(engine, replace(made, probability_of_default=0.1), f"d{number}", OLD.disbursed_at)
        days = 120 if number < 20 else 0
        one = replace(OLD, worst_days_past_due=days)
        report(engine, f"d{number}", one, NOW - timedelta(days=number % 7))
    (alarm,) = lumbung("monitor", "--until", UNTIL, "--json").json()["alarms"]
    assert (alarm["code"], alarm["level"]) == ("more-bad", "act")
    limits = tmp_path / "limits.toml"
    limits.write_text("[more-bad]\nlook = 4\nact = 5\n")
    calm = lumbung("monitor", "--until", UNTIL, "--limits", limits)
    assert calm.status == 0
    assert "0 alarms among 1 comparisons (1 calibration)" in calm.stdout
    limits.write_text("more-bad = 1\n")
    wrong = lumbung("monitor", "--limits", limits)
    assert wrong.status == 2
    assert "bad-limits" in wrong.stderr

"""What drifted in a period, from the database; each loan in one period only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit.decision import Decision
from audit.drift import seen
from audit.drift.monitored import Drift
from models.risk import RiskModel
from serving.editions.drifting import BACK, drift, in_force
from serving.editions.gathering import gather
from serving.rules.fetched import Registered
from serving.settings import Settings
from tests.audit.cases import NOW
from tests.serving.applications.test_ended import OLD
from tests.serving.editions.test_gathering import DAY, put, report

SINCE = NOW - 30 * DAY

DATABASES = ("sqlite",)


@pytest.fixture
def champion(model: RiskModel, made: Decision) -> Registered:
    return Registered(made.versions.model, model, None)


def look(engine: Engine, champion: Registered | None, **asked: bool) -> Drift:
    return drift(engine, SINCE, NOW, champion, **asked)  # type: ignore[arg-type]


def test_applicants_are_those_of_the_period_and_of_its_season(
    unlocked: Engine, made: Decision, champion: Registered
) -> None:
    times = [SINCE - DAY, *(SINCE + hour * timedelta(hours=1) for hour in range(31))]
    year_ago = seen.same_season(SINCE, NOW)[0]
    times += [year_ago + hour * timedelta(hours=1) for hour in range(30)]
    for number, at in enumerate(times):
        put(unlocked, made, f"d{number}", at)
    found = look(unlocked, champion)
    assert (found.applicants, found.season, found.reference) == (31, True, True)
    score = next(one.compared for one in found.findings if one.compared.measure == "score")
    assert score.in_season == pytest.approx(0, abs=1e-3)  # the very same decision


def test_a_score_of_another_version_is_not_compared(
    unlocked: Engine, made: Decision, champion: Registered
) -> None:
    for hour in range(30):
        put(unlocked, made, f"d{hour}", SINCE + hour * timedelta(hours=1))
    found = look(unlocked, replace(champion, version="of tomorrow"))
    assert found.applicants == 30
    assert "score" not in {one.compared.measure for one in found.findings}


def test_a_loan_counts_when_its_year_is_over_and_its_end_is_known(
    unlocked: Engine, made: Decision
) -> None:
    """One that went bad early waits for its year; of a late report the day it came counts."""
    early, late = NOW - 200 * DAY, NOW - 15 * DAY
    bad = replace(OLD, worst_days_past_due=120)
    for name, disbursed, told, what in (
        ("young and bad", early, NOW - 20 * DAY, bad),
        ("a year ago", late - 365 * DAY, NOW - 200 * DAY, bad),
        ("told late", NOW - 500 * DAY, NOW - 5 * DAY, OLD),
        ("long ago", NOW - 500 * DAY, NOW - 40 * DAY, OLD),
    ):
        put(unlocked, made, name, disbursed)
        report(unlocked, name, replace(what, disbursed_at=disbursed), told)
    gathered = gather(unlocked, SINCE - BACK, NOW + 200 * DAY)

    def judged(since: datetime, until: datetime) -> list[float]:
        return [float(bad) for bad in seen.judged(gathered, since, until).bad]

    assert sorted(judged(SINCE, NOW)) == [0.0, 1.0]
    assert judged(SINCE - 30 * DAY, SINCE) == [0.0]
    assert judged(NOW + 160 * DAY, NOW + 170 * DAY) == [1.0]
    assert look(unlocked, None).judged == 2


def test_vintages_are_looked_at_when_asked(unlocked: Engine, made: Decision) -> None:
    disbursed = NOW - 150 * DAY
    for number in range(10):
        put(unlocked, made, f"d{number}", disbursed)
        one = replace(OLD, disbursed_at=disbursed, censored=True, worst_days_past_due=0)
        report(unlocked, f"d{number}", one, NOW - 10 * DAY)
    assert [one.loans for one in look(unlocked, None, vintages=True).vintages] == [10]
    assert look(unlocked, None).vintages == []


def test_without_a_champion_there_is_nothing_to_hold_it_against(tmp_path: Path) -> None:
    assert in_force(Settings(environment="development", home=tmp_path)) is None

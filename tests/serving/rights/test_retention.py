"""What is over goes when its time has come, not an instant earlier, and a second run finds none."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from audit.decision import Decision
from serving.access import links, sessions
from serving.access.links import PATH
from serving.access.trail import Access
from serving.applications import decisions
from serving.applications.cases import ask_for_person
from serving.business import consents
from serving.business.consents import Given, withdraw
from serving.business.records import Whose
from serving.jobs import batches
from serving.rights.retention import Swept, due, sweep
from serving.settings import Settings
from serving.store import database
from serving.tables import AccessRow, DecisionRow, JobResultRow, LedgerRow, LinkRow
from tests.audit.cases import APPLICATION, NOW
from tests.serving.cases import DECISIONS, keep
from tests.serving.jobs.upload_cases import begin, found, send

MINE, _ = DECISIONS
WHOSE = Whose("granary", APPLICATION.business_id)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings that keep everything but a withdrawn business for ever."""
    return Settings(home=tmp_path, withdrawn_days=90, master_key_file=tmp_path / "master.key")


def runs(engine: Engine) -> int:
    """Return how many runs the ledger knows of."""
    asked = select(func.count()).where(LedgerRow.kind == "retention")
    with database.session(engine) as session:
        return session.scalar(asked) or 0


def test_who_withdrew_is_erased_some_days_after(decided: Engine, settings: Settings) -> None:
    withdraw(decided, MINE, NOW)
    over = NOW + 90 * DAY
    assert due(decided, settings, over - INSTANT) == []
    assert due(decided, settings, over) == [WHOSE]
    assert sweep(decided, settings, over - INSTANT) == Swept(0, 0, 0, 0, 0, 0, 0)
    assert sweep(decided, settings, over) == Swept(1, 0, 0, 0, 0, 0, 0)
    assert sweep(decided, settings, over) == Swept(0, 0, 0, 0, 0, 0, 0)
    assert runs(decided) == 3


@pytest.mark.parametrize("anew", ["a consent", "a decision"])
def test_who_came_back_since_is_kept(
    decided: Engine, made: Decision, settings: Settings, anew: str
) -> None:
    withdraw(decided, MINE, NOW)
    if anew == "a consent":
        with database.writing(decided) as session:
            given = Given("scoring", NOW + INSTANT, "form 2")
            consents.grant(session, WHOSE, given, NOW + DAY)
    else:
        application = replace(made.application, application_id="a2")
        later = replace(made, decision_id="d-2", decided_at=NOW + DAY, application=application)
        keep(decided, later)
    assert due(decided, settings, NOW + 900 * DAY) == []


def test_who_withdrew_twice_has_until_the_last(decided: Engine, settings: Settings) -> None:
    withdraw(decided, MINE, NOW)
    withdraw(decided, MINE, NOW + DAY)
    assert due(decided, settings, NOW + 90 * DAY) == []
    assert due(decided, settings, NOW + 91 * DAY) == [WHOSE]


def test_a_business_is_kept_some_days_after_its_last_decision(
    decided: Engine, made: Decision, settings: Settings
) -> None:
    application = replace(made.application, application_id="a2")
    keep(decided, replace(made, decision_id="d2", decided_at=NOW + DAY, application=application))
    short = settings.model_copy(update={"decision_days": 10})
    mill = Whose("mill", WHOSE.business_id)
    assert due(decided, short, NOW + 10 * DAY) == [mill]
    assert due(decided, short, NOW + 11 * DAY) == [WHOSE, mill]
    assert due(decided, settings, NOW + 9000 * DAY) == []
    assert sweep(decided, short, NOW + 11 * DAY).businesses == 2
    assert due(decided, short, NOW + 11 * DAY) == []


def test_what_has_to_be_kept_still_waits_and_an_open_case_does_not(
    decided: Engine, settings: Settings
) -> None:
    withdraw(decided, MINE, NOW)
    ask_for_person(decided, MINE, "", NOW)
    bound = settings.model_copy(update={"dispute_days": 365})
    assert sweep(decided, bound, NOW + 90 * DAY) == Swept(0, 1, 0, 0, 0, 0, 0)
    assert sweep(decided, bound, NOW + 365 * DAY) == Swept(1, 0, 0, 0, 0, 0, 0)


def test_a_dry_run_tells_what_would_be_done_and_does_nothing(
    decided: Engine, settings: Settings
) -> None:
    withdraw(decided, MINE, NOW)
    links.issue(decided, MINE, NOW)
    later = NOW + 90 * DAY
    told = sweep(decided, settings, later, dry=True)
    assert told == Swept(businesses=1, locked=0, links=1, sessions=0, accesses=0, uploads=0, jobs=0)
    assert runs(decided) == 0
    assert due(decided, settings, later) == [WHOSE]


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (NOW + links.LIVES + 30 * DAY - INSTANT, (1, 0)),
        (NOW + links.LIVES + 30 * DAY, (0, 0)),
        (NOW + INSTANT, (1, 1)),
    ],
)
def test_links_and_sessions_go_once_they_open_nothing(
    decided: Engine, settings: Settings, at: datetime, left: tuple[int, int]
) -> None:
    issued = links.issue(decided, MINE, NOW)
    opened = links.enter(decided, issued.url_path.removeprefix(PATH), issued.code, NOW)
    sweep(decided, settings, at)
    with database.session(decided) as session:
        count = session.scalar(select(func.count()).select_from(LinkRow))
    inside = sessions.session_of(decided, opened.token, NOW) is not None
    assert (count, int(inside)) == left


def test_a_batch_goes_some_days_after_its_end_and_its_decisions_stay(
    decided: Engine, settings: Settings
) -> None:
    job_id = batches.start(decided, "granary", [b"{}"], NOW).job_id
    with database.session(decided) as session, session.begin():
        session.add(JobResultRow(job_id=job_id, line=1, decision_id=MINE))
    assert sweep(decided, settings, NOW + 900 * DAY).jobs == 0
    batches.cancel(decided, "granary", job_id, NOW)
    assert sweep(decided, settings, NOW + 90 * DAY - INSTANT).jobs == 0
    assert sweep(decided, settings, NOW + 90 * DAY).jobs == 1
    assert list(batches.results(decided, job_id)) == []
    assert decisions.find(decided, DecisionRow.decision_id == MINE) is not None


def test_who_was_told_of_whom_is_kept_for_a_year(decided: Engine, settings: Settings) -> None:
    access = Access(NOW, "granary", "k-1", "GET /v1/cases", "")
    with database.session(decided) as session, session.begin():
        session.execute(insert(AccessRow), [asdict(access)])
    assert sweep(decided, settings, NOW + 365 * DAY - INSTANT).accesses == 0
    assert sweep(decided, settings, NOW + 365 * DAY).accesses == 1
    with database.session(decided) as session:
        assert session.scalar(select(func.count()).select_from(AccessRow)) == 0


def test_an_upload_that_nobody_completes_goes_after_some_days(
    decided: Engine, settings: Settings
) -> None:
    waits, complete = begin(decided, b"{}"), send(decided, b"{}")
    short = settings.model_copy(update={"upload_days": 2})
    assert sweep(decided, short, NOW + 2 * DAY - INSTANT).uploads == 0
    assert sweep(decided, short, NOW + 2 * DAY, dry=True).uploads == 1
    assert sweep(decided, short, NOW + 2 * DAY).uploads == 1
    assert sweep(decided, short, NOW + 2 * DAY).uploads == 0
    states = [found(decided, upload_id).state for upload_id in (waits, complete)]
    assert states == ["cancelled", "waiting"]

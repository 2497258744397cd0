"""What the database knows is counted when it is asked for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from serving.applications.cases import ask_for_person, ask_to_erase
from serving.operation.metrics import Metrics
from tests.audit.cases import NOW
from tests.serving.cases import DECISIONS


def test_who_waits_longer_than_they_may_is_counted(decided: Engine) -> None:
    due_at = ask_to_erase(decided, DECISIONS[0], "", NOW).due_at
    ask_for_person(decided, DECISIONS[1], "", NOW)
    for now, late in ((due_at, 0), (due_at + timedelta(microseconds=1), 1)):
        told = Metrics().text(decided, now).decode().splitlines()
        assert f"lumbung_cases_overdue {late:.1f}" in told
        assert "lumbung_cases_open 2.0" in told

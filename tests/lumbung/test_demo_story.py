"""The story of the demonstration is looked for among decisions, and told to whoever starts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import Engine

from audit.decision import Decision
from audit.result import Kind
from lumbung.demo_people import LENDER, OFFICER, OFFICIAL, Way
from lumbung.demo_story import story
from lumbung.demo_told import LOOK, welcome
from models.risk import RiskModel
from serving.access import keys, links
from serving.access.callers import NotFound
from serving.applications import cases
from serving.store import database
from serving.store.sealed import unlock
from tests.audit.cases import NOW
from tests.serving.cases import MASTER, keep
from tests.serving.pages.cases import decisions

URL = "http://127.0.0.1:8000"
WAYS = {
    OFFICER: Way("rice-husk", "A", ["code-of-officer"]),
    OFFICIAL: Way("river-mud", "B", ["code-of-official"]),
}


@pytest.fixture(scope="module")
def made(model: RiskModel) -> dict[str, Decision]:
    """Return decisions of the lender: two not yet, the second with steps, and one of each else."""
    named = {one.decision_id: replace(one, partner_id=LENDER) for one in decisions(model)}
    return {name: named[name] for name in ("no-step", "not-yet", "eligible", "look")}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Return a database with the lender, and no decision."""
    engine = unlock(database.connect(f"sqlite:///{tmp_path / 'lumbung.db'}"), MASTER)
    database.migrate(engine)
    keys.add_partner(engine, LENDER, "Granary")
    yield engine
    engine.dispose()


def test_one_of_each_result_is_found_and_of_these_one_with_steps(
    engine: Engine, made: dict[str, Decision]
) -> None:
    for one in made.values():
        keep(engine, one)
    with database.writing(engine) as session:
        case_id = cases.review(session, made["look"])
    told = story(engine, NOW)
    found = {kind: one.made.decision_id for kind, one in told.items() if one}
    assert found == {"not_yet": "not-yet", "eligible": "eligible", "human_review": "look"}
    look = told["human_review"]
    assert look is not None
    assert look.case_id == case_id
    said = welcome(URL, "http://127.0.0.1:8001", told, WAYS)
    assert f"{URL}/staff/cases/{case_id}" in said
    for shown in told.values():
        assert shown is not None
        assert f"{URL}{shown.way.url_path}   code {shown.way.code}" in said


def test_a_link_of_before_is_over_when_the_story_is_told_again(
    engine: Engine, made: dict[str, Decision]
) -> None:
    keep(engine, made["eligible"])
    first, second = (story(engine, NOW)["eligible"] for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.made == second.made
    with pytest.raises(NotFound):
        links.enter(engine, first.way.url_path.removeprefix(links.PATH), first.way.code, NOW)
    links.enter(engine, second.way.url_path.removeprefix(links.PATH), second.way.code, NOW)


def test_where_nobody_has_a_result_the_story_says_so(engine: Engine) -> None:
    told = story(engine, NOW)
    assert told == dict.fromkeys(get_args(Kind))
    said = welcome(URL, "", told, WAYS)
    assert said.count("nobody, of all who asked there") == len(LOOK)
    assert "rice-husk" in said
    assert "code-of-official" in said
    assert ".venv/bin/mlflow ui" in said
